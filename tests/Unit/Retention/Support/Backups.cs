using System.Globalization;

namespace EmrSim.Tests.Retention.Support;

/// <summary>Backups for the planner, which looks at nothing but what their manifests say.</summary>
internal static class Backups
{
    internal static readonly DateTimeOffset Now = Utc("2026-11-24 12:00");

    internal static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    internal static EmrBackup At(
        DateTimeOffset created,
        bool verified = true,
        int number = 0,
        bool pinned = false,
        DateTimeOffset? until = null,
        EmrVerificationLevel level = EmrVerificationLevel.Integrity) => new()
    {
        Id = Guid.NewGuid(),
        Name = "app",
        Path = string.Create(CultureInfo.InvariantCulture, $"/store/app-{created.UtcDateTime:yyyyMMddTHHmmssfff}Z-{number}.sqlite"),
        ManifestPath = string.Create(CultureInfo.InvariantCulture, $"/store/app-{created.UtcDateTime:yyyyMMddTHHmmssfff}Z-{number}.json"),
        CreatedUtc = created,
        SourcePath = "/app.db",
        DatabaseLength = 1,
        StoredLength = 1,
        Sha256 = "",
        StoredSha256 = "",
        Compression = EmrCompression.None,
        Encryption = EmrEncryption.None,
        Tables = new Dictionary<string, long>(),
        UserVersion = 0,
        ForeignKeyViolations = null,
        Verification = new EmrBackupVerification(level, verified ? EmrOutcome.Passed : EmrOutcome.Inconclusive, created),
        Pinned = pinned,
        PinnedUntilUtc = until,
        Duration = TimeSpan.Zero,
    };

    /// <summary>One verified backup a day at 02:00 UTC, the last of them on a day.</summary>
    internal static EmrBackup[] Daily(string lastDay, int days) =>
        [.. Enumerable.Range(0, days).Select(i => At(Utc(lastDay + " 02:00").AddDays(i - days + 1)))];
}
