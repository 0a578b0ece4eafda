using System.Globalization;

namespace EmrSim.Core.Reporting.Charts;

/// <summary>The vertical axis: from zero to a round number above the largest value, in one unit.</summary>
internal sealed class ValueAxis
{
    private const int Steps = 4;
    private static readonly (double Size, string Name)[] s_lengths =
        [(1, "B"), (1024, "KB"), (1024d * 1024, "MB"), (1024d * 1024 * 1024, "GB"), (1024d * 1024 * 1024 * 1024, "TB"), (1024d * 1024 * 1024 * 1024 * 1024, "PB")];

    private static readonly (double Size, string Name)[] s_durations = [(0.001, "ms"), (1, "s"), (60, "min"), (3600, "h"), (86400, "d")];

    private readonly double _unit;

    private ValueAxis(double largest, (double Size, string Name)[] units)
    {
        (_unit, Unit) = units.LastOrDefault(u => u.Size <= largest, units[0]);
        double step = Nice(Math.Max(largest, _unit) / _unit / Steps);
        int count = Math.Max(1, (int)Math.Ceiling(largest / _unit / step));
        Top = count * step * _unit;
        Ticks = [.. Enumerable.Range(0, count + 1).Select(i => i * step * _unit)];
    }

    /// <summary>The unit in which the axis counts.</summary>
    internal string Unit { get; }

    /// <summary>The value at its top.</summary>
    internal double Top { get; }

    /// <summary>The values that have a line and a label.</summary>
    internal IReadOnlyList<double> Ticks { get; }

    internal static ValueAxis OfLengths(double largest) => new(largest, s_lengths);

    internal static ValueAxis OfDurations(double largest) => new(largest, s_durations);

    /// <summary>A value's label.</summary>
    internal string Label(double value) => (value / _unit).ToString("0.##", CultureInfo.InvariantCulture) + " " + Unit;

    // 1, 2, 2.5 or 5 times a power of ten: steps that people count in.
    private static double Nice(double step)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        double rest = step / power;
        return power * (rest <= 1 ? 1 : rest <= 2 ? 2 : rest <= 2.5 ? 2.5 : rest <= 5 ? 5 : 10);
    }
}
