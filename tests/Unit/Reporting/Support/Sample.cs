using System.Globalization;

namespace EmrSim.Tests.Reporting.Support;

/// <summary>Two sets as an admin has them: one in order, one in trouble, with 120 backups each, failures, drills, pins and a plan.</summary>
public static class Sample
{
    private const int Days = 120;

    public static IReadOnlyList<object> TwoSets() => [.. Good(), .. Troubled()];

    private static IEnumerable<object> Good()
    {
        EmrBackup[] backups = [.. Backups("chat", 0, 82_000_000, 210_000)];
        backups[20] = backups[20] with { Pinned = true, PinReason = "Audit of July", PinnedUntilUtc = new DateTimeOffset(2026, 12, 31, 0, 0, 0, TimeSpan.Zero) };
        foreach (object item in backups.Cast<object>().Concat(Plan(backups))) yield return item;
        foreach (EmrBackup backup in backups) yield return ReportObjects.Run("chat", backup.CreatedUtc);
        yield return ReportObjects.Run("chat", ReportObjects.Now.AddDays(-40), EmrOutcome.Failed);
        for (int month = 3; month >= 0; month--)
        {
            yield return ReportObjects.Test(backups[Days - 4 - month * 30], ReportObjects.Now.AddDays(-3 - month * 30), EmrVerificationLevel.Restore);
        }

        yield return ReportObjects.Status("chat", backups[^1]);
    }

    private static IEnumerable<object> Troubled()
    {
        EmrBackup[] backups = [.. Backups("billing-archive", 3, 460_000_000, -900_000)];
        backups[^1] = backups[^1] with { Verification = backups[^1].Verification with { Outcome = EmrOutcome.Inconclusive } };
        foreach (object item in backups.Cast<object>().Concat(Plan(backups))) yield return item;
        foreach (EmrBackup backup in backups) yield return ReportObjects.Run("billing-archive", backup.CreatedUtc);
        for (int day = 2; day >= 0; day--) yield return ReportObjects.Run("billing-archive", ReportObjects.Now.AddDays(-day).AddMinutes(-6), EmrOutcome.Failed);
        yield return ReportObjects.Run("billing-archive", ReportObjects.Now.AddDays(-19), EmrOutcome.Inconclusive, EmrRunKind.Mirror);
        yield return ReportObjects.Run("billing-archive", ReportObjects.Now.AddDays(-18), EmrOutcome.Passed, EmrRunKind.Mirror);
        yield return ReportObjects.Test(backups[^9], ReportObjects.Now.AddDays(-8), EmrVerificationLevel.Restore, EmrOutcome.Failed);
        yield return ReportObjects.Status(
            "billing-archive", backups[^2], EmrOutcome.Failed, "The newest verified backup is 4 d old; the limit is 26 h.", "No backup was ever restored by a test that passed.");
    }

    private static IEnumerable<EmrBackup> Backups(string set, int ago, long first, long growth)
    {
        uint noise = 12345;
        for (int day = 0; day < Days; day++)
        {
            noise = noise * 1664525 + 1013904223;
            DateTimeOffset created = ReportObjects.Now.AddDays(day - Days + 1 - ago).AddMinutes(-7).AddMilliseconds(day * 37 % 1000);
            yield return ReportObjects.Backup(set, created, first + growth * day + noise % 2_000_003);
        }
    }

    // Seven days, four weeks, six months, each by its newest.
    private static IEnumerable<EmrRetentionDecision> Plan(EmrBackup[] backups)
    {
        Dictionary<EmrBackup, List<EmrRetentionTier>> tiers = backups.ToDictionary(b => b, _ => new List<EmrRetentionTier>());
        Fill(EmrRetentionTier.Daily, 7, b => b.CreatedUtc.Date.ToString("o", CultureInfo.InvariantCulture));
        Fill(EmrRetentionTier.Weekly, 4, b => FormattableString.Invariant($"{ISOWeek.GetYear(b.CreatedUtc.Date)} {ISOWeek.GetWeekOfYear(b.CreatedUtc.Date)}"));
        Fill(EmrRetentionTier.Monthly, 6, b => FormattableString.Invariant($"{b.CreatedUtc:yyyy-MM}"));
        return backups.Select(b => b.Pinned
            ? ReportObjects.Decision(b) with { Action = EmrRetentionAction.Keep, Reason = "It is pinned." }
            : ReportObjects.Decision(b, [.. tiers[b]]));

        void Fill(EmrRetentionTier tier, int number, Func<EmrBackup, string> period)
        {
            foreach (IGrouping<string, EmrBackup> group in backups.Reverse().GroupBy(period).Take(number)) tiers[group.First()].Add(tier);
        }
    }
}
