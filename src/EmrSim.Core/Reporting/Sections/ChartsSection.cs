using System.Globalization;
using EmrSim.Core.Reporting.Charts;
using EmrSim.Core.Reporting.Html;

namespace EmrSim.Core.Reporting.Sections;

/// <summary>How sizes and durations went over time.</summary>
internal sealed class ChartsSection : ReportSection
{
    private static readonly TimeSpan s_future = TimeSpan.FromDays(1);

    internal override string Id => "trends";

    internal override string Heading => "Sizes and durations";

    internal override bool Applies(ReportContext context) => context.DetailedSets.Any(s => s.Backups.Count > 0);

    internal override void Write(ReportContext context)
    {
        HtmlWriter html = context.Html;
        html.Open("p", ("class", "note")).Text("The time axes are in UTC");
        html.Text(context.Clock.Differs ? "; the tables have the time of " + context.Clock.Zone.Id + " beside it." : ".").Close("p");
        foreach (ReportSet set in context.DetailedSets.Where(s => s.Backups.Count > 0)) WriteSet(context, set);
    }

    private static void WriteSet(ReportContext context, ReportSet set)
    {
        // One backup that a wrong clock dated years ahead would press all others into a corner.
        EmrBackup[] backups = [.. set.Backups.Where(b => b.CreatedUtc - context.Now < s_future)];
        if (backups.Length < set.Backups.Count) context.Remarks.Add("Charts: backups that are dated more than a day in the future are not drawn.");
        if (backups.Length == 0) return;
        context.Html.Open("section", ("class", "per-set"), ("aria-label", "Charts of " + set.Name));
        SetHeading(context, set);
        (IReadOnlyList<ChartBin> bins, string? period) = ChartBin.Of(backups, context.Limits.Points, context.Clock);
        if (period is not null)
        {
            context.Remarks.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"Charts: a set with more than {context.Limits.Points} backups is drawn by the largest values of each day, week, month or year."));
        }

        new SetCharts(context, set, bins, period).Write();
        context.Html.Close("section");
    }
}
