using System.Globalization;
using EmrSim.Core.Reporting.Html;

namespace EmrSim.Core.Reporting.Calendar;

/// <summary>One month as a grid of days in ISO weeks, which begin on Monday.</summary>
/// <param name="html">The page.</param>
/// <param name="days">The days on which something happened.</param>
/// <param name="today">The day of the report.</param>
internal sealed class MonthGrid(HtmlWriter html, IReadOnlyDictionary<DateOnly, DayMarks> days, DateOnly today)
{
    private const int DaysOfWeek = 7;
    private static readonly (string Short, string Long)[] s_weekdays =
        [("Mo", "Monday"), ("Tu", "Tuesday"), ("We", "Wednesday"), ("Th", "Thursday"), ("Fr", "Friday"), ("Sa", "Saturday"), ("Su", "Sunday")];

    /// <summary>Writes the month that begins on a day.</summary>
    internal void Write(DateOnly first)
    {
        html.Line().Open("table", ("class", "month")).Element("caption", first.ToString("MMMM yyyy", CultureInfo.InvariantCulture));
        html.Open("thead").Open("tr").Open("th", ("scope", "col")).Element("abbr", "W", ("title", "ISO week")).Close("th");
        foreach ((string shortName, string longName) in s_weekdays) html.Open("th", ("scope", "col")).Element("abbr", shortName, ("title", longName)).Close("th");
        html.Close("tr").Close("thead").Open("tbody");
        int length = DateTime.DaysInMonth(first.Year, first.Month);
        for (int day = 1; day <= length;) day = Week(first, day, length);
        html.Close("tbody").Close("table");
    }

    private int Week(DateOnly first, int day, int length)
    {
        DateOnly date = new(first.Year, first.Month, day);
        html.Open("tr").Element("th", ISOWeek.GetWeekOfYear(date.ToDateTime(TimeOnly.MinValue)).ToString(CultureInfo.InvariantCulture), ("scope", "row"));
        int weekday = ((int)date.DayOfWeek + DaysOfWeek - 1) % DaysOfWeek;
        if (weekday > 0) Blank(weekday);
        for (; weekday < DaysOfWeek && day <= length; weekday++, day++)
        {
            date = new DateOnly(first.Year, first.Month, day);
            DayCell.Write(html, date, days.GetValueOrDefault(date), date == today);
        }

        if (weekday < DaysOfWeek) Blank(DaysOfWeek - weekday);
        html.Close("tr");
        return day;
    }

    private void Blank(int columns) => html.Element("td", "", ("class", "out"), ("colspan", columns.ToString(CultureInfo.InvariantCulture)));
}
