namespace EmrSim;

/// <summary>One backup in a store, as its manifest describes it.</summary>
public sealed record EmrBackup
{
    /// <summary>The backup's identity, unique across stores.</summary>
    public required Guid Id { get; init; }

    /// <summary>The name of the backup set it belongs to.</summary>
    public required string Name { get; init; }

    /// <summary>The stored file.</summary>
    public required string Path { get; init; }

    /// <summary>The manifest beside it.</summary>
    public required string ManifestPath { get; init; }

    /// <summary>When the snapshot was taken, in UTC.</summary>
    public required DateTimeOffset CreatedUtc { get; init; }

    /// <summary>The database that was backed up; empty where its manifest was made anew and nothing says it.</summary>
    public required string SourcePath { get; init; }

    /// <summary>The machine whose path that is, in lower case; null where its manifest does not say it.</summary>
    public string? SourceHost { get; init; }

    /// <summary>The length of the plain database, in bytes.</summary>
    public required long DatabaseLength { get; init; }

    /// <summary>The length of the stored file, in bytes.</summary>
    public required long StoredLength { get; init; }

    /// <summary>SHA-256 of the plain database, as lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>SHA-256 of the stored file, as lower-case hex.</summary>
    public required string StoredSha256 { get; init; }

    /// <summary>How the stored file is compressed.</summary>
    public required EmrCompression Compression { get; init; }

    /// <summary>How the stored file is encrypted.</summary>
    public required EmrEncryption Encryption { get; init; }

    /// <summary>Rows per table, counted in the same snapshot.</summary>
    public required IReadOnlyDictionary<string, long> Tables { get; init; }

    /// <summary>The sum of all rows.</summary>
    public long Rows => Tables.Values.Sum();

    /// <summary>SQLite's <c>user_version</c>, which many applications use as their schema version.</summary>
    public required int UserVersion { get; init; }

    /// <summary>Foreign key violations that were in the source when it was backed up; null where they were not counted.</summary>
    public required long? ForeignKeyViolations { get; init; }

    /// <summary>How it was verified before it was published.</summary>
    public required EmrBackupVerification Verification { get; init; }

    /// <summary>The public keys that it is encrypted to; empty where it is not, or with a passphrase.</summary>
    public IReadOnlyList<string> Recipients { get; init; } = [];

    /// <summary>Whether it is pinned: it survives every retention policy, until <see cref="PinnedUntilUtc"/> where that is set.</summary>
    public required bool Pinned { get; init; }

    /// <summary>Why it is pinned; null where nobody said so.</summary>
    public string? PinReason { get; init; }

    /// <summary>When its pin ends, in UTC; null for never.</summary>
    public DateTimeOffset? PinnedUntilUtc { get; init; }

    /// <summary>When its manifest was made anew from the stored file, in UTC; null for the manifest that was written with it.</summary>
    public DateTimeOffset? RepairedUtc { get; init; }

    /// <summary>
    /// When it was last proved to restore, in UTC: when it last passed a test of level Restore, or was verified so when it was made. Null for never, where a
    /// later test found it bad, and where it was not asked for: Get-EmrBackup and Get-EmrBackupStatus say it.
    /// </summary>
    public DateTimeOffset? LastProved { get; init; }

    /// <summary>Whether its pin holds at an instant.</summary>
    /// <param name="instant">The instant.</param>
    public bool IsPinnedAt(DateTimeOffset instant) => Pinned && (PinnedUntilUtc is null || PinnedUntilUtc > instant);

    /// <summary>How long the backup took, verification included.</summary>
    public required TimeSpan Duration { get; init; }

    /// <inheritdoc/>
    public override string ToString() => System.IO.Path.GetFileName(Path);
}
