namespace EmrSim;

/// <summary>Whether a backup set is fresh, verified and proved restorable, for a monitor.</summary>
public sealed record EmrBackupStatus
{
    /// <summary>The store.</summary>
    public required string Destination { get; init; }

    /// <summary>The backup set.</summary>
    public required string Name { get; init; }

    /// <summary>Passed when nothing is wrong; Failed when something is; Inconclusive when something is not known.</summary>
    public required EmrOutcome Outcome { get; init; }

    /// <summary>The newest verified backup; null where there is none.</summary>
    public required EmrBackup? Newest { get; init; }

    /// <summary>The age of the newest verified backup; null where there is none.</summary>
    public required TimeSpan? Age { get; init; }

    /// <summary>When a backup of the set was last restored by a test that passed, in UTC; null for never.</summary>
    public required DateTimeOffset? ProvedUtc { get; init; }

    /// <summary>What is wrong or not known, a sentence each.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>All of it in one line, for a monitor.</summary>
    public required string Summary { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Summary;
}
