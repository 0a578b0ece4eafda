using System.Globalization;
using System.Reflection;
using EmrSim.Core.Reporting.Sections;

namespace EmrSim.Core.Reporting.Html;

/// <summary>The whole page: head, header, navigation, sections. It needs no network and no script.</summary>
internal static class Page
{
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

    private const string Icons =
        """
        <svg class="sprite" aria-hidden="true">
        <symbol id="passed" viewBox="0 0 16 16"><path d="M2.5 8.5l3.5 3.5 7.5-8"/></symbol>
        <symbol id="failed" viewBox="0 0 16 16"><path d="M3.5 3.5l9 9M12.5 3.5l-9 9"/></symbol>
        <symbol id="inconclusive" viewBox="0 0 16 16"><path d="M5 5.6a3 3 0 1 1 4.3 2.9C8.4 9 8 9.5 8 10.4M8 13.2v.3"/></symbol>
        </svg>
        """;

    // In the order in which they stand. A new kind of object gets a section of its own.
    private static readonly ReportSection[] s_sections =
    [
        new VerdictSection(), new SetsSection(), new FailuresSection(), new NextSection(), new CalendarSection(), new ChartsSection(), new DrillsSection(),
        new BackupsSection(), new AboutSection(),
    ];

    private static readonly string s_style = ReadStyle();

    /// <summary>Writes the page.</summary>
    /// <param name="data">What it shows.</param>
    /// <param name="title">What it is called; null for a title made of the sets' names.</param>
    /// <param name="clock">How instants are told.</param>
    /// <param name="now">The time of the report.</param>
    internal static string Write(ReportData data, string? title, ZoneClock clock, DateTimeOffset now)
    {
        var html = new HtmlWriter();
        var context = new ReportContext(data, html, clock, now);
        string name = title ?? DefaultTitle(data);
        html.Markup("<!DOCTYPE html>\n").Open("html", ("lang", "en")).Line().Open("head");
        html.Empty("meta", ("charset", "utf-8")).Empty("meta", ("http-equiv", "Content-Security-Policy"), ("content", Policy));
        html.Empty("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
        html.Empty("meta", ("name", "color-scheme"), ("content", "light dark")).Empty("meta", ("name", "referrer"), ("content", "no-referrer"));
        html.Empty("meta", ("name", "generator"), ("content", "EmrSim")).Element("title", $"{Values.OutcomeWord(data.Outcome)}: {name}");
        html.Open("style").Markup(s_style).Close("style").Close("head").Line().Open("body");
        html.Element("a", "Skip to the report", ("class", "skip"), ("href", "#main")).Markup(Icons).Line();
        ReportSection[] sections = [.. s_sections.Where(s => s.Applies(context))];
        Header(context, name);
        html.Line().Open("main", ("id", "main"), ("tabindex", "-1"));
        // The verdict stands before all else, and fits on a phone's first screen.
        Section(context, sections[0]);
        Navigation(html, sections);
        foreach (ReportSection section in sections.Skip(1)) Section(context, section);
        html.Close("main").Line().Open("footer").Element("p", "Made by Export-EmrReport. This page loads nothing and sends nothing.").Close("footer");
        return html.Close("body").Close("html").Line().ToString();
    }

    private static void Header(ReportContext context, string name)
    {
        context.Html.Open("header").Open("h1");
        context.Values.Name(name);
        context.Html.Close("h1").Open("p", ("class", "made")).Text("As of ");
        context.Values.Instant("as-of", context.Now);
        context.Html.Close("p").Close("header");
    }

    private static void Navigation(HtmlWriter html, ReportSection[] sections)
    {
        html.Line().Open("nav", ("aria-label", "Sections")).Open("ul");
        foreach (ReportSection section in sections.Skip(1)) html.Open("li").Element("a", section.Heading, ("href", "#" + section.Id)).Close("li");
        html.Close("ul").Close("nav");
    }

    private static void Section(ReportContext context, ReportSection section)
    {
        context.Html.Line().Open("section", ("id", section.Id), ("aria-labelledby", section.Id + "-heading"));
        context.Html.Element("h2", section.Heading, ("id", section.Id + "-heading"));
        section.Write(context);
        context.Html.Close("section");
    }

    private static string DefaultTitle(ReportData data) => data.Sets.Select(s => s.Name).Distinct().ToArray() switch
    {
        [] => "Backups",
        [string one] => "Backups of " + one,
        [string one, string two] => $"Backups of {one} and {two}",
        { Length: int count } => string.Create(CultureInfo.InvariantCulture, $"Backups of {count} sets"),
    };

    private static string ReadStyle()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("EmrSim.Core.Reporting.report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
