using System.Globalization;
using EmrSim.Core.Reporting.Html;

namespace EmrSim.Core.Reporting.Calendar;

/// <summary>One day of a month's grid: its number, and letters for what happened.</summary>
internal static class DayCell
{
    /// <summary>Writes the cell.</summary>
    internal static void Write(HtmlWriter html, DateOnly day, DayMarks? marks, bool isToday)
    {
        string number = day.Day.ToString(CultureInfo.InvariantCulture);
        string? today = isToday ? "date" : null;
        if (marks is null)
        {
            Number(html.Open("td", ("aria-current", today)), number, isToday);
            html.Close("td");
            return;
        }

        html.Open(
            "td",
            ("class", Look(marks)),
            ("aria-current", today),
            ("data-day", day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            ("data-kept", Values.Raw(marks.Kept)),
            ("data-removed", Values.Raw(marks.Removed)),
            ("data-failed", Values.Raw(marks.Failed)));
        Number(html, number, isToday);
        html.Element("b", Letters(marks), ("aria-hidden", "true")).Element("span", ": " + Spoken(marks), ("class", "vh"));
        html.Close("td");
    }

    /// <summary>The letter of a tier.</summary>
    internal static char Letter(EmrRetentionTier tier) => tier.ToString()[0];

    private static void Number(HtmlWriter html, string number, bool isToday)
    {
        if (isToday) html.Element("span", number, ("class", "today"));
        else html.Text(number);
    }

    private static string Look(DayMarks marks)
    {
        string kind = marks.Kept > 0 ? "kept" : marks.Removed > 0 ? "gone" : marks.Runs > 0 ? "run" : "";
        if (marks.Tiers.Max is var highest && marks.Tiers.Count > 0 && highest >= EmrRetentionTier.Weekly) kind += " long";
        return marks.Failed > 0 || marks.Unverified > 0 ? kind + " bad" : kind;
    }

    private static string Letters(DayMarks marks)
    {
        string letters = string.Concat(marks.Tiers.Select(Letter));
        if (letters.Length == 0 && marks.Kept > 0) letters = "•";
        if (marks.Pinned > 0) letters += "P";
        if (marks.Removed > 0) letters += "−";
        if (marks.Backups == 0 && marks.Runs > 0) letters += "·";
        if (marks.Unverified > 0) letters += "?";
        return marks.Failed > 0 ? letters + "×" : letters;
    }

    private static string Spoken(DayMarks marks)
    {
        var said = new List<string>();
        if (marks.Kept > 0) said.Add(Number(marks.Kept) + " kept" + (marks.Tiers.Count > 0 ? " as " + string.Join(", ", marks.Tiers).ToLowerInvariant() : ""));
        if (marks.Removed > 0) said.Add(Number(marks.Removed) + " to be removed");
        if (marks.Pinned > 0) said.Add(Number(marks.Pinned) + " pinned");
        if (marks.Backups == 0 && marks.Runs > 0) said.Add("backed up, removed since");
        if (marks.Unverified > 0) said.Add(Number(marks.Unverified) + " not verified");
        if (marks.Failed > 0) said.Add(Number(marks.Failed) + " failed");
        return string.Join("; ", said);
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
