using System.Globalization;
using EmrSim.Core.Reporting.Html;
using EmrSim.Formatting;

namespace EmrSim.Core.Reporting.Charts;

/// <summary>The charts of one set, and the table of their numbers.</summary>
/// <param name="context">The page.</param>
/// <param name="set">The set.</param>
/// <param name="bins">The points, oldest first; at least one.</param>
/// <param name="period">What a point stands for; null for one backup.</param>
internal sealed class SetCharts(ReportContext context, ReportSet set, IReadOnlyList<ChartBin> bins, string? period)
{
    private const double WidestBar = 0.05;
    private const double NarrowestBar = 0.003;
    private const double BarOfItsPlace = 0.7;
    private const int DotsAtMost = 60;

    private readonly HtmlWriter _html = context.Html;
    private readonly TimeAxis _time = new(bins[0].At, bins[^1].At);

    /// <summary>Writes both charts and the table.</summary>
    internal void Write()
    {
        _html.Open("div", ("class", "charts"));
        Sizes();
        Durations();
        _html.Close("div");
        Table();
    }

    private string Of(string each, string largest) => period is null ? each : $"{largest} of each {period}";

    private void Sizes()
    {
        var frame = new ChartFrame(_html, _time, ValueAxis.OfLengths(bins.Max(b => Math.Max(b.Stored, b.Database))));
        _html.Open("figure").Open("figcaption").Element("span", Of("Size of each backup", "Largest size"));
        _html.Open("span", ("class", "keys")).Markup("<svg class=\"key\" aria-hidden=\"true\"><path class=\"stored\" d=\"M0 6H24\"/></svg>stored ");
        _html.Markup("<svg class=\"key\" aria-hidden=\"true\"><path class=\"database\" d=\"M0 6H24\"/></svg>database").Close("span").Close("figcaption");
        frame.Open(
            set.Anchor + "-sizes",
            $"Sizes of {set.Name} over time",
            $"{Range()}. Stored: {_Format.Length(bins.Min(b => b.Stored))} to {_Format.Length(bins.Max(b => b.Stored))}, last {_Format.Length(bins[^1].Stored)}. " +
            $"Database: {_Format.Length(bins.Min(b => b.Database))} to {_Format.Length(bins.Max(b => b.Database))}, last {_Format.Length(bins[^1].Database)}. " +
            "The table below has all values.");
        frame.Line("database", [.. bins.Select(b => (b.At, (double)b.Database))]);
        frame.Line("stored", [.. bins.Select(b => (b.At, (double)b.Stored))]);
        if (bins.Count <= DotsAtMost)
        {
            foreach (ChartBin bin in bins) frame.Dot("stored-dot", bin.At, bin.Stored);
        }

        frame.Close();
        _html.Close("figure");
    }

    private void Durations()
    {
        EmrHistoryEntry[] failed = [.. set.History.Where(e => e.Kind == EmrRunKind.Backup && e.Outcome != EmrOutcome.Passed && e.StartedUtc >= bins[0].At)];
        var time = new TimeAxis(bins[0].At, failed.Select(e => e.StartedUtc).Append(bins[^1].At).Max());
        var frame = new ChartFrame(_html, time, ValueAxis.OfDurations(bins.Max(b => b.Took.TotalSeconds)));
        _html.Open("figure").Open("figcaption").Element("span", Of("Duration of each backup", "Longest duration"));
        if (failed.Length > 0)
        {
            _html.Open("span", ("class", "keys")).Element("b", "× ", ("class", "cross-key"));
            context.Values.Count("failed-backups", failed.Length, "failed backup", "failed backups");
            _html.Close("span");
        }

        _html.Close("figcaption");
        string failures = failed.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" Failed backups: {failed.Length}; see Failures.");
        frame.Open(
            set.Anchor + "-durations",
            $"Durations of {set.Name} over time",
            $"{Range()}. From {_Format.Duration(bins.Min(b => b.Took))} to {_Format.Duration(bins.Max(b => b.Took))}, last {_Format.Duration(bins[^1].Took)}." +
            $"{failures} The table below has all values.");
        double width = Math.Clamp(BarOfItsPlace * MiddleGap(time), NarrowestBar, WidestBar);
        foreach (ChartBin bin in bins) frame.Bar(bin.At, bin.Took.TotalSeconds, width);
        foreach (EmrHistoryEntry run in failed.TakeLast(context.Limits.Points)) frame.Cross(run.StartedUtc);
        frame.Close();
        _html.Close("figure");
    }

    private double MiddleGap(TimeAxis time)
    {
        double[] gaps = [.. bins.Skip(1).Zip(bins, (later, earlier) => time.Position(later.At) - time.Position(earlier.At)).Order()];
        return gaps.Length == 0 ? WidestBar : gaps[gaps.Length / 2];
    }

    private string Range() => $"From {ZoneClock.Utc(bins[0].At)} to {ZoneClock.Utc(bins[^1].At)}";

    private void Table()
    {
        Values values = context.Values;
        _html.Open("details").Open("summary").Text("Numbers of both charts, ").Element("bdi", set.Name).Close("summary");
        _html.Open("div", ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", "Numbers of the charts of " + set.Name));
        _html.Open("table", ("data-table", "chart"), ("data-set", set.Name));
        _html.Element("caption", period is null ? "One row per backup" : $"One row per {period}: its largest values");
        _html.Markup("<thead><tr><th scope=\"col\">Time</th><th scope=\"col\" class=\"num\">Backups</th><th scope=\"col\" class=\"num\">Stored</th>");
        _html.Markup("<th scope=\"col\" class=\"num\">Database</th><th scope=\"col\" class=\"num\">Took</th></tr></thead>").Open("tbody");
        foreach (ChartBin bin in bins)
        {
            _html.Line().Open("tr").Open("th", ("scope", "row"));
            values.Instant("at", bin.At);
            _html.Close("th").Open("td", ("class", "num"));
            values.Count("backups", bin.Count);
            _html.Close("td").Open("td", ("class", "num"));
            values.Length("stored", bin.Stored);
            _html.Close("td").Open("td", ("class", "num"));
            values.Length("database", bin.Database);
            _html.Close("td").Open("td", ("class", "num"));
            values.Duration("took", bin.Took);
            _html.Close("td").Close("tr");
        }

        _html.Close("tbody").Close("table").Close("div").Close("details");
    }
}
