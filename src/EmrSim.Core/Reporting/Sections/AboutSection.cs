using EmrSim.Core.Reporting.Html;

namespace EmrSim.Core.Reporting.Sections;

/// <summary>What the report was made of, and what it leaves out. It is written last, when the other sections have said what they summed up.</summary>
internal sealed class AboutSection : ReportSection
{
    internal override string Id => "about";

    internal override string Heading => "About this report";

    internal override void Write(ReportContext context)
    {
        (HtmlWriter html, Values values, ReportData data) = (context.Html, context.Values, context.Data);
        html.Open("ul", ("class", "plain")).Open("li").Text("Made ");
        values.Instant("generated", context.Now);
        html.Text(". Times are UTC");
        html.Text(context.Clock.Differs ? "; beside them stands the time of " : ", and so is the zone of the calendar: ");
        html.Element("span", context.Clock.Name(context.Now), ("data-field", "zone")).Text(context.Clock.Differs ? ", whose days the calendar shows." : ".");
        html.Close("li").Open("li").Text("Made of ");
        values.Count("total-sets", data.Sets.Count, "set", "sets").Text(", ");
        values.Count("total-backups", data.Sets.Sum(s => (long)s.Backups.Count), "backup", "backups").Text(", ");
        values.Count("total-tests", data.Sets.Sum(s => (long)s.Tests.Count), "test", "tests").Text(", ");
        values.Count("total-history", data.Sets.SelectMany(s => s.History).Distinct().Count(), "run of the history", "runs of the history").Text(", ");
        values.Count("total-decisions", data.Sets.Sum(s => (long)s.Decisions.Count), "decision", "decisions").Text(" of a retention plan and ");
        values.Count("total-statuses", data.Sets.Count(s => s.Status is not null), "status.", "statuses.");
        html.Close("li");
        html.Element("li", "KB, MB and GB are 1024, 1024² and 1024³ bytes.");
        foreach (IGrouping<string, string> type in data.LeftOut.GroupBy(t => t).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            html.Open("li").Text("Left out: ");
            values.Count("left-out", type.Count(), "object", "objects").Text(" of type ").Element("code", type.Key).Text(", which no report knows.").Close("li");
        }

        foreach (string remark in context.Remarks.Distinct()) html.Element("li", remark, ("class", "remark"));
        html.Close("ul");
    }
}
