namespace EmrSim.Core.Scheduling;

/// <summary>What a scheduled job needs, to be tried out.</summary>
/// <param name="Backup">The job's backup.</param>
public sealed record SelfTestRequest(ScheduledBackup Backup)
{
    /// <summary>Secrets that were taken from a vault, by the parameters that they are for; whether each has any content.</summary>
    public IReadOnlyDictionary<string, bool> NamedSecrets { get; init; } = new Dictionary<string, bool>();
}
