using System.Diagnostics;
using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using EmrSim.Core.Progress;
using EmrSim.Core.Sqlite;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Recovery.Salvage;

/// <summary>
/// Saves what can be read of a damaged database into a new one. SQLite never opens the source: its pages are read here, and every row that is whole is
/// written by SQLite into the new file.
/// </summary>
internal static class SalvageEngine
{
    private static StringComparison PathComparison => OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>Saves what can be read. The new database appears complete or not at all.</summary>
    /// <param name="request">Of what, and where.</param>
    /// <param name="progress">Is told how far it has come; may be null.</param>
    /// <param name="ct">Stops it; nothing is left behind.</param>
    /// <returns>What was saved; Inconclusive where anything was lost or is in doubt.</returns>
    /// <exception cref="EmrSimException">
    /// SourceNotFound, SourceNotAFile, SourceEmpty, DatabaseLocked; SalvageNothingFound; TargetExists, InvalidArgument; DiskFull, FileTooLarge, AccessDenied, IoError, SqliteError.
    /// </exception>
    internal static Task<EmrSalvage> SalvageAsync(SalvageRequest request, IProgress<OperationProgress>? progress, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        return WorkThread.Run(() => Guard(request, progress, ct));
    }

    private static EmrSalvage Guard(SalvageRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        try
        {
            return Salvage(request, progress, token);
        }
        catch (SqliteFault fault)
        {
            throw fault.ToException(
                fault.Code == SQLitePCL.raw.SQLITE_FULL ? ErrorCode.DiskFull : ErrorCode.SqliteError, $"The new database '{request.Destination}' could not be written");
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, $"'{request.SourcePath}' could not be salvaged", request.Destination);
        }
    }

    private static EmrSalvage Salvage(SalvageRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        long started = Stopwatch.GetTimestamp();
        ILogger logger = request.Loggers.CreateLogger("EmrSim.Recovery");
        string activity = $"Salvaging {Path.GetFileName(request.SourcePath)}";
        SqliteSource.Require(request.SourcePath);
        RequireOther(request);
        TargetFile.RequireFree(request.Destination, request.Force);
        Log.SalvageStarted(logger, request.SourcePath, request.Destination);

        string source = SqliteSource.Resolve(request.SourcePath);
        RequireNotHeld(source);
        (long, DateTime, long, DateTime) before = State(source);
        using PageSource pages = PageSource.Open(source, token);
        var early = new SalvageReport();
        DatabaseFormat format = FormatSearch.Find(pages, early, token) ?? throw NothingFound(request);
        var context = new SalvageContext(pages, format, early, progress, activity, token);
        Describe(context);

        string folder = Path.GetDirectoryName(request.Destination)!;
        Directory.CreateDirectory(folder);
        FreeSpace.Require(folder, pages.Length, "the new database");
        using var scratch = new ScratchFiles();
        string partial = scratch.Add(request.Destination + DurableFile.PartialSuffix);
        foreach (string sidecar in SqliteSource.Sidecars(partial)) scratch.Add(sidecar);
        foreach (string leftover in SqliteSource.Sidecars(partial).Prepend(partial)) File.Delete(leftover);

        var target = new TargetDatabase(partial, context, progress, activity);
        EmrSalvage result = target.Fill(request) ?? throw NothingFound(request);
        if (State(source) != before)
        {
            context.Report.Loss($"'{request.SourcePath}' was written to while it was read, so pages of different times may be mixed. Stop its application and run again.");
        }

        PrivateFile.TakeModeFrom(source, partial);
        DurableFile.Flush(partial);
        DurableFile.Publish(partial, request.Destination);
        result = result with
        {
            Outcome = context.Report.IsInconclusive || result.SetAside > 0 ? EmrOutcome.Inconclusive : EmrOutcome.Passed,
            Problems = context.Report.Problems,
            Duration = Stopwatch.GetElapsedTime(started),
        };
        foreach (string problem in result.Problems) Log.SalvageProblem(logger, problem);
        Log.SalvageEnded(logger, result.Destination, result.Outcome, result.Saved, result.SetAside, result.PagesDamaged, result.PagesRead);
        return result;
    }

    private static void Describe(SalvageContext context)
    {
        PageSource pages = context.Source;
        if (pages.Wal.Problem is { } problem) context.Report.Loss($"The write-ahead log is damaged: {problem}.");
        if (pages.Wal.Pages.Count > 0 && pages.Wal.PageSize != pages.PageSize) context.Report.Loss("The write-ahead log is of another page size and was left out.");
        else if (pages.Wal.Pages.Count > 0) context.Report.Note($"{pages.Wal.Pages.Count} pages were taken from the write-ahead log, which has newer ones.");
        if (pages.Journal.Pages.Count > 0)
        {
            context.Report.Note($"{pages.Journal.Pages.Count} pages were taken from the rollback journal: the transaction that a crash broke off is undone.");
        }

        if (context.Format.Pages > context.Map.Count && pages.CountByLog is null)
        {
            context.Report.Loss($"The file is cut off: it has {context.Map.Count} of the {context.Format.Pages} pages that its header names.");
        }

        // A last page that is not whole; SQLite never leaves one.
        if (pages.Length % pages.PageSize != 0) context.Report.Loss("The file ends within a page.");
    }

    private static void RequireOther(SalvageRequest request)
    {
        if (!SqliteSource.Resolve(request.SourcePath).Equals(SqliteSource.Resolve(request.Destination), PathComparison)) return;
        throw new EmrSimException(
            ErrorCode.InvalidArgument,
            $"'{request.Destination}' is the damaged database itself, which must stay as it is until its rows are safe. Name a new file.",
            request.Destination);
    }

    // Closing the file would drop the locks that SQLite has on it in this process: https://sqlite.org/howtocorrupt.html, 2.2.
    private static void RequireNotHeld(string source)
    {
        if (!SourceHeader.IsHeld(source)) return;
        throw new EmrSimException(ErrorCode.DatabaseLocked, $"'{source}' is being backed up in this session just now. Wait until that has ended.", source);
    }

    private static EmrSimException NothingFound(SalvageRequest request) => new(
        ErrorCode.SalvageNothingFound,
        $"Nothing in '{request.SourcePath}' can be read as a part of a SQLite database: no page of any size is one of a table or of a schema. " +
        "It may be encrypted, or not a database; restore the newest verified backup.",
        request.SourcePath);

    private static (long Length, DateTime Written, long LogLength, DateTime LogWritten) State(string path)
    {
        var file = new FileInfo(path);
        (long length, DateTime written) = SqliteSource.WalState(path);
        return (file.Length, file.LastWriteTimeUtc, length, written);
    }
}
