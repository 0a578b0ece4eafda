using System.Globalization;
using System.Management.Automation;

namespace EmrSim.PowerShell.Abstractions;

/// <summary>Lets a TimeSpan parameter be written as people do: <c>1d</c>, <c>12h</c>, <c>30m</c>, <c>90s</c>, <c>2w</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class IntervalAttribute : ArgumentTransformationAttribute
{
    private const int DaysPerWeek = 7;

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (value is TimeSpan) return value;
        // PowerShell reads 1d as a decimal number and keeps what was typed in its wrapper. A bare number would be ticks of 100 ns, which nobody means.
        if (inputData is PSObject or string && Parse(inputData.ToString()!.Trim()) is { } interval) return interval;
        throw new ArgumentTransformationMetadataException($"'{value}' is no interval. Write 1d, 12h, 30m, 90s, 2w or a TimeSpan such as 1.00:00:00.");
    }

    private static TimeSpan? Parse(string text)
    {
        if (text.Length < 2) return null;
        double? days = char.ToLowerInvariant(text[^1]) switch
        {
            'w' => DaysPerWeek,
            'd' => 1,
            'h' => TimeSpan.FromHours(1).TotalDays,
            'm' => TimeSpan.FromMinutes(1).TotalDays,
            's' => TimeSpan.FromSeconds(1).TotalDays,
            _ => null,
        };
        if (days is null) return text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan span) ? span : null;
        return int.TryParse(text.AsSpan()[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= TimeSpan.MaxValue.Days / DaysPerWeek
            ? TimeSpan.FromTicks((long)Math.Round(days.Value * TimeSpan.TicksPerDay) * number)
            : null;
    }
}
