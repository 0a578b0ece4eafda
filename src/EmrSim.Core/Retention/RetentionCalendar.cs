using System.Globalization;

namespace EmrSim.Core.Retention;

/// <summary>
/// Days, ISO weeks, months and years in a time zone. A day is what the calendar of the zone calls one, so it has 23 or 25 hours where the
/// clocks change.
/// </summary>
internal static class RetentionCalendar
{
    private const int WeeksPerYear = 100;
    private const int MonthsPerYear = 12;

    /// <summary>All tiers, the finest first.</summary>
    internal static IReadOnlyList<EmrRetentionTier> Tiers { get; } = Enum.GetValues<EmrRetentionTier>();

    /// <summary>The day of an instant in a zone.</summary>
    internal static DateOnly Day(DateTimeOffset instant, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);

    /// <summary>A number that days of the same period share, and no others. Last knows no periods.</summary>
    internal static int Period(EmrRetentionTier tier, DateOnly day) => tier switch
    {
        EmrRetentionTier.Daily => day.DayNumber,
        EmrRetentionTier.Weekly => (WeekYear(day) * WeeksPerYear) + Week(day),
        EmrRetentionTier.Monthly => (day.Year * MonthsPerYear) + day.Month,
        EmrRetentionTier.Yearly => day.Year,
        _ => throw new ArgumentOutOfRangeException(nameof(tier)),
    };

    /// <summary>A period as people call it, whatever the culture of the host: <c>2026-11-24</c>, <c>week 2026-W48</c>, <c>November 2026</c>.</summary>
    internal static string Label(EmrRetentionTier tier, DateOnly day) => tier switch
    {
        EmrRetentionTier.Daily => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        EmrRetentionTier.Weekly => string.Create(CultureInfo.InvariantCulture, $"week {WeekYear(day):0000}-W{Week(day):00}"),
        EmrRetentionTier.Monthly => day.ToString("MMMM yyyy", CultureInfo.InvariantCulture),
        EmrRetentionTier.Yearly => day.ToString("'the year' yyyy", CultureInfo.InvariantCulture),
        _ => throw new ArgumentOutOfRangeException(nameof(tier)),
    };

    /// <summary>What a tier counts.</summary>
    internal static string Unit(EmrRetentionTier tier) => tier switch
    {
        EmrRetentionTier.Last => "backup",
        EmrRetentionTier.Daily => "day",
        EmrRetentionTier.Weekly => "week",
        EmrRetentionTier.Monthly => "month",
        EmrRetentionTier.Yearly => "year",
        _ => throw new ArgumentOutOfRangeException(nameof(tier)),
    };

    // ISO 8601: a week belongs to the year of its Thursday, so the days around new year may belong to the other year.
    private static int WeekYear(DateOnly day) => ISOWeek.GetYear(day.ToDateTime(TimeOnly.MinValue));

    private static int Week(DateOnly day) => ISOWeek.GetWeekOfYear(day.ToDateTime(TimeOnly.MinValue));
}
