namespace EmrSim;

/// <summary>A restore, or what became of it.</summary>
public sealed record EmrRestore
{
    /// <summary>The database that was restored.</summary>
    public required string Destination { get; init; }

    /// <summary>The backup that it was restored from.</summary>
    public required EmrBackup Backup { get; init; }

    /// <summary>Passed where the restored database is in its place and works. Failed where the old one has its place again.</summary>
    public required EmrOutcome Outcome { get; init; }

    /// <summary>One entry per step, in the order in which they were taken.</summary>
    public required IReadOnlyList<EmrRestoreStep> Steps { get; init; }

    /// <summary>Where the old database is kept until the next verified backup; null where there was none, or where it has its place again.</summary>
    public required string? SafetyCopy { get; init; }

    /// <summary>How long the application was down; zero where none was stopped.</summary>
    public required TimeSpan Downtime { get; init; }

    /// <summary>How long it took in all.</summary>
    public required TimeSpan Duration { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Destination}: {Outcome}";
}

/// <summary>One step of a restore.</summary>
/// <param name="Name">The step's stable name, such as <c>Swap</c>.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Detail">One line for a person: what was done, or what is wrong.</param>
/// <param name="StartedUtc">When it began, in UTC.</param>
/// <param name="Duration">How long it took.</param>
public sealed record EmrRestoreStep(string Name, EmrOutcome Outcome, string Detail, DateTimeOffset StartedUtc, TimeSpan Duration)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Outcome}";
}
