using System.Globalization;
using EmrSim.Core.Progress;

namespace EmrSim.Core.Migration.Proof;

/// <summary>Counts the rows that both sides read, each from its own thread.</summary>
internal sealed class CompareMeter(IProgress<OperationProgress>? progress, string activity, long total)
{
    private readonly object _lock = new();
    private readonly ProgressMeter _meter = new(
        progress, activity, "Reading rows", total, static n => string.Create(CultureInfo.InvariantCulture, $"{n:N0} rows"));

    private long _done;

    internal void Add(long rows)
    {
        lock (_lock) _meter.Report(_done += rows);
    }
}
