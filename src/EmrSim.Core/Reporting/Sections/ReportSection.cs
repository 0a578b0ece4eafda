using EmrSim.Core.Reporting.Html;

namespace EmrSim.Core.Reporting.Sections;

/// <summary>A part of the page about one kind of thing.</summary>
internal abstract class ReportSection
{
    /// <summary>The id of the section, which links in the page name.</summary>
    internal abstract string Id { get; }

    /// <summary>Its heading.</summary>
    internal abstract string Heading { get; }

    /// <summary>Whether there is anything to show.</summary>
    internal virtual bool Applies(ReportContext context) => true;

    /// <summary>Writes what stands below the heading.</summary>
    internal abstract void Write(ReportContext context);

    /// <summary>Opens a box for a wide table, which the keyboard can scroll.</summary>
    private protected static HtmlWriter OpenScroll(HtmlWriter html, string label) =>
        html.Open("div", ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", label));

    /// <summary>Writes the heads of a table's columns; those whose name begins with # hold numbers.</summary>
    private protected static void Heads(HtmlWriter html, params ReadOnlySpan<string> heads)
    {
        html.Open("thead").Open("tr");
        foreach (string head in heads) html.Element("th", head.TrimStart('#'), ("scope", "col"), ("class", head[0] == '#' ? "num" : null));
        html.Close("tr").Close("thead");
    }

    /// <summary>How a backup was verified, or that it failed its last test since.</summary>
    private protected static void Verified(ReportContext context, ReportSet set, EmrBackup backup, string between)
    {
        EmrHistoryEntry? failed = set.FailedTestOf(backup);
        context.Values.Outcome("verified", failed?.Outcome ?? backup.Verification.Outcome).Text(between);
        context.Values.Word("level", (failed?.Level ?? backup.Verification.Level).ToString());
    }

    /// <summary>The heading of one set within a section.</summary>
    private protected static void SetHeading(ReportContext context, ReportSet set)
    {
        context.Html.Open("h3");
        context.Values.Name(set.Name);
        context.Html.Close("h3");
    }
}
