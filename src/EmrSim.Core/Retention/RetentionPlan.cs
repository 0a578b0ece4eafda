namespace EmrSim.Core.Retention;

/// <summary>What a policy does with the backups of one set.</summary>
/// <param name="Decisions">One for each backup, the oldest first.</param>
/// <param name="HasVerified">
/// Whether a verified backup is there that is not dated in the future. Without one nothing is removed, and somebody has to be told.
/// </param>
/// <param name="FromFuture">The backups that are dated later than the plan.</param>
public sealed record RetentionPlan(IReadOnlyList<EmrRetentionDecision> Decisions, bool HasVerified, IReadOnlyList<EmrBackup> FromFuture);
