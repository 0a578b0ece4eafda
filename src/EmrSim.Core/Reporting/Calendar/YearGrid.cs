using System.Globalization;
using EmrSim.Core.Reporting.Html;

namespace EmrSim.Core.Reporting.Calendar;

/// <summary>The years of a set, month by month, as numbers of backups.</summary>
internal static class YearGrid
{
    private const int MonthsOfYear = 12;

    /// <summary>Writes one row per year, the newest first.</summary>
    /// <returns>How many older years were left away.</returns>
    internal static int Write(HtmlWriter html, Values values, IReadOnlyDictionary<DateOnly, DayMarks> days, int limit)
    {
        int[] years = [.. days.Keys.Select(d => d.Year).Distinct().OrderDescending()];
        ILookup<(int Year, int Month), DayMarks> months = days.ToLookup(d => (d.Key.Year, d.Key.Month), d => d.Value);
        html.Open("table", ("class", "years")).Element("caption", "Backups per month; × where a run or a test did not pass");
        html.Open("thead").Open("tr").Element("th", "Year", ("scope", "col"));
        for (int month = 1; month <= MonthsOfYear; month++) html.Element("th", CultureInfo.InvariantCulture.DateTimeFormat.GetAbbreviatedMonthName(month), ("scope", "col"));
        html.Close("tr").Close("thead").Open("tbody");
        foreach (int year in years.Take(limit))
        {
            html.Line().Open("tr").Element("th", year.ToString("0000", CultureInfo.InvariantCulture), ("scope", "row"));
            for (int month = 1; month <= MonthsOfYear; month++) Month(html, values, [.. months[(year, month)]]);
            html.Close("tr");
        }

        html.Close("tbody").Close("table");
        return Math.Max(0, years.Length - limit);
    }

    private static void Month(HtmlWriter html, Values values, DayMarks[] days)
    {
        int failed = days.Sum(d => d.Failed);
        int backups = days.Sum(d => d.Backups);
        html.Open("td", ("class", failed > 0 ? "bad" : backups > 0 ? "kept" : null));
        if (backups > 0) values.Count("year-month", backups);
        if (failed > 0) html.Element("b", "×", ("aria-hidden", "true")).Element("span", $", {failed.ToString(CultureInfo.InvariantCulture)} failed", ("class", "vh"));
        html.Close("td");
    }
}
