using System.Globalization;

namespace EmrSim.Core.Migration.Planning;

/// <summary>How long the time is that a partition holds.</summary>
internal enum PartitionPeriod
{
    Day,
    Month,
    Year,
}

/// <summary>Days, months and years of UTC.</summary>
internal static class PartitionPeriods
{
    /// <summary>The beginning of the period in which a day lies.</summary>
    internal static DateOnly Begin(this PartitionPeriod period, DateOnly day) => period switch
    {
        PartitionPeriod.Day => day,
        PartitionPeriod.Month => new DateOnly(day.Year, day.Month, 1),
        _ => new DateOnly(day.Year, 1, 1),
    };

    /// <summary>The beginning of the next period; null where the calendar of .NET ends, with the year 9999.</summary>
    internal static DateOnly? Next(this PartitionPeriod period, DateOnly begin) => period switch
    {
        PartitionPeriod.Day => begin == DateOnly.MaxValue ? null : begin.AddDays(1),
        PartitionPeriod.Month => begin is { Year: 9999, Month: 12 } ? null : begin.AddMonths(1),
        _ => begin.Year == 9999 ? null : begin.AddYears(1),
    };

    /// <summary>How a partition of it ends its name.</summary>
    internal static string Suffix(this PartitionPeriod period, DateOnly begin) => "_" + begin.ToString(
        period switch { PartitionPeriod.Day => "yyyy_MM_dd", PartitionPeriod.Month => "yyyy_MM", _ => "yyyy" }, CultureInfo.InvariantCulture);

    /// <summary>How many periods there are from one to another, both counted.</summary>
    internal static int Count(this PartitionPeriod period, DateOnly first, DateOnly last) => period switch
    {
        PartitionPeriod.Day => last.DayNumber - first.DayNumber + 1,
        PartitionPeriod.Month => (last.Year * 12) + last.Month - (first.Year * 12) - first.Month + 1,
        _ => last.Year - first.Year + 1,
    };
}
