using System.Globalization;
using EmrSim.Core.Reporting.Calendar;
using EmrSim.Core.Reporting.Html;

namespace EmrSim.Core.Reporting.Sections;

/// <summary>Which days have a backup, for which tier each stays, and where there is a gap.</summary>
internal sealed class CalendarSection : ReportSection
{
    // A clock that was wrong can date a backup anywhere; its month is shown, but not all months until then.
    private const int FutureMonths = 2;

    internal override string Id => "calendar";

    internal override string Heading => "Calendar";

    internal override bool Applies(ReportContext context) => context.DetailedSets.Any();

    internal override void Write(ReportContext context)
    {
        Legend(context.Html);
        foreach (ReportSet set in context.DetailedSets) WriteSet(context, set);
        int left = context.Data.Sets.Count(s => s.Backups.Count > 0 || s.History.Count > 0) - context.DetailedSets.Count();
        if (left > 0)
        {
            context.Remarks.Add(string.Create(
                CultureInfo.InvariantCulture, $"Calendar and charts: shown for the first {context.Limits.DetailedSets} sets, the worst first; {left} more have none."));
        }
    }

    private static void WriteSet(ReportContext context, ReportSet set)
    {
        HtmlWriter html = context.Html;
        SortedDictionary<DateOnly, DayMarks> days = DayMarks.Of(set, context.Clock);
        if (days.Count == 0) return;
        DateOnly today = context.Clock.Day(context.Now);
        html.Open("section", ("class", "per-set"), ("aria-label", "Calendar of " + set.Name));
        SetHeading(context, set);
        List<DateOnly> months = Months(days, today, context.Limits.Months);
        var grid = new MonthGrid(html, days, today);
        html.Open("div", ("class", "months"));
        foreach (DateOnly month in months) grid.Write(month);
        html.Close("div");
        if (days.Keys.Any(d => !months.Contains(FirstOf(d)))) Years(context, set, days);
        html.Close("section");
    }

    private static void Years(ReportContext context, ReportSet set, SortedDictionary<DateOnly, DayMarks> days)
    {
        OpenScroll(context.Html, "Years of " + set.Name);
        int left = YearGrid.Write(context.Html, context.Values, days, ReportLimits.Years);
        context.Html.Close("div");
        context.Remarks.Add(string.Create(
            CultureInfo.InvariantCulture, $"Calendar: the last {context.Limits.Months} months of a set are shown day by day, older ones month by month."));
        if (left > 0) context.Remarks.Add(string.Create(CultureInfo.InvariantCulture, $"Calendar: {left} years before the newest {ReportLimits.Years} are not shown."));
    }

    // The newest months up to now, whether anything happened in them or not: an empty one is news.
    private static List<DateOnly> Months(SortedDictionary<DateOnly, DayMarks> days, DateOnly today, int limit)
    {
        DateOnly current = FirstOf(today);
        DateOnly first = FirstOf(days.Keys.First());
        var months = new List<DateOnly>(days.Keys.Select(FirstOf).Where(m => m > current).Distinct().Take(FutureMonths).OrderDescending());
        for (int i = 0; i < limit && current >= first; i++)
        {
            months.Add(current);
            if (current.Year == 1 && current.Month == 1) break;
            current = current.AddMonths(-1);
        }

        return months;
    }

    private static DateOnly FirstOf(DateOnly day) => new(day.Year, day.Month, 1);

    private static void Legend(HtmlWriter html)
    {
        html.Open("ul", ("class", "legend"), ("aria-label", "What the letters mean"));
        foreach (EmrRetentionTier tier in Enum.GetValues<EmrRetentionTier>()) Entry(DayCell.Letter(tier).ToString(), "kept as " + tier.ToString().ToLowerInvariant());
        Entry("P", "pinned");
        Entry("•", "there, in no tier");
        Entry("−", "to be removed");
        Entry("·", "backed up, removed since");
        Entry("?", "not verified");
        Entry("×", "failed run or test");
        html.Open("li").Element("b", "1", ("class", "today")).Text(" today").Close("li");
        html.Close("ul");

        void Entry(string sign, string meaning) => html.Open("li").Element("b", sign).Text(" " + meaning).Close("li");
    }
}
