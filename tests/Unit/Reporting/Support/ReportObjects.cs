using EmrSim.Core.Stores;

namespace EmrSim.Tests.Reporting.Support;

/// <summary>Makes the objects that reports are made of.</summary>
public static class ReportObjects
{
    public const string Store = "/srv/backups";

    /// <summary>The time of every report in these tests: the night after the clocks of Berlin went back.</summary>
    public static DateTimeOffset Now { get; } = new(2026, 10, 26, 2, 7, 0, TimeSpan.Zero);

    public static EmrBackup Backup(
        string set,
        DateTimeOffset created,
        long stored = 1_000_000,
        EmrOutcome outcome = EmrOutcome.Passed,
        EmrVerificationLevel level = EmrVerificationLevel.Integrity,
        string store = Store)
    {
        string stem = BackupFileName.Stem(set, created);
        return new EmrBackup
        {
            Id = Id(set, created),
            Name = set,
            Path = $"{store}/{stem}.sqlite.zst",
            ManifestPath = $"{store}/{stem}.json",
            CreatedUtc = created,
            SourcePath = $"/var/lib/{set}.db",
            DatabaseLength = stored * 4 + 13,
            StoredLength = stored,
            Sha256 = new string('a', 64),
            StoredSha256 = new string('b', 64),
            Compression = EmrCompression.Zstd,
            Encryption = EmrEncryption.None,
            Tables = new Dictionary<string, long> { ["sessions"] = stored / 40_000, ["turns"] = stored / 900 },
            UserVersion = 3,
            ForeignKeyViolations = 0,
            Verification = new EmrBackupVerification(level, outcome, created.AddSeconds(9)),
            Pinned = false,
            Duration = TimeSpan.FromTicks(40_000_000 + stored % 977_777 * 10),
        };
    }

    public static EmrRetentionDecision Decision(EmrBackup backup, params EmrRetentionTier[] tiers) => new()
    {
        Backup = backup,
        Action = tiers.Length > 0 ? EmrRetentionAction.Keep : EmrRetentionAction.Remove,
        Tiers = tiers,
        Reason = tiers.Length > 0 ? $"It counts as {string.Join(", ", tiers)}." : "Newer backups fill the tiers for its day, its week and its month.",
    };

    public static EmrBackupTest Test(EmrBackup backup, DateTimeOffset started, EmrVerificationLevel level, EmrOutcome outcome = EmrOutcome.Passed) => new()
    {
        Backup = backup,
        Path = backup.Path,
        Level = level,
        Outcome = outcome,
        Checks =
        [
            new EmrBackupCheck("Manifest", EmrOutcome.Passed, "The manifest is whole.", TimeSpan.FromMilliseconds(3)),
            new EmrBackupCheck("IntegrityCheck", outcome, outcome == EmrOutcome.Passed ? "ok" : "row 812 missing from index turns_session", TimeSpan.FromSeconds(8)),
        ],
        StartedUtc = started,
        Duration = TimeSpan.FromTicks(214_567_891),
    };

    public static EmrHistoryEntry Run(string set, DateTimeOffset started, EmrOutcome outcome = EmrOutcome.Passed, EmrRunKind kind = EmrRunKind.Backup) => new()
    {
        StartedUtc = started,
        Kind = kind,
        Name = set,
        Outcome = outcome,
        Duration = TimeSpan.FromSeconds(31.25),
        Error = outcome == EmrOutcome.Passed ? null : ErrorCode.DatabaseLocked,
        Reason = outcome == EmrOutcome.Passed ? null : $"'/var/lib/{set}.db' was locked by another connection for longer than 30 s. Nothing was published.",
        Host = "db1",
    };

    public static EmrBackupStatus Status(string set, EmrBackup? newest, EmrOutcome outcome = EmrOutcome.Passed, params string[] problems) => new()
    {
        Destination = Store,
        Name = set,
        Outcome = outcome,
        Newest = newest,
        Age = newest is null ? null : Now - newest.CreatedUtc,
        ProvedUtc = outcome == EmrOutcome.Passed ? Now.AddDays(-3) : null,
        Problems = problems,
        Summary = outcome == EmrOutcome.Passed ? $"OK {set}: fresh, verified, proved" : $"CRITICAL {set}: {string.Join(" ", problems)}",
    };

    private static Guid Id(string set, DateTimeOffset created)
    {
        byte[] bytes = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{set} {created:O}"));
        return new Guid(bytes.AsSpan(0, 16));
    }
}
