namespace EmrSim;

/// <summary>A job that the system's scheduler runs every day.</summary>
public sealed record EmrBackupSchedule
{
    /// <summary>The schedule's name.</summary>
    public required string Name { get; init; }

    /// <summary>What runs it.</summary>
    public required EmrScheduler As { get; init; }

    /// <summary>The databases, or patterns of their names.</summary>
    public required IReadOnlyList<string> Path { get; init; }

    /// <summary>Where the backups go.</summary>
    public required string Destination { get; init; }

    /// <summary>The time of day at which it runs, by the clock of <see cref="TimeZone"/>.</summary>
    public required TimeOnly At { get; init; }

    /// <summary>The id of the time zone of <see cref="At"/>; null for the machine's own.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The account that it runs as.</summary>
    public required string RunAs { get; init; }

    /// <summary>Whether the scheduler will run it. False also for what was only written to a file.</summary>
    public required bool Enabled { get; init; }

    /// <summary>When it runs next, in UTC; null where it is not enabled.</summary>
    public DateTimeOffset? NextRunUtc { get; init; }

    /// <summary>When it ran last, in UTC; null where it never did or, as with cron, nobody knows.</summary>
    public DateTimeOffset? LastRunUtc { get; init; }

    /// <summary>How the last run ended; null where it never ran or, as with cron, nobody knows.</summary>
    public EmrOutcome? LastResult { get; init; }

    /// <summary>The command line that is run. It holds no secret.</summary>
    public required string Command { get; init; }

    /// <summary>The script that is run, which can be read and run by hand.</summary>
    public required string JobPath { get; init; }

    /// <summary>All files that belong to it, the script first.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
