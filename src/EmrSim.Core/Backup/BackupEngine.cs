using System.Diagnostics;
using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using EmrSim.Core.Progress;
using EmrSim.Core.Sqlite;
using EmrSim.Core.Stores;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Backup;

/// <summary>
/// Backs up live SQLite databases: snapshot, copy, verification, compression, publication. Nothing becomes visible in the store
/// before it has passed its checks.
/// </summary>
/// <param name="loggers">Where events go.</param>
/// <param name="clock">Dates backups.</param>
public sealed class BackupEngine(ILoggerFactory loggers, TimeProvider clock)
{
    private readonly ILogger _logger = loggers.CreateLogger("EmrSim.Backup");

    /// <summary>Makes one verified backup.</summary>
    /// <param name="request">What, to where and how.</param>
    /// <param name="progress">Is told how far it has come; may be null.</param>
    /// <param name="token">Stops it after the block or the page that it is at; nothing is left behind.</param>
    /// <returns>The published backup. Its verification is Inconclusive where a check could not run.</returns>
    /// <exception cref="EmrSimException">The codes of <see cref="ErrorCode"/> from SourceNotFound to DatabaseShrank.</exception>
    public Task<EmrBackup> BackupAsync(BackupRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.Run(() => Backup(request, progress, token), token);
    }

    private EmrBackup Backup(BackupRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            SqliteSource.Require(SqliteSource.Resolve(request.SourcePath));
            BackupRun.RequireLevel(request);
            string set = request.Name ?? SetName.FromSource(request.SourcePath);
            SetName.Require(set);
            Log.BackupStarted(_logger, request.SourcePath, request.Destination, set);
            SourceLocation.Warn(request.SourcePath, _logger);

            if (File.Exists(request.Destination))
            {
                throw new EmrSimException(
                    ErrorCode.DestinationNotFound, $"'{request.Destination}' is a file; name a folder for the backups.", request.Destination);
            }

            Directory.CreateDirectory(request.Destination);
            using SetLock setLock = SetLock.Acquire(request.Destination, set, clock);
            using SetLock? workLock = LockWorkPath(request, set);
            using var run = new BackupRun(request, set, _logger, clock, progress, token);
            EmrBackup backup = run.Execute(started);
            Log.BackupPublished(
                _logger,
                Path.GetFileName(backup.Path),
                backup.DatabaseLength,
                backup.StoredLength,
                backup.Duration.TotalSeconds,
                backup.Verification.Level,
                backup.Verification.Outcome);
            return backup;
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            Log.BackupCancelled(_logger, request.SourcePath, Stopwatch.GetElapsedTime(started).TotalSeconds);
            throw;
        }
        catch (Exception e) when (Translate(e, request) is { } error)
        {
            Log.BackupFailed(_logger, request.SourcePath, Stopwatch.GetElapsedTime(started).TotalSeconds, error.ErrorCode, error.Message);
            throw error == e ? error : new EmrSimException(error.ErrorCode, error.Message, error.Target, e);
        }
    }

    // Two stores may have sets of the same name; what one of them has unfinished in a common work folder is no leftover to the other.
    private SetLock? LockWorkPath(BackupRequest request, string set)
    {
        if (request.WorkPath is not { } work || request.Compression == EmrCompression.None) return null;
        Directory.CreateDirectory(work);
        if (Canonical(work).Equals(Canonical(request.Destination), SetName.Case)) return null;
        return SetLock.Acquire(work, set, clock);
    }

    private static string Canonical(string folder) => Path.TrimEndingDirectorySeparator(SqliteSource.Resolve(folder));

    private static EmrSimException? Translate(Exception e, BackupRequest request) => e switch
    {
        EmrSimException known => known,
        SqliteFault { IsDamage: true } fault => fault.ToException(ErrorCode.SourceCorrupt, $"'{request.SourcePath}' is damaged"),
        SqliteFault fault => fault.ToException(ErrorCode.SqliteError, $"The backup of '{request.SourcePath}' failed"),
        _ when IoErrors.IsIo(e) => IoErrors.Translate(e, $"The backup of '{request.SourcePath}' failed", request.Destination),
        _ => null,
    };
}
