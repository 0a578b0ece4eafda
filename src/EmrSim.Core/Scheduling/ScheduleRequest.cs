namespace EmrSim.Core.Scheduling;

/// <summary>A daily job that is to be registered.</summary>
/// <param name="Name">The schedule's name.</param>
/// <param name="Backup">What it does.</param>
/// <param name="At">At what time of day.</param>
public sealed record ScheduleRequest(string Name, ScheduledBackup Backup, TimeOnly At)
{
    /// <summary>What runs it; null for what the machine has.</summary>
    public EmrScheduler? As { get; init; }

    /// <summary>The account that it runs as; null for the scheduler's default.</summary>
    public string? RunAs { get; init; }

    /// <summary>A delay of random length, up to this one.</summary>
    public TimeSpan RandomDelay { get; init; }

    /// <summary>When a run is ended that has not come to an end.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromHours(6);

    /// <summary>How often a failed backup is tried again.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>How long to wait before that.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The PowerShell that runs it; null for this one, or the one on PATH.</summary>
    public string? PwshPath { get; init; }

    /// <summary>The module's manifest; null for this one.</summary>
    public string? ModulePath { get; init; }

    /// <summary>Whether a schedule of this name is replaced.</summary>
    public bool Force { get; init; }
}
