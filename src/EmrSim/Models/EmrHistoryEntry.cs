namespace EmrSim;

/// <summary>One run in a store's history.</summary>
public sealed record EmrHistoryEntry
{
    /// <summary>When the run began, in UTC.</summary>
    public required DateTimeOffset StartedUtc { get; init; }

    /// <summary>What it did.</summary>
    public required EmrRunKind Kind { get; init; }

    /// <summary>The backup set.</summary>
    public required string Name { get; init; }

    /// <summary>How it ended.</summary>
    public required EmrOutcome Outcome { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The database; null where none was read.</summary>
    public string? SourcePath { get; init; }

    /// <summary>The file name of the backup that it made, tested or removed; null where there was none.</summary>
    public string? File { get; init; }

    /// <summary>The length of the plain database, in bytes; null where none was read.</summary>
    public long? DatabaseLength { get; init; }

    /// <summary>The length of the stored file, in bytes; null where none was written.</summary>
    public long? StoredLength { get; init; }

    /// <summary>How deeply a backup was verified or tested; null where none was.</summary>
    public EmrVerificationLevel? Level { get; init; }

    /// <summary>How many backups a retention policy removed; null for other runs.</summary>
    public int? Removed { get; init; }

    /// <summary>The id of the error that it ended with; null where it ended well.</summary>
    public ErrorCode? Error { get; init; }

    /// <summary>Why it did not pass, in a sentence; null where it did.</summary>
    public string? Reason { get; init; }

    /// <summary>The machine that it ran on.</summary>
    public required string Host { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} of {Name}: {Outcome}";
}
