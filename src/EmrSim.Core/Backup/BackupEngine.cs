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
    public async Task<EmrBackup> BackupAsync(BackupRequest request, IProgress<OperationProgress>? progress, CancellationToken token) =>
        (await RunAsync(request, progress, token).ConfigureAwait(false)).Backup;

    /// <summary>Makes one verified backup, and says also what the job could not do besides it.</summary>
    /// <inheritdoc cref="BackupAsync"/>
    public Task<BackupResult> RunAsync(BackupRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.Run(() => Run(request, progress, token), token);
    }

    /// <summary>Logs a backup that could not begin, and tells the store's history where there is one.</summary>
    internal static void Refuse(ILoggerFactory loggers, BackupRequest request, EmrSimException error, DateTimeOffset now)
    {
        ILogger logger = loggers.CreateLogger("EmrSim.Backup");
        Log.BackupFailed(logger, request.SourcePath, 0, error.ErrorCode, error.Message);
        // A pattern that matched nothing names no set.
        if (!request.SourcePath.AsSpan().ContainsAny('*', '?')) new BackupHistory(request, now, logger).Failed(error, TimeSpan.Zero);
    }

    private BackupResult Run(BackupRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        long started = Stopwatch.GetTimestamp();
        var history = new BackupHistory(request, clock.GetUtcNow(), _logger);
        try
        {
            SqliteSource.Require(SqliteSource.Resolve(request.SourcePath));
            BackupRun.RequireLevel(request);
            string set = request.Name ?? SetName.FromSource(request.SourcePath);
            SetName.Require(set);
            // An address that holds a secret is refused here, before anything is logged of it.
            BackupStore store = BackupStores.Open(request.Destination, request.Access);
            Log.BackupStarted(_logger, request.SourcePath, store.Location, set);
            SourceLocation.Warn(request.SourcePath, _logger);

            store.Create(token);
            using IDisposable setLock = store.Lock(set, clock, token);
            using var staging = Staging.Prepare(store, request, set, clock, _logger, token);
            using var run = new BackupRun(request, set, store, staging, _logger, clock, progress, token);
            EmrBackup backup = run.Execute(started);
            Log.BackupPublished(
                _logger,
                BackupStores.NameOf(backup.Path),
                backup.DatabaseLength,
                backup.StoredLength,
                backup.Duration.TotalSeconds,
                backup.Verification.Level,
                backup.Verification.Outcome);
            return new BackupResult(backup, history.Published(store, backup) is { } unwritten ? [unwritten] : []);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            Log.BackupCancelled(_logger, request.SourcePath, Stopwatch.GetElapsedTime(started).TotalSeconds);
            history.Failed(null, Stopwatch.GetElapsedTime(started));
            throw;
        }
        catch (Exception e) when (Translate(e, request) is { } error)
        {
            Log.BackupFailed(_logger, request.SourcePath, Stopwatch.GetElapsedTime(started).TotalSeconds, error.ErrorCode, error.Message);
            history.Failed(error, Stopwatch.GetElapsedTime(started));
            throw error == e ? error : new EmrSimException(error.ErrorCode, error.Message, error.Target, e);
        }
    }

    private static EmrSimException? Translate(Exception e, BackupRequest request) => e switch
    {
        EmrSimException known => known,
        SqliteFault { IsDamage: true } fault => fault.ToException(ErrorCode.SourceCorrupt, $"'{request.SourcePath}' is damaged"),
        SqliteFault fault => fault.ToException(ErrorCode.SqliteError, $"The backup of '{request.SourcePath}' failed"),
        _ when IoErrors.IsIo(e) => IoErrors.Translate(e, $"The backup of '{request.SourcePath}' failed", request.Destination),
        _ => null,
    };
}
