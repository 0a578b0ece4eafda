using EmrSim.Core.Reporting.Html;

namespace EmrSim.Core.Reporting.Sections;

/// <summary>Every set at a glance: its newest backup, how it was verified, when it was proved, how much there is.</summary>
internal sealed class SetsSection : ReportSection
{
    internal override string Id => "sets";

    internal override string Heading => "Sets";

    internal override bool Applies(ReportContext context) => context.Data.Sets.Count > 0;

    internal override void Write(ReportContext context)
    {
        context.Html.Open("div", ("class", "cards"));
        foreach (ReportSet set in context.Data.Sets) WriteSet(context, set);
        context.Html.Close("div");
    }

    private static void WriteSet(ReportContext context, ReportSet set)
    {
        (HtmlWriter html, Values values) = (context.Html, context.Values);
        html.Line().Open("article", ("class", "card"), ("id", set.Anchor), ("aria-labelledby", set.Anchor + "-name"), ("data-set", set.Name));
        html.Open("div", ("class", "card-head")).Open("h3", ("id", set.Anchor + "-name"));
        values.Name(set.Name);
        html.Close("h3");
        values.Outcome("outcome", set.Outcome);
        html.Close("div");
        if (set.Store.Length > 0) html.Open("p", ("class", "store")).Element("bdi", set.Store).Close("p");
        html.Open("dl");
        Newest(context, set);
        Proved(context, set);
        Amount(context, set);
        html.Close("dl");
        if (set.Status is { } status) html.Open("p", ("class", "said")).Element("bdi", status.Summary, ("data-field", "summary")).Close("p");
        html.Close("article");
    }

    private static void Newest(ReportContext context, ReportSet set)
    {
        (HtmlWriter html, Values values) = (context.Html, context.Values);
        if (set.Newest is not { } newest)
        {
            Item(html, "Newest backup", () => html.Text("none is known"));
            return;
        }

        Item(html, "Newest backup", () => values.Instant("newest", newest.CreatedUtc));
        Item(html, "Age", () => values.Age("age", context.Now - newest.CreatedUtc));
        Item(html, "Verified", () =>
        {
            Verified(context, set, newest, " at level ");
            if (set.FailedTestOf(newest) is not { } test) return;
            html.Text(", when it was tested last, ");
            values.Instant("failed-test", test.StartedUtc);
        });
        if (!set.IsGood(newest) && set.NewestVerified is { } verified) Item(html, "Newest verified", () => values.Instant("newest-verified", verified.CreatedUtc));
        Item(html, "Size", () =>
        {
            values.Length("stored", newest.StoredLength).Text(" stored, ");
            values.Length("database", newest.DatabaseLength).Text(" database, ");
            values.Count("rows", Values.Sum(newest.Tables.Values), "row", "rows");
        });
    }

    private static void Proved(ReportContext context, ReportSet set) => Item(context.Html, "Proved restorable", () =>
    {
        if (set.ProvedUtc is not { } proved)
        {
            context.Html.Text("never, as far as is known");
            return;
        }

        context.Values.Instant("proved", proved);
        context.Html.Text(", ");
        context.Values.Age("proved-age", context.Now - proved).Text(" ago");
    });

    private static void Amount(ReportContext context, ReportSet set) => Item(context.Html, set.IsListed ? "Backups" : "Backups known of", () =>
    {
        Values values = context.Values;
        values.Count("count", set.Backups.Count).Text(", ");
        values.Length("total-stored", Values.Sum(set.Backups.Select(b => b.StoredLength))).Text(" together");
        int pinned = set.Backups.Count(b => b.Pinned);
        if (pinned == 0) return;
        context.Html.Text(", ");
        values.Count("pinned", pinned).Text(" pinned");
    });

    private static void Item(HtmlWriter html, string term, Action write)
    {
        html.Open("div").Element("dt", term).Open("dd");
        write();
        html.Close("dd").Close("div");
    }
}
