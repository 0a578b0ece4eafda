using System.Reflection;
using System.Text.Json.Serialization;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Stores;

/// <summary>What stands in a backup's <c>.json</c>. docs/formats.md describes it; the property names are the format.</summary>
internal sealed record BackupManifest
{
    /// <summary>The newest version of the format that this code writes and reads.</summary>
    internal const int CurrentFormat = 1;

    /// <summary>What this program calls itself in <see cref="Tool"/>.</summary>
    internal static string CurrentTool { get; } = "EmrSim " + typeof(BackupManifest).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public required int FormatVersion { get; init; }
    public required string Tool { get; init; }
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public required string File { get; init; }
    public required DateTimeOffset CreatedUtc { get; init; }
    public required ManifestSource Source { get; init; }
    public required Dictionary<string, long> Tables { get; init; }
    public required ManifestPlain Plain { get; init; }
    public required ManifestStored Stored { get; init; }
    public required ManifestVerification Verification { get; init; }
    public required bool Pinned { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PinReason { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? PinnedUntilUtc { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? RepairedUtc { get; init; }

    public required double DurationSeconds { get; init; }

    /// <summary>As the public model.</summary>
    /// <param name="path">Where the stored file lies.</param>
    /// <param name="manifestPath">Where the manifest lies.</param>
    internal EmrBackup ToBackup(string path, string manifestPath) => new()
    {
        Id = Id,
        Name = Name,
        Path = path,
        ManifestPath = manifestPath,
        CreatedUtc = CreatedUtc,
        SourcePath = Source.Path,
        SourceHost = Source.Host,
        DatabaseLength = Plain.Length,
        StoredLength = Stored.Length,
        Sha256 = Plain.Sha256,
        StoredSha256 = Stored.Sha256,
        Compression = Stored.Compression,
        Encryption = Stored.Encryption,
        Tables = Tables,
        UserVersion = Source.UserVersion,
        ForeignKeyViolations = Source.ForeignKeyViolations,
        Verification = new EmrBackupVerification(Verification.Level, Verification.Outcome, Verification.CheckedUtc),
        Recipients = Stored.Recipients ?? [],
        Pinned = Pinned,
        PinReason = PinReason,
        PinnedUntilUtc = PinnedUntilUtc,
        RepairedUtc = RepairedUtc,
        Duration = TimeSpan.FromSeconds(DurationSeconds),
    };
}

/// <summary>The database that was backed up.</summary>
/// <remarks>Host is the machine that has that path; null in manifests of before it was noted, and where nothing says it.</remarks>
internal sealed record ManifestSource(
    string Path,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Host,
    string Engine,
    string EngineVersion,
    int PageSize,
    long PageCount,
    string Encoding,
    int UserVersion,
    int ApplicationId,
    int AutoVacuum,
    string JournalMode,
    string SchemaDigest,
    long? ForeignKeyViolations)
{
    internal static ManifestSource From(SourceIdentity source, SqliteFacts facts, long? foreignKeyViolations) => new(
        source.Path,
        source.Host,
        "SQLite",
        facts.SqliteVersion,
        facts.PageSize,
        facts.PageCount,
        facts.Encoding,
        facts.UserVersion,
        facts.ApplicationId,
        facts.AutoVacuum,
        facts.JournalMode,
        facts.SchemaDigest,
        foreignKeyViolations);

    internal SqliteFacts ToFacts() =>
        new(EngineVersion, PageSize, PageCount, Encoding, UserVersion, ApplicationId, AutoVacuum, JournalMode, SchemaDigest);
}

/// <summary>The database inside the stored file.</summary>
internal sealed record ManifestPlain(long Length, string Sha256);

/// <summary>The stored file.</summary>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Sha256">Its digest.</param>
/// <param name="Compression">How it is compressed.</param>
/// <param name="Encryption">How it is encrypted.</param>
/// <param name="Recipients">The public keys that it is encrypted to; null where there are none.</param>
internal sealed record ManifestStored(
    long Length,
    string Sha256,
    EmrCompression Compression,
    EmrEncryption Encryption,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Recipients = null);

/// <summary>How the backup was verified before it was published.</summary>
internal sealed record ManifestVerification(EmrVerificationLevel Level, EmrOutcome Outcome, DateTimeOffset CheckedUtc);
