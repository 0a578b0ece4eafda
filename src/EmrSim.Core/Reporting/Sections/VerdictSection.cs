using System.Globalization;
using EmrSim.Core.Reporting.Html;

namespace EmrSim.Core.Reporting.Sections;

/// <summary>The verdict in words: what needs attention, the worst first.</summary>
internal sealed class VerdictSection : ReportSection
{
    // A hostile or broken store must not fill the first screen.
    private const int FindingsShown = 6;
    private const int SetsShown = 20;

    internal override string Id => "verdict";

    internal override string Heading => "Verdict";

    internal override void Write(ReportContext context)
    {
        HtmlWriter html = context.Html;
        EmrOutcome outcome = context.Data.Outcome;
        html.Open("div", ("class", "verdict " + outcome.ToString().ToLowerInvariant()), ("data-field", "verdict"), ("data-value", outcome.ToString()));
        html.Markup($"<svg class=\"icon\" aria-hidden=\"true\"><use href=\"#{outcome.ToString().ToLowerInvariant()}\"/></svg>");
        html.Element("p", Headline(context.Data), ("class", "headline"));
        html.Close("div");

        ReportSet[] open = [.. context.Data.Sets.Where(s => s.Findings.Count > 0)];
        if (open.Length > 0)
        {
            html.Open("ul", ("class", "attention"));
            foreach (ReportSet set in open.Take(SetsShown)) WriteSet(context, set);
            html.Close("ul");
        }

        if (open.Length > SetsShown)
        {
            html.Open("p").Text("And ");
            context.Values.Count("more-sets", open.Length - SetsShown, "more set", "more sets").Text("; see ").Element("a", "Sets", ("href", "#sets")).Text(".");
            html.Close("p");
        }
    }

    private static void WriteSet(ReportContext context, ReportSet set)
    {
        HtmlWriter html = context.Html;
        html.Open("li").Open("p", ("class", "who"));
        context.Values.Outcome("attention", set.Outcome).Text(" ");
        html.Open("a", ("href", "#" + set.Anchor));
        context.Values.Name(set.Name);
        html.Close("a").Close("p").Open("ul");
        foreach (Finding finding in set.Findings.Take(FindingsShown)) WriteFinding(context, finding);
        if (set.Findings.Count > FindingsShown)
        {
            html.Open("li").Text("And ");
            context.Values.Count("more-findings", set.Findings.Count - FindingsShown, "more.", "more.");
            html.Close("li");
        }

        html.Close("ul").Close("li");
    }

    private static void WriteFinding(ReportContext context, Finding finding)
    {
        context.Html.Open("li").Open("bdi").Text(finding.Text).Close("bdi");
        if (finding.When is { } when)
        {
            context.Html.Text(" ").Open("span", ("class", "when"));
            context.Values.Instant("finding", when);
            context.Html.Close("span");
        }

        context.Html.Close("li");
    }

    private static string Headline(ReportData data)
    {
        int failed = data.Sets.Count(s => s.Outcome == EmrOutcome.Failed);
        int unknown = data.Sets.Count(s => s.Outcome == EmrOutcome.Inconclusive);
        string all = data.Sets.Count == 1 ? "The set" : string.Create(CultureInfo.InvariantCulture, $"All {data.Sets.Count} sets");
        if (data.Sets.Count == 0) return "Nothing is known: this report was given nothing to report on. That is no good news.";
        if (failed > 0) return Number(failed, data.Sets.Count) + (failed == 1 ? " needs attention." : " need attention.");
        if (unknown > 0) return "Not everything is known of " + Number(unknown, data.Sets.Count, lower: true) + ".";
        return data.Sets.Count == 1 ? all + " is fresh, verified and proved restorable." : all + " are fresh, verified and proved restorable.";
    }

    private static string Number(int count, int of, bool lower = false)
    {
        if (of == 1) return lower ? "the only set" : "The only set";
        if (count == of) return (lower ? "all " : "All ") + string.Create(CultureInfo.InvariantCulture, $"{of} sets");
        return string.Create(CultureInfo.InvariantCulture, $"{count} of {of} sets");
    }
}
