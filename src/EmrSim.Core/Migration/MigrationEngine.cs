using EmrSim.Core.Logging;
using EmrSim.Core.Progress;
using EmrSim.Core.Recovery;
using EmrSim.Core.Verification;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Migration;

/// <summary>Moves a SQLite database to PostgreSQL as one transaction, and proves that every row arrived before anybody sees one.</summary>
/// <param name="loggers">Where events go.</param>
/// <param name="clock">Dates the backup.</param>
public sealed class MigrationEngine(ILoggerFactory loggers, TimeProvider clock)
{
    private readonly ILogger _logger = loggers.CreateLogger("EmrSim.Migration");

    /// <summary>Runs it.</summary>
    /// <param name="request">What is to be done.</param>
    /// <param name="progress">Is told how far it has come; may be null.</param>
    /// <param name="token">Stops it; PostgreSQL then forgets all of it.</param>
    /// <exception cref="EmrSimException">Whatever kept it from being carried out; the target is then as it was.</exception>
    public Task<MigrationResult> RunAsync(MigrationRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.Run(() => RunCoreAsync(request, progress, token), token);
    }

    private async Task<MigrationResult> RunCoreAsync(MigrationRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        Log.MigrationStarted(_logger, request.Plan.Path, request.Target.ToString(), request.Plan.Schema, request.Rehearse);
        try
        {
            using var work = new WorkFolder(null, _logger);
            MigrationRequest asked = request.Rehearse && request.RehearseFrom is not null ? await UnpackAsync(request, work, progress, token).ConfigureAwait(false) : request;
            MigrationResult result = await new MigrationRun(asked, loggers, _logger, clock, progress).RunAsync(token).ConfigureAwait(false);
            Log.MigrationEnded(_logger, request.Plan.Path, result.Migration.Outcome, result.Migration.Tables.Sum(t => t.TargetRows), result.Migration.Duration.TotalSeconds);
            // A rehearsal reads an unpacked backup, which is gone now; its plan is that of the database.
            return result with { Migration = result.Migration with { Plan = result.Migration.Plan with { SourcePath = request.Plan.Path } } };
        }
        catch (EmrSimException e)
        {
            // Not the message: it may show a value of a row.
            Log.MigrationFailed(_logger, request.Plan.Path, e.ErrorCode);
            throw;
        }
    }

    /// <summary>The newest good backup as a file that only this account can read; it goes when the rehearsal ends.</summary>
    private async Task<MigrationRequest> UnpackAsync(MigrationRequest request, WorkFolder work, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        string copy = Path.Combine(work.Path, Path.GetFileName(request.Plan.Path));
        // Chosen as one of the database's own, which is not where this copy goes.
        RestoreSource source = request.RehearseFrom!;
        string backup = BackupChoice.Find(source, request.Plan.Path).Subject.StoredPath;
        var restore = new RestoreRequest(source with { Path = backup, Store = null, Name = null }, copy) { Keys = request.Keys };
        await new RestoreEngine(loggers, clock).RestoreAsync(restore, progress, token).ConfigureAwait(false);
        return request with { Plan = request.Plan with { Path = copy } };
    }
}

/// <summary>A migration, and what is an error though it was carried out; null where there is none.</summary>
public sealed record MigrationResult(EmrMigration Migration, EmrSimException? Error);
