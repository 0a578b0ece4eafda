using System.Diagnostics;
using System.Globalization;
using EmrSim.Formatting;

namespace EmrSim.Core.Progress;

/// <summary>
/// Turns amounts done into progress with a rate and the time left, at most ten times a second. One meter per phase; safe to
/// report to from one thread at a time.
/// </summary>
/// <param name="sink">Who is told; may be null.</param>
/// <param name="activity">What is done, to what.</param>
/// <param name="phase">The phase, such as <c>Copying</c>.</param>
/// <param name="total">The whole amount, in bytes unless <paramref name="show"/> says otherwise; 0 where it is not known.</param>
/// <param name="show">How an amount reads; a length in bytes by default.</param>
internal sealed class ProgressMeter(
    IProgress<OperationProgress>? sink, string activity, string phase, long total, Func<long, string>? show = null)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(1);

    private readonly Func<long, string> _show = show ?? _Format.Length;
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _reported;

    /// <summary>Reports the amount done so far.</summary>
    internal void Report(long done)
    {
        if (sink is null) return;
        if (_reported != 0 && Stopwatch.GetElapsedTime(_reported) < s_interval) return;
        _reported = Stopwatch.GetTimestamp();

        TimeSpan elapsed = Stopwatch.GetElapsedTime(_started);
        double rate = elapsed > TimeSpan.Zero ? done / elapsed.TotalSeconds : 0;
        // The first moments say nothing of the rate to come.
        TimeSpan? left = total > 0 && rate > 0 && elapsed > s_settled ? TimeSpan.FromSeconds((total - done) / rate) : null;
        int percent = total > 0 ? (int)Math.Clamp(done * 100 / total, 0, 100) : -1;
        string amount = total > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{_show(done)} of {_show(total)}")
            : _show(done);
        sink.Report(new OperationProgress(activity, $"{phase}: {amount}, {_show((long)rate)}/s", percent, left));
    }

    /// <summary>Says that a phase has begun whose amount cannot be told.</summary>
    internal static void Announce(IProgress<OperationProgress>? sink, string activity, string phase) =>
        sink?.Report(new OperationProgress(activity, phase, -1, null));
}
