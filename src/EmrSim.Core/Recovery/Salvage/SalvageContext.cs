using EmrSim.Core.Progress;

namespace EmrSim.Core.Recovery.Salvage;

/// <summary>What every step of a salvage works with.</summary>
internal sealed class SalvageContext(
    PageSource source, DatabaseFormat format, SalvageReport report, IProgress<OperationProgress>? progress, string activity, CancellationToken token)
{
    private const int StepsPerLook = 256;

    private readonly ProgressMeter _meter = new(progress, activity, "Reading pages", source.Length);
    private long _steps;

    /// <summary>The pages.</summary>
    internal PageSource Source { get; } = source;

    /// <summary>Their format.</summary>
    internal DatabaseFormat Format { get; } = format;

    /// <summary>What each page is used for.</summary>
    internal PageMap Map { get; } = new(source.Count);

    /// <summary>Reads records.</summary>
    internal RecordReader Records { get => field ??= new RecordReader(Source, Map, Format); private set; }

    /// <summary>What is to be told.</summary>
    internal SalvageReport Report { get; } = report;

    /// <summary>How many pages the database has; what the file has beyond is left over from before it shrank.</summary>
    internal uint Pages =>
        Source.CountByLog is { } logged ? Math.Min(logged, Map.Count) : Format is { IsSound: true, Pages: > 0 } ? Math.Min(Format.Pages, Map.Count) : Map.Count;

    /// <summary>Stops the work.</summary>
    internal CancellationToken Token => token;

    /// <summary>A buffer for a page.</summary>
    internal TreePage NewPage() => new(Format.PageSize, Format.Usable);

    /// <summary>Once per page: looks whether to stop, and reports.</summary>
    internal void Step()
    {
        if (++_steps % StepsPerLook != 0) return;
        token.ThrowIfCancellationRequested();
        _meter.Report(Math.Min(Map.Read * Format.PageSize, Source.Length));
    }
}
