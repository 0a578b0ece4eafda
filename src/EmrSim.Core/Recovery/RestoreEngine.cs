using EmrSim.Core.Applications;
using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using EmrSim.Core.Progress;
using EmrSim.Core.Sqlite;
using EmrSim.Core.Stores;
using EmrSim.Core.Verification;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Recovery;

/// <summary>Restores databases as one transaction: afterwards there is the restored database or the old one, whatever happens in between.</summary>
/// <param name="loggers">Where events go.</param>
/// <param name="clock">Dates everything.</param>
public sealed class RestoreEngine(ILoggerFactory loggers, TimeProvider clock)
{
    private readonly ILogger _logger = loggers.CreateLogger("EmrSim.Recovery");

    /// <summary>Is told of every step; a test ends the process there.</summary>
    internal Action<string>? Observer { get; init; }

    /// <summary>Restores a database.</summary>
    /// <param name="request">What, to where and how.</param>
    /// <param name="progress">Is told how far it has come; may be null.</param>
    /// <param name="token">Stops it; the old database then has its place.</param>
    /// <returns>The restore; with an error where the old database has its place again.</returns>
    /// <exception cref="EmrSimException">Nothing was changed; or, with RestoreNotPutBack, Undo-EmrRestore is needed.</exception>
    public Task<RestoreResult> RestoreAsync(RestoreRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.Run(() => GuardAsync(request.Destination, path => RestoreAsync(request, path, progress, token)), token);
    }

    /// <summary>Goes on with a restore that was cut off.</summary>
    /// <param name="request">Its destination, and what runs the user's commands.</param>
    /// <param name="progress">Is told how far it has come; may be null.</param>
    /// <param name="token">Stops it; the old database then has its place.</param>
    /// <exception cref="EmrSimException">RestoreNotFound; RestoreJournalDamaged, RestoreNotPutBack.</exception>
    public Task<RestoreResult> ResumeAsync(RestoreResumption request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.Run(() => GuardAsync(request.Destination, path => ResumeAsync(request, path, progress, token)), token);
    }

    /// <summary>Gives the old database its place again, after a restore that was cut off or one that passed.</summary>
    /// <param name="request">Its destination, and what runs the user's commands.</param>
    /// <param name="progress">Is told how far it has come; may be null.</param>
    /// <param name="token">Stops it before anything has changed.</param>
    /// <exception cref="EmrSimException">RestoreNotFound, SafetyCopyMissing; RestoreJournalDamaged, RestoreNotPutBack.</exception>
    public Task<RestoreResult> UndoAsync(RestoreResumption request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.Run(() => GuardAsync(request.Destination, path => UndoAsync(request, path, progress, token)), token);
    }

    /// <summary>What a restore would do, step by step. Nothing is changed, fetched or unpacked.</summary>
    /// <exception cref="EmrSimException">What a restore would be refused for.</exception>
    public Task<IReadOnlyList<PlannedStep>> PlanAsync(RestoreRequest request, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.Run(() => RestorePlan.Make(request, SqliteSource.Resolve(request.Destination), _logger), token);
    }

    private async Task<RestoreResult> RestoreAsync(RestoreRequest request, string path, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        (TestSubject subject, BackupManifest manifest) = BackupChoice.Find(request.Source, path);
        EmrBackup backup = subject.Backup!;
        var preflight = new RestorePreflight(request, path, _logger);
        preflight.RequireSense(backup);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using RestoreLock held = RestoreLock.Acquire(path);
        RestoreRecord? before = RequireFinished(path);

        DateTimeOffset now = clock.GetUtcNow();
        RestoreRecord record = Begin(request, path, subject, manifest, now) with { Before = before is null ? null : before with { Before = null } };
        ApplicationSteps application = Application(record, request.Runner, request.Patience);
        if (!application.Controls) await application.WaitAsync(token).ConfigureAwait(false);
        StepLog steps = Steps(record, progress);
        string staged = RestoreFiles.Staged(path);
        try
        {
            // Of a run that ended before its first step was written down.
            WholeDatabase.Remove(staged);
            Log.RestoreStarted(_logger, path, backup.Path);
            await steps.TakeAsync(RestoreSteps.Preflight, () => Task.FromResult(preflight.Stage(subject, manifest, staged, progress, now, token))).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            WholeDatabase.Remove(staged);
            if (before is null) RestoreJournal.Remove(path);
            else RestoreJournal.Write(before);
            if (e is EmrSimException error) Log.RestoreFailed(_logger, path, error.ErrorCode, error.Message);
            throw;
        }

        RestoreResult result = await new RestoreRun(steps, application, backup, _logger, progress).ForwardAsync(token).ConfigureAwait(false);
        Remember(subject, result);
        return result;
    }

    private async Task<RestoreResult> ResumeAsync(RestoreResumption request, string path, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        using RestoreLock held = RestoreLock.Acquire(path);
        RestoreRecord record = RestoreJournal.Read(path) ?? throw None(path, "resume");
        if (record.State == RestoreState.Done) throw None(path, "resume");
        bool unpacked = File.Exists(RestoreFiles.Staged(path)) && record.Passed(RestoreSteps.Preflight);
        if (record.State == RestoreState.Restoring && !unpacked && RestoreReturn.IsOldInPlace(record))
        {
            throw new EmrSimException(
                ErrorCode.RestoreNotFound,
                $"The restore of '{path}' ended before the backup was unpacked, or on its way back; the old database is in its place, untouched. Run Undo-EmrRestore to clear it away, then restore again.",
                path);
        }

        RestoreRun run = Run(record, request, progress);
        return record.State == RestoreState.PuttingBack ? await run.BackAsync(null).ConfigureAwait(false) : await run.ForwardAsync(token).ConfigureAwait(false);
    }

    private async Task<RestoreResult> UndoAsync(RestoreResumption request, string path, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        using RestoreLock held = RestoreLock.Acquire(path);
        RestoreRecord record = RestoreJournal.Read(path) ?? throw None(path, "undo");
        if (record.State == RestoreState.Done && record.Replaces && !File.Exists(record.SafetyCopy))
        {
            throw new EmrSimException(
                ErrorCode.SafetyCopyMissing, $"The database that '{path}' was before the restore is no longer kept: '{record.SafetyCopy}' is gone. Restore a backup instead.", path);
        }

        token.ThrowIfCancellationRequested();
        return await Run(record, request, progress).BackAsync(null).ConfigureAwait(false);
    }

    private RestoreRun Run(RestoreRecord record, RestoreResumption request, IProgress<OperationProgress>? progress)
    {
        EmrBackup backup = record.Manifest.ToBackup(record.BackupPath, record.BackupPath);
        return new RestoreRun(Steps(record, progress), Application(record, request.Runner, request.Patience), backup, _logger, progress);
    }

    private StepLog Steps(RestoreRecord record, IProgress<OperationProgress>? progress) => new(record, _logger, clock, progress) { Observer = Observer };

    private ApplicationSteps Application(RestoreRecord record, ICommandRunner? runner, RestorePatience patience) =>
        new(record.Application, record.Destination, runner, TimeSpan.FromSeconds(record.ValidateSeconds), patience, clock);

    private static RestoreRecord Begin(RestoreRequest request, string path, TestSubject subject, BackupManifest manifest, DateTimeOffset now) => new()
    {
        FormatVersion = RestoreRecord.CurrentFormat,
        Tool = BackupManifest.CurrentTool,
        Id = Guid.NewGuid(),
        Destination = path,
        StartedUtc = now,
        State = RestoreState.Restoring,
        BackupPath = subject.StoredPath,
        Manifest = manifest,
        Replaces = File.Exists(path),
        SafetyCopy = RestoreFiles.Safety(path, now),
        Application = request.Application,
        ValidateSeconds = request.Patience.Validate.TotalSeconds,
        Steps = [],
    };

    /// <summary>The journal of an earlier restore that came to its end.</summary>
    internal static RestoreRecord? RequireFinished(string path)
    {
        RestoreRecord? before = RestoreJournal.Read(path);
        if (before is null or { State: RestoreState.Done }) return before;
        throw new EmrSimException(
            ErrorCode.RestoreUnfinished,
            $"A restore of '{path}' that began at {before.StartedUtc.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z was cut off in the step {before.Steps.LastOrDefault()?.Name ?? "before the first"}. " +
            $"Finish it with Resume-EmrRestore -Destination '{path}', or go back with Undo-EmrRestore -Destination '{path}'.",
            path);
    }

    private static EmrSimException None(string path, string what) => new(
        ErrorCode.RestoreNotFound, $"There is no restore of '{path}' to {what}: no journal '{RestoreFiles.Journal(path)}' of one that was cut off{(what == "undo" ? " or can be undone" : "")}.", path);

    // The store's history is evidence, too; a store that takes no writes is no reason to call the restore bad.
    private void Remember(TestSubject subject, RestoreResult result) => _ = History.Append(
        subject.Store,
        new EmrHistoryEntry
        {
            StartedUtc = result.Restore.Steps[0].StartedUtc,
            Kind = EmrRunKind.Restore,
            Name = result.Restore.Backup.Name,
            Outcome = result.Restore.Outcome,
            Duration = result.Restore.Duration,
            File = subject.FileName,
            DatabaseLength = result.Restore.Backup.DatabaseLength,
            Error = result.Error?.ErrorCode,
            Reason = result.Error?.Message,
            Host = Environment.MachineName,
        },
        _logger);

    private static async Task<RestoreResult> GuardAsync(string destination, Func<string, Task<RestoreResult>> work)
    {
        try
        {
            return await work(SqliteSource.Resolve(destination)).ConfigureAwait(false);
        }
        catch (SqliteFault fault)
        {
            throw fault.ToException(ErrorCode.SqliteError, $"The restore of '{destination}' failed");
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, $"The restore of '{destination}' failed", destination);
        }
    }
}
