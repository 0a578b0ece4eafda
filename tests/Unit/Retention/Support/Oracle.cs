using System.Globalization;
using EmrSim.Core.Retention;

namespace EmrSim.Tests.Retention.Support;

/// <summary>
/// The rules of retention once more, written down as slowly and plainly as possible and without the code under test. Periods are texts, and
/// weeks are counted by their Thursdays.
/// </summary>
internal static class Oracle
{
    private static readonly EmrRetentionTier[] s_tiers = Enum.GetValues<EmrRetentionTier>();

    /// <summary>The backups that stay, and the tiers of each.</summary>
    internal static Dictionary<EmrBackup, EmrRetentionTier[]> Kept(IReadOnlyCollection<EmrBackup> backups, RetentionPolicy policy, DateTimeOffset asOf)
    {
        EmrBackup[] verified = [.. NewestFirst(backups.Where(b => IsVerified(b) && !IsFuture(b, asOf)))];
        EmrBackup[] competing = [.. verified.Where(b => !IsPinned(b, asOf))];
        var kept = new Dictionary<EmrBackup, EmrRetentionTier[]>(ReferenceEqualityComparer.Instance);
        foreach (EmrBackup backup in backups)
        {
            EmrRetentionTier[] tiers = IsPinned(backup, asOf) || IsFuture(backup, asOf) || !IsVerified(backup)
                ? []
                : [.. s_tiers.Where(t => Winners(competing, t, policy).Contains(backup))];
            bool aside = verified.Length == 0 || IsPinned(backup, asOf) || IsFuture(backup, asOf);
            if (aside || tiers.Length > 0 || (!IsVerified(backup) && StaysUnverified(backup, backups, verified, policy, asOf))) kept.Add(backup, tiers);
        }

        return kept;
    }

    internal static bool IsVerified(EmrBackup b) => b.Verification.Outcome == EmrOutcome.Passed && b.Verification.Level != EmrVerificationLevel.Checksum;

    internal static bool IsPinned(EmrBackup b, DateTimeOffset asOf) => b.Pinned && !(b.PinnedUntilUtc <= asOf);

    internal static bool IsFuture(EmrBackup b, DateTimeOffset asOf) => b.CreatedUtc > asOf.AddMinutes(5);

    internal static IEnumerable<EmrBackup> NewestFirst(IEnumerable<EmrBackup> backups) =>
        backups.OrderByDescending(b => b.CreatedUtc).ThenByDescending(b => b.Path, StringComparer.Ordinal);

    /// <summary>The period of a backup, as a text.</summary>
    internal static string Period(EmrBackup backup, EmrRetentionTier tier, TimeZoneInfo zone)
    {
        DateTime day = TimeZoneInfo.ConvertTimeFromUtc(backup.CreatedUtc.UtcDateTime, zone).Date;
        DateTime thursday = day;
        while (thursday.DayOfWeek != DayOfWeek.Thursday) thursday = thursday.AddDays(day.DayOfWeek is DayOfWeek.Monday or DayOfWeek.Tuesday or DayOfWeek.Wednesday ? 1 : -1);
        return tier switch
        {
            EmrRetentionTier.Last => backup.Path,
            EmrRetentionTier.Daily => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            EmrRetentionTier.Weekly => $"{thursday.Year}/{((thursday.DayOfYear - 1) / 7) + 1}",
            EmrRetentionTier.Monthly => day.ToString("yyyy-MM", CultureInfo.InvariantCulture),
            _ => day.ToString("yyyy", CultureInfo.InvariantCulture),
        };
    }

    /// <summary>The newest of each period, the newest periods first, as many as the policy says.</summary>
    internal static EmrBackup[] Winners(IEnumerable<EmrBackup> backups, EmrRetentionTier tier, RetentionPolicy policy) =>
        [.. NewestFirst(backups.GroupBy(b => Period(b, tier, policy.TimeZone)).Select(g => NewestFirst(g).First())).Take(Number(policy, tier))];

    private static int Number(RetentionPolicy policy, EmrRetentionTier tier) =>
        new[] { policy.Last, policy.Daily, policy.Weekly, policy.Monthly, policy.Yearly }[(int)tier];

    private static bool StaysUnverified(
        EmrBackup backup, IEnumerable<EmrBackup> backups, EmrBackup[] verified, RetentionPolicy policy, DateTimeOffset asOf)
    {
        if (NewestFirst([backup, verified[0]]).First() == backup) return true;
        EmrBackup[] pool =
            [.. backups.Where(b => !IsPinned(b, asOf) && !IsFuture(b, asOf) && (IsVerified(b) || NewestFirst([b, verified[0]]).First() != b))];
        return s_tiers.Any(tier => Winners(pool, tier, policy).Any(winner =>
        {
            string period = Period(winner, tier, policy.TimeZone);
            return period == Period(backup, tier, policy.TimeZone) && winner == backup &&
                (tier == EmrRetentionTier.Last || !pool.Any(b => IsVerified(b) && Period(b, tier, policy.TimeZone) == period));
        }));
    }
}
