namespace EmrSim.Core.Retention;

/// <summary>Backups that exist in a simulation only.</summary>
internal static class SimulatedBackup
{
    private static readonly EmrBackupVerification s_verified = new(EmrVerificationLevel.Integrity, EmrOutcome.Passed, DateTimeOffset.UnixEpoch);
    private static readonly Dictionary<string, long> s_noTables = [];

    /// <summary>A verified backup that is made at an instant.</summary>
    internal static EmrBackup At(string? set, DateTimeOffset created) => new()
    {
        Id = Guid.Empty,
        Name = set ?? "",
        Path = "",
        ManifestPath = "",
        CreatedUtc = created,
        SourcePath = "",
        DatabaseLength = 0,
        StoredLength = 0,
        Sha256 = "",
        StoredSha256 = "",
        Compression = EmrCompression.None,
        Encryption = EmrEncryption.None,
        Tables = s_noTables,
        UserVersion = 0,
        ForeignKeyViolations = null,
        Verification = s_verified,
        Pinned = false,
        Duration = TimeSpan.Zero,
    };
}
