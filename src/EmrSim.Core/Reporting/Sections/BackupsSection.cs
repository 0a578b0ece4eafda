using System.Globalization;
using EmrSim.Core.Reporting.Html;

namespace EmrSim.Core.Reporting.Sections;

/// <summary>Every backup, the newest first; where there are too many, the older ones are summed up.</summary>
internal sealed class BackupsSection : ReportSection
{
    internal override string Id => "backups";

    internal override string Heading => "All backups";

    internal override bool Applies(ReportContext context) => context.Data.Sets.Any(s => s.Backups.Count > 0);

    internal override void Write(ReportContext context)
    {
        foreach (ReportSet set in context.Data.Sets.Where(s => s.Backups.Count > 0))
        {
            SetHeading(context, set);
            int listed = Math.Min(context.Limits.Rows, set.Backups.Count);
            Table(context, set, [.. set.Backups.Reverse().Take(listed)]);
            if (listed == set.Backups.Count) continue;
            Months(context, set, [.. set.Backups.SkipLast(listed)]);
            context.Remarks.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"All backups: the newest {listed} of a set are listed one by one where it has more; older ones are summed up by month, or by year."));
        }
    }

    private static void Table(ReportContext context, ReportSet set, EmrBackup[] backups)
    {
        (HtmlWriter html, Values values) = (context.Html, context.Values);
        OpenScroll(html, $"Table of backups of {set.Name}").Open("table", ("data-table", "backups"), ("data-set", set.Name)).Open("caption");
        if (backups.Length < set.Backups.Count) html.Text("The newest ");
        values.Count("listed", backups.Length, "backup", "backups").Text(", the newest first");
        html.Close("caption");
        Heads(html, "Created", "Verified", "#Stored", "#Database", "#Rows", "#Took", "Retention", "File");
        html.Open("tbody");
        foreach (EmrBackup backup in backups) Row(context, set, backup);
        html.Close("tbody").Close("table").Close("div");
    }

    private static void Row(ReportContext context, ReportSet set, EmrBackup backup)
    {
        (HtmlWriter html, Values values) = (context.Html, context.Values);
        html.Line().Open("tr").Open("th", ("scope", "row"));
        values.Instant("created", backup.CreatedUtc);
        html.Close("th").Open("td");
        Verified(context, set, backup, " ");
        html.Close("td").Open("td", ("class", "num"));
        values.Length("stored", backup.StoredLength);
        html.Close("td").Open("td", ("class", "num"));
        values.Length("database", backup.DatabaseLength);
        html.Close("td").Open("td", ("class", "num"));
        values.Count("rows", Values.Sum(backup.Tables.Values));
        html.Close("td").Open("td", ("class", "num"));
        values.Duration("took", backup.Duration);
        html.Close("td").Open("td");
        Retention(context, set, backup);
        html.Close("td").Open("td", ("class", "file")).Element("bdi", StorePath.FileName(backup.Path)).Close("td").Close("tr");
    }

    private static void Retention(ReportContext context, ReportSet set, EmrBackup backup)
    {
        HtmlWriter html = context.Html;
        EmrRetentionDecision? decision = set.DecisionOn(backup);
        if (decision is not null)
        {
            if (decision.Action == EmrRetentionAction.Remove) html.Element("span", "− ", ("aria-hidden", "true"));
            context.Values.Word("action", decision.Action.ToString());
            if (decision.Tiers.Count > 0) html.Text(" ").Element("span", string.Join(", ", decision.Tiers), ("data-field", "tiers"));
        }

        if (!backup.Pinned) return;
        html.Text(decision is null ? "" : ", ").Text("pinned");
        if (backup.PinReason is { } reason) html.Text(": ").Element("bdi", reason);
    }

    private static void Months(ReportContext context, ReportSet set, EmrBackup[] older)
    {
        (HtmlWriter html, Values values) = (context.Html, context.Values);
        OpenScroll(html, $"Table of older backups of {set.Name}").Open("table", ("data-table", "months"), ("data-set", set.Name)).Open("caption");
        values.Count("older", older.Length, "older backup", "older backups").Text(", summed up");
        html.Close("caption");
        Heads(html, "Period", "#Backups", "#Stored together", "#Largest", "#Not verified", "#Pinned");
        html.Open("tbody");
        foreach (IGrouping<string, EmrBackup> month in Periods(context, older))
        {
            html.Line().Open("tr").Element("th", month.Key, ("scope", "row"));
            Cell("month-count", v => values.Count(v, month.Count()));
            Cell("month-stored", v => values.Length(v, Values.Sum(month.Select(b => b.StoredLength))));
            Cell("month-largest", v => values.Length(v, month.Max(b => b.StoredLength)));
            Cell("month-unverified", v => values.Count(v, month.Count(b => !set.IsGood(b))));
            Cell("month-pinned", v => values.Count(v, month.Count(b => b.Pinned)));
            html.Close("tr");
        }

        html.Close("tbody").Close("table").Close("div");

        void Cell(string field, Action<string> write)
        {
            html.Open("td", ("class", "num"));
            write(field);
            html.Close("td");
        }
    }

    // By month, or where that gives too many rows by year, or all in one.
    private static IGrouping<string, EmrBackup>[] Periods(ReportContext context, EmrBackup[] older)
    {
        foreach (string format in new[] { "yyyy-MM", "yyyy" })
        {
            IGrouping<string, EmrBackup>[] periods =
                [.. Enumerable.Reverse(older).GroupBy(b => context.Clock.Day(b.CreatedUtc).ToString(format, CultureInfo.InvariantCulture))];
            if (periods.Length <= context.Limits.OlderRows) return periods;
        }

        return [.. older.GroupBy(_ => "All before")];
    }
}
