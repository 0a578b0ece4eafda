using System.Text;
using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using EmrSim.Core.Reporting.Html;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Reporting;

/// <summary>Makes a report: one HTML page that needs nothing but itself.</summary>
/// <param name="loggers">Where events go.</param>
/// <param name="clock">Dates the report, and gives the zone of its calendar.</param>
public sealed class ReportEngine(ILoggerFactory loggers, TimeProvider clock)
{
    private readonly IReportSource[] _sources = [new BackupSource(), new HistorySource(), new StatusSource(loggers, clock), new PlanSource(loggers, clock)];
    private readonly ILogger _logger = loggers.CreateLogger("EmrSim.Reporting");

    /// <summary>Writes the page; it appears complete or not at all.</summary>
    /// <param name="request">Which.</param>
    /// <param name="token">Stops it; nothing is left behind.</param>
    /// <exception cref="EmrSimException">TargetExists, DestinationNotFound, AccessDenied, DiskFull, IoError.</exception>
    public Task<ReportResult> ExportAsync(ReportRequest request, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.Run(() => ExportCoreAsync(request, token), token);
    }

    private async Task<ReportResult> ExportCoreAsync(ReportRequest request, CancellationToken token)
    {
        RequireFree(request);
        DateTimeOffset now = clock.GetUtcNow();
        var items = new List<object>(request.Items);
        if (request.Destination is not null)
        {
            foreach (IReportSource source in _sources) items.AddRange(await source.ReadAsync(request, now, token).ConfigureAwait(false));
        }

        ReportData data = ReportData.From(items, request.LeftOut, request.Destination, now);
        string page = Page.Write(data, request.Title, new ZoneClock(request.Zone ?? clock.LocalTimeZone), now);
        token.ThrowIfCancellationRequested();
        Save(request, page);
        Log.ReportWritten(_logger, request.Path, data.Sets.Count, data.Outcome);
        return new ReportResult(new FileInfo(request.Path), [.. Errors(request, data, items)]);
    }

    // A page about nothing is written, so that no older one is taken for today's, and still it is not what was asked for.
    private static IEnumerable<EmrSimException> Errors(ReportRequest request, ReportData data, IEnumerable<object> items)
    {
        IEnumerable<EmrSimException> errors = items.OfType<ReportProblem>().Select(p => p.Error);
        return data.Sets.Count > 0 ? errors : errors.Append(new EmrSimException(
            ErrorCode.BackupNotFound, $"'{request.Path}' was written, but there was nothing to report on. The page says so.", request.Path));
    }

    private static void Save(ReportRequest request, string page)
    {
        try
        {
            string folder = Path.GetDirectoryName(request.Path)!;
            Directory.CreateDirectory(folder);
            using var scratch = new ScratchFiles();
            string partial = scratch.Add(request.Path + DurableFile.PartialSuffix);
            File.Delete(partial);
            DurableFile.Stage(partial, Encoding.UTF8.GetBytes(page));
            // Whoever was given the right to read the old page may read the new one.
            if (File.Exists(request.Path)) PrivateFile.TakeModeFrom(request.Path, partial);
            DurableFile.Publish(partial, request.Path);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "The report could not be written", request.Path);
        }
    }

    private static void RequireFree(ReportRequest request)
    {
        if (Directory.Exists(request.Path))
        {
            throw new EmrSimException(ErrorCode.TargetExists, $"'{request.Path}' is a folder. Name the page to make in it.", request.Path);
        }

        if (request.Overwrite || !File.Exists(request.Path)) return;
        throw new EmrSimException(
            ErrorCode.TargetExists, $"'{request.Path}' exists. Nothing was changed; use -Force to replace it, or name another path.", request.Path);
    }
}
