using System.Globalization;
using System.Text;
using EmrSim.Core.Reporting.Html;

namespace EmrSim.Core.Reporting.Charts;

/// <summary>An SVG chart that is as wide as its place: positions across are percentages, so text keeps its size on every screen.</summary>
/// <param name="html">The page.</param>
/// <param name="time">The horizontal axis.</param>
/// <param name="axis">The vertical axis.</param>
internal sealed class ChartFrame(HtmlWriter html, TimeAxis time, ValueAxis axis)
{
    private const int Top = 10;
    private const int Plot = 150;
    private const int Height = 190;
    private const int Across = 1000;

    /// <summary>Opens the picture with its name, its description and its axes.</summary>
    internal void Open(string id, string title, string description)
    {
        html.Line().Open("svg", ("class", "plot"), ("height", Number(Height)), ("role", "img"), ("aria-labelledby", $"{id}-t {id}-d"));
        html.Element("title", title, ("id", id + "-t")).Element("desc", description, ("id", id + "-d"));
        foreach (double tick in axis.Ticks)
        {
            string y = Number(Y(tick));
            html.Empty("line", ("class", tick == 0 ? "base" : "grid"), ("x1", "0"), ("x2", "100%"), ("y1", y), ("y2", y));
            html.Element("text", axis.Label(tick), ("class", "y"), ("x", "-8"), ("y", Number(Y(tick) + 4)));
        }

        int index = 0;
        foreach ((double position, string label) in time.Ticks())
        {
            string anchor = position == 0 ? "start" : position == 1 ? "end" : "middle";
            html.Element("text", label, ("class", index++ % 2 == 1 ? "x wide" : "x"), ("text-anchor", anchor), ("x", Percent(position)), ("y", Number(Top + Plot + 22)));
        }
    }

    /// <summary>Closes the picture.</summary>
    internal void Close() => html.Close("svg");

    /// <summary>Draws a line through points.</summary>
    internal void Line(string look, IReadOnlyList<(DateTimeOffset At, double Value)> points)
    {
        var path = new StringBuilder();
        foreach ((DateTimeOffset at, double value) in points)
        {
            path.Append(path.Length == 0 ? 'M' : 'L').Append(Number(time.Position(at) * Across)).Append(' ').Append(Number(Y(value) - Top));
        }

        html.Open(
            "svg", ("x", "0"), ("y", Number(Top)), ("width", "100%"), ("height", Number(Plot)),
            ("viewBox", $"0 0 {Number(Across)} {Number(Plot)}"), ("preserveAspectRatio", "none"));
        html.Empty("path", ("class", look), ("d", path.ToString())).Close("svg");
    }

    /// <summary>Draws a dot on a point.</summary>
    internal void Dot(string look, DateTimeOffset at, double value) =>
        html.Empty("circle", ("class", look), ("cx", Percent(time.Position(at))), ("cy", Number(Y(value))), ("r", "3"));

    /// <summary>Draws a bar; it stays within the picture.</summary>
    internal void Bar(DateTimeOffset at, double value, double width)
    {
        double left = Math.Clamp(time.Position(at) - width / 2, 0, 1 - width);
        double y = Math.Min(Y(value), Top + Plot - 1);
        html.Empty("rect", ("class", "bar"), ("x", Percent(left)), ("width", Percent(width)), ("y", Number(y)), ("height", Number(Top + Plot - y)));
    }

    /// <summary>Marks an instant at the top with a cross.</summary>
    internal void Cross(DateTimeOffset at) =>
        html.Element("text", "×", ("class", "cross"), ("text-anchor", "middle"), ("x", Percent(time.Position(at))), ("y", Number(Top + 6)));

    private double Y(double value) => Top + Plot * (1 - Math.Clamp(value / axis.Top, 0, 1));

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Percent(double position) => (position * 100).ToString("0.##", CultureInfo.InvariantCulture) + "%";
}
