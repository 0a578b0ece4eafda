namespace EmrSim;

/// <summary>The result of testing a backup.</summary>
public sealed record EmrBackupTest
{
    /// <summary>The backup that was tested; null where its manifest is missing or unreadable.</summary>
    public required EmrBackup? Backup { get; init; }

    /// <summary>The stored file that was tested.</summary>
    public required string Path { get; init; }

    /// <summary>How deeply it was tested.</summary>
    public required EmrVerificationLevel Level { get; init; }

    /// <summary>Failed when any check failed, else Inconclusive when any was, else Passed.</summary>
    public required EmrOutcome Outcome { get; init; }

    /// <summary>One entry per check, in the order in which they ran.</summary>
    public required IReadOnlyList<EmrBackupCheck> Checks { get; init; }

    /// <summary>When the test began, in UTC.</summary>
    public required DateTimeOffset StartedUtc { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{System.IO.Path.GetFileName(Path)}: {Outcome} ({Level})";
}
