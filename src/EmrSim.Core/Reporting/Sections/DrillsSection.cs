using System.Globalization;
using EmrSim.Core.Reporting.Html;

namespace EmrSim.Core.Reporting.Sections;

/// <summary>The drills: tests that restored a backup, when, with what outcome, in what time.</summary>
internal sealed class DrillsSection : ReportSection
{
    internal override string Id => "drills";

    internal override string Heading => "Restore drills";

    internal override bool Applies(ReportContext context) => context.Data.Sets.Count > 0;

    internal override void Write(ReportContext context)
    {
        Drill[] all = [.. context.Data.Sets.SelectMany(Collect).Distinct().OrderByDescending(d => d.When).ThenBy(d => d.Set, StringComparer.Ordinal)];
        if (all.Length == 0)
        {
            context.Html.Element("p", "None is known. A backup counts as proved when a test at level Restore has restored it and passed.");
            return;
        }

        HtmlWriter html = OpenScroll(context.Html, "Table of restore drills");
        html.Open("table").Open("caption");
        context.Values.Count("drills", all.Length, "test at level Restore", "tests at level Restore").Text(", the newest first");
        html.Close("caption");
        Heads(html, "When", "Set", "Outcome", "#Took", "Backup");
        html.Open("tbody");
        foreach (Drill drill in all.Take(ReportLimits.Items)) WriteOne(context, drill);
        html.Close("tbody").Close("table").Close("div");
        if (all.Length <= ReportLimits.Items) return;
        context.Remarks.Add(string.Create(
            CultureInfo.InvariantCulture, $"Restore drills: the newest {ReportLimits.Items} of {all.Length} are listed; older ones are only counted."));
    }

    private static void WriteOne(ReportContext context, Drill drill)
    {
        (HtmlWriter html, Values values) = (context.Html, context.Values);
        html.Line().Open("tr").Open("th", ("scope", "row"));
        values.Instant("drill", drill.When);
        html.Close("th").Open("td");
        values.Name(drill.Set);
        html.Close("td").Open("td");
        values.Outcome("drill-outcome", drill.Outcome);
        html.Close("td").Open("td", ("class", "num"));
        values.Duration("drill-took", drill.Took);
        html.Close("td").Open("td", ("class", "file")).Element("bdi", drill.File).Close("td").Close("tr");
    }

    // A test that is given by itself and stands in the history, too, is one drill; its time is written there to the millisecond.
    private static IEnumerable<Drill> Collect(ReportSet set)
    {
        Drill[] tests = [.. set.Tests.Where(t => t.Level == EmrVerificationLevel.Restore)
            .Select(t => new Drill(t.StartedUtc, set.Name, t.Outcome, t.Duration, StorePath.FileName(t.Path)))];
        HashSet<(string, long)> known = [.. tests.Select(Identity)];
        return tests.Concat(set.History.Where(e => e is { Kind: EmrRunKind.Test, Level: EmrVerificationLevel.Restore })
            .Select(e => new Drill(e.StartedUtc, set.Name, e.Outcome, e.Duration, e.File ?? ""))
            .Where(d => !known.Contains(Identity(d))));
    }

    private static (string File, long Milliseconds) Identity(Drill drill) => (drill.File, drill.When.ToUnixTimeMilliseconds());

    private sealed record Drill(DateTimeOffset When, string Set, EmrOutcome Outcome, TimeSpan Took, string File);
}
