using System.Diagnostics;
using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using EmrSim.Core.Progress;
using EmrSim.Core.Sqlite;
using EmrSim.Formatting;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Samples;

/// <summary>What sample database is wanted.</summary>
/// <param name="Path">Where, as an absolute path.</param>
/// <param name="Turns">How many turns; sessions follow from them.</param>
/// <param name="Seed">The same seed gives the same rows.</param>
/// <param name="Overwrite">Whether a file that is there may be replaced.</param>
public sealed record SampleRequest(string Path, long Turns, int Seed, bool Overwrite);

/// <summary>Makes a database like the reference application's, with simulated interviews in it.</summary>
/// <param name="loggers">Where events go.</param>
public sealed class SampleEngine(ILoggerFactory loggers)
{
    // Measured: 445 bytes a turn with its indexes.
    private const int BytesPerTurn = 480;
    private const int BytesAtLeast = 1024 * 1024;

    private readonly ILogger _logger = loggers.CreateLogger("EmrSim.Samples");

    /// <summary>Makes it; it appears complete or not at all.</summary>
    /// <param name="request">Which.</param>
    /// <param name="progress">Is told how far it has come; may be null.</param>
    /// <param name="token">Stops it; nothing is left behind.</param>
    /// <exception cref="EmrSimException">TargetExists, DiskFull, AccessDenied, IoError.</exception>
    public Task<FileInfo> CreateAsync(SampleRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.Run(() => Create(request, progress, token), token);
    }

    private FileInfo Create(SampleRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            TargetFile.RequireFree(request.Path, request.Overwrite);
            string folder = Path.GetDirectoryName(request.Path)!;
            Directory.CreateDirectory(folder);
            FreeSpace.Require(folder, BytesAtLeast + request.Turns * BytesPerTurn, $"a sample database of {request.Turns} turns");
            using var scratch = new ScratchFiles();
            string partial = scratch.Add(request.Path + DurableFile.PartialSuffix);
            foreach (string sidecar in SqliteSource.Sidecars(partial)) scratch.Add(sidecar);

            var meter = new ProgressMeter(progress, $"Making {Path.GetFileName(request.Path)}", "Writing turns", request.Turns, _Format.Count);
            Fill(partial, request, meter, token);
            DurableFile.Flush(partial);
            DurableFile.Publish(partial, request.Path);
            Log.SampleCreated(_logger, request.Path, request.Turns, request.Seed, Stopwatch.GetElapsedTime(started).TotalSeconds);
            return new FileInfo(request.Path);
        }
        catch (SqliteFault fault)
        {
            throw fault.ToException(
                fault.Code == SQLitePCL.raw.SQLITE_FULL ? ErrorCode.DiskFull : ErrorCode.IoError, $"The sample database '{request.Path}' could not be written");
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "The sample database could not be written", request.Path);
        }
    }

    private static void Fill(string partial, SampleRequest request, ProgressMeter meter, CancellationToken token)
    {
        File.Delete(partial);
        using SqliteDatabase database = SqliteDatabase.Open(partial, SqliteAccess.Create, token);
        // A crash throws the file away, so a journal and syncs would buy nothing; the cache holds the index over the random ids.
        database.Execute("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;" + SampleSchema.Tables);
        database.Execute("BEGIN");
        new SampleWriter(database, request.Seed, meter, token).Write(request.Turns);
        database.Execute(SampleSchema.Indexes);
        database.Execute($"PRAGMA user_version={SampleSchema.UserVersion}");
        database.Execute("COMMIT");
        // As the application leaves it: in WAL mode, closed cleanly.
        database.Execute("PRAGMA journal_mode=WAL");
    }
}
