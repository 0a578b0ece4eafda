using System.Globalization;
using EmrSim.Core.Reporting.Html;

namespace EmrSim.Core.Reporting.Charts;

/// <summary>What one point of a chart stands for: a backup, or the largest values of a period.</summary>
/// <param name="At">Where it stands on the time axis: the newest backup's time.</param>
/// <param name="Count">How many backups it stands for.</param>
/// <param name="Stored">The largest stored length.</param>
/// <param name="Database">The largest length of a database.</param>
/// <param name="Took">The longest duration.</param>
internal sealed record ChartBin(DateTimeOffset At, int Count, long Stored, long Database, TimeSpan Took)
{
    private const int DaysOfWeek = 7;

    private static readonly (string Name, Func<DateOnly, DateOnly> Start)[] s_periods =
    [
        ("day", static d => d),
        ("week", static d => d.DayNumber < DaysOfWeek ? DateOnly.MinValue : d.AddDays(-(((int)d.DayOfWeek + DaysOfWeek - 1) % DaysOfWeek))),
        ("month", static d => new DateOnly(d.Year, d.Month, 1)),
        ("year", static d => new DateOnly(d.Year, 1, 1)),
    ];

    /// <summary>One bin per backup where there are few, else one per day, week, month or year, whichever first gives few enough.</summary>
    /// <returns>The bins, oldest first, and the period; null where each backup has its own.</returns>
    internal static (IReadOnlyList<ChartBin> Bins, string? Period) Of(IReadOnlyList<EmrBackup> backups, int limit, ZoneClock clock)
    {
        if (backups.Count <= limit) return ([.. backups.Select(b => Of([b]))], null);
        foreach ((string name, Func<DateOnly, DateOnly> start) in s_periods)
        {
            ChartBin[] bins = [.. backups.GroupBy(b => start(clock.Day(b.CreatedUtc))).OrderBy(g => g.Key).Select(g => Of([.. g]))];
            if (bins.Length <= limit) return (bins, name);
        }

        // Centuries of backups come from a clock that was wrong; the newest are shown.
        return ([.. backups.TakeLast(limit).Select(b => Of([b]))], string.Create(CultureInfo.InvariantCulture, $"backup, of the newest {limit}"));
    }

    private static ChartBin Of(EmrBackup[] backups) => new(
        backups[^1].CreatedUtc, backups.Length, backups.Max(b => b.StoredLength), backups.Max(b => b.DatabaseLength), backups.Max(b => b.Duration));
}
