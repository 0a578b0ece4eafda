using System.Globalization;

namespace EmrSim.Core.Reporting.Charts;

/// <summary>The horizontal axis, in UTC.</summary>
/// <param name="from">Its left end.</param>
/// <param name="to">Its right end.</param>
internal sealed class TimeAxis(DateTimeOffset from, DateTimeOffset to)
{
    private const int Labels = 5;
    private const int DaysForMonths = 400;
    private const int DaysForHours = 4;

    private readonly double _span = (to - from).TotalSeconds;

    /// <summary>Where an instant lies, from 0 at the left to 1 at the right.</summary>
    internal double Position(DateTimeOffset instant) => _span <= 0 ? 0.5 : Math.Clamp((instant - from).TotalSeconds / _span, 0, 1);

    /// <summary>Evenly spaced instants with their labels; the second and the fourth may be left away on narrow screens.</summary>
    internal IEnumerable<(double Position, string Label)> Ticks()
    {
        string format = _span > TimeSpan.FromDays(DaysForMonths).TotalSeconds ? "MMM yyyy" : _span < TimeSpan.FromDays(DaysForHours).TotalSeconds ? "d MMM HH:mm" : "d MMM";
        if (_span <= 0) return [(0.5, Label(from, format))];
        return Enumerable.Range(0, Labels).Select(i => (i / (Labels - 1d), Label(from + (to - from) * (i / (Labels - 1d)), format)));
    }

    private static string Label(DateTimeOffset at, string format) => at.UtcDateTime.ToString(format, CultureInfo.InvariantCulture);
}
