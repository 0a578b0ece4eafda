namespace EmrSim.Core.Scheduling;

/// <summary>Where a scheduled job finds a secret. The secret itself is never part of a schedule.</summary>
/// <param name="Parameter">The parameter of the backup that takes it.</param>
/// <param name="File">The absolute path of a file that only its owner can read; null where it is named.</param>
/// <param name="SecretName">Its name in a SecretManagement vault; null where it is a file.</param>
/// <param name="IsText">Whether the parameter takes plain text rather than a SecureString.</param>
public sealed record ScheduledSecret(string Parameter, string? File, string? SecretName, bool IsText = false);
