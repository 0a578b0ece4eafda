using System.Globalization;

namespace EmrSim.Core.Retention;

/// <summary>Says why a backup stays or goes, in a sentence for people. Neither the host's culture nor its zone matter.</summary>
/// <param name="policy">The policy of the plan.</param>
/// <param name="asOf">The time of the plan.</param>
internal sealed class RetentionReason(RetentionPolicy policy, DateTimeOffset asOf)
{
    internal const string NoVerified = "the set has no verified backup, so nothing of it is removed";
    internal const string NewerThanVerified = "not verified, but newer than every verified one";

    /// <summary>A verified backup that counts in these tiers.</summary>
    internal string Kept(RetentionCandidate candidate, EmrRetentionTier[] tiers)
    {
        string[] periods = [.. tiers.Where(t => t != EmrRetentionTier.Last).Select(t => "of " + RetentionCalendar.Label(t, candidate.Day))];
        string? last = tiers[0] == EmrRetentionTier.Last ? $"{OneOfTheNewest} verified" : null;
        string? ofPeriods = periods.Length == 0 ? null : "newest verified " + Join(periods);
        return string.Join("; ", new[] { last, ofPeriods }.OfType<string>());
    }

    /// <summary>A backup without verification that is all there is of something.</summary>
    internal string StandIn(RetentionCandidate candidate, EmrRetentionTier[] tiers)
    {
        string[] periods = [.. tiers.Where(t => t != EmrRetentionTier.Last).Select(t => RetentionCalendar.Label(t, candidate.Day))];
        return "not verified, so it counts in no tier; kept because " +
            (periods.Length == 0 ? $"it is {OneOfTheNewest}" : $"{Join(periods)} {(periods.Length == 1 ? "has" : "have")} no verified one");
    }

    /// <summary>A backup that goes.</summary>
    internal string Removed(RetentionCandidate candidate, bool verified)
    {
        string lead = verified ? "not needed: " : "not verified, and not needed: ";
        string better = verified ? "newer" : "verified or newer";
        // The day lies in its week, month and year, so nothing more needs to be said of these.
        if (candidate[EmrRetentionTier.Daily] == Standing.Covered)
        {
            return $"{lead}{RetentionCalendar.Label(EmrRetentionTier.Daily, candidate.Day)} has a {better} one";
        }

        EmrRetentionTier[] beyond = candidate.Where(Standing.Beyond);
        string[] covered =
            [.. candidate.Where(Standing.Covered).Where(t => t != EmrRetentionTier.Last).Select(t => RetentionCalendar.Label(t, candidate.Day))];
        string? old = beyond.Length == 0 ? null : $"older than the {Join([.. beyond.Select(Amount)])} that are kept";
        string? inside = covered.Length == 0 ? null : covered.Length == 1 ? $"{covered[0]} has a {better} one" : $"{Join(covered)} have {better} ones";
        return lead + string.Join("; ", new[] { old, inside }.OfType<string>());
    }

    /// <summary>A backup whose pin holds.</summary>
    internal static string Pinned(EmrBackup backup)
    {
        string until = backup.PinnedUntilUtc is { } end ? $" until {Instant(end)}" : "";
        return $"pinned{until}{(string.IsNullOrWhiteSpace(backup.PinReason) ? "" : $": {backup.PinReason}")}";
    }

    /// <summary>A backup that is dated in the future.</summary>
    internal string FromFuture(EmrBackup backup) =>
        $"dated {Instant(backup.CreatedUtc)}, later than this plan's {Instant(asOf)}: a clock was wrong, so it stays and counts in no tier";

    private string OneOfTheNewest => policy.Last == 1 ? "the newest" : string.Create(CultureInfo.InvariantCulture, $"one of the {policy.Last} newest");

    private string Amount(EmrRetentionTier tier) =>
        string.Create(CultureInfo.InvariantCulture, $"{policy.Of(tier)} {RetentionCalendar.Unit(tier)}{(policy.Of(tier) == 1 ? "" : "s")}");

    private static string Instant(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Join(string[] parts) => parts.Length == 1 ? parts[0] : $"{string.Join(", ", parts[..^1])} and {parts[^1]}";
}
