using System.Diagnostics;
using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using EmrSim.Core.Progress;
using EmrSim.Core.Sqlite;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Recovery;

/// <summary>
/// The steps of a restore after the backup was unpacked beside the database, and the way back. The destination's lock is held around it. Each step may be
/// taken again, so that a run that was cut off goes on where it was.
/// </summary>
internal sealed class RestoreRun(
    StepLog steps, ApplicationSteps application, EmrBackup backup, ILogger logger, IProgress<OperationProgress>? progress)
{
    private readonly RestoreRecord _record = steps.Record;
    private readonly string _path = steps.Record.Destination;
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _down;
    private TimeSpan _downtime;

    /// <summary>Goes on to the end, or back to where it came from.</summary>
    internal async Task<RestoreResult> ForwardAsync(CancellationToken token)
    {
        try
        {
            await TakeStepsAsync(token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not RunAbandonedException)
        {
            // Whatever it is: the application must not stay down, nor a half restored database stay.
            return await BackAsync(Explain(e)).ConfigureAwait(false);
        }

        steps.Flush(RestoreState.Done);
        // Where nothing was replaced there is nothing to bring back.
        if (!_record.Replaces) RestoreJournal.Remove(_path);
        Log.RestoreEnded(logger, _path, backup.Path, Stopwatch.GetElapsedTime(_started).TotalSeconds, _downtime.TotalSeconds);
        return new RestoreResult(Describe(steps.Taken.Any(s => s.Outcome == EmrOutcome.Inconclusive) ? EmrOutcome.Inconclusive : EmrOutcome.Passed), null);
    }

    /// <summary>Gives the old database its place again and starts the application.</summary>
    /// <param name="error">Why; null where the user wants it.</param>
    internal async Task<RestoreResult> BackAsync(EmrSimException? error)
    {
        // Nobody stops this: what is half done must not stay.
        CancellationToken token = CancellationToken.None;
        try
        {
            bool stopped = _record.Began(RestoreSteps.Stop);
            steps.Flush(RestoreState.PuttingBack);
            if (IsOldInPlace) ClearAway();
            else await PutOldBackAsync(token).ConfigureAwait(false);
            if (application.Controls && stopped) await steps.TakeAsync(RestoreSteps.StartAgain, () => application.StartAsync(token)).ConfigureAwait(false);
            Up();
            RestoreJournal.Remove(_path);
        }
        catch (Exception e) when (e is not RunAbandonedException)
        {
            throw NotPutBack(error, Explain(e));
        }

        if (error is null) Log.RestoreUndone(logger, _path);
        else Log.RestoreFailed(logger, _path, error.ErrorCode, error.Message);
        EmrRestore restore = Describe(error is null ? EmrOutcome.Passed : EmrOutcome.Failed) with { SafetyCopy = _record.ReplacedCopy };
        return new RestoreResult(restore, error is null ? null : PutBackError(error));
    }

    private EmrSimException Explain(Exception e) => e switch
    {
        EmrSimException known => known,
        OperationCanceledException => new EmrSimException(ErrorCode.RestoreStopped, $"The restore of '{_path}' was stopped.", _path, e),
        SqliteFault fault => fault.ToException(ErrorCode.SqliteError, $"The restore of '{_path}' failed"),
        _ when IoErrors.IsIo(e) => IoErrors.Translate(e, $"The restore of '{_path}' failed", _path),
        _ => new EmrSimException(ErrorCode.InternalError, $"The restore of '{_path}' met an error that was not foreseen: {e.GetType().Name}: {e.Message}", _path, e),
    };

    private async Task TakeStepsAsync(CancellationToken token)
    {
        if (!_record.Passed(RestoreSteps.Verify))
        {
            if (application.Controls) await steps.TakeAsync(RestoreSteps.Stop, () => application.StopAsync(token)).ConfigureAwait(false);
            Down();
            await steps.TakeAsync(RestoreSteps.Wait, () => application.WaitAsync(token)).ConfigureAwait(false);
            if (_record.Replaces && !_record.Passed(RestoreSteps.SafetyCopy)) await steps.TakeAsync(RestoreSteps.SafetyCopy, () => Task.FromResult(Keep(_record.SafetyCopy, token))).ConfigureAwait(false);
            if (File.Exists(RestoreFiles.Staged(_path))) await SwapAsync(token).ConfigureAwait(false);
            await steps.TakeAsync(RestoreSteps.Verify, () => Task.FromResult(InPlaceCheck.Run(_path, _record.Manifest, progress, steps.Activity, token))).ConfigureAwait(false);
        }

        if (application.Controls) await steps.TakeAsync(RestoreSteps.Start, () => application.StartAsync(token)).ConfigureAwait(false);
        if (application.Validates) await steps.TakeAsync(RestoreSteps.Validate, () => application.ValidateAsync(token)).ConfigureAwait(false);
        Up();
    }

    private string Keep(string safety, CancellationToken token)
    {
        // A copy that was cut off.
        WholeDatabase.Remove(safety);
        var meter = new ProgressMeter(progress, steps.Activity, "Keeping the database", WholeDatabase.Of(_path).Sum(f => new FileInfo(f).Length));
        bool copied = WholeDatabase.Keep(_path, safety, meter, token);
        return copied ? $"copied to '{safety}'" : $"kept as '{safety}'";
    }

    private async Task SwapAsync(CancellationToken token)
    {
        // Not a part of the step: as long as that has not begun, nothing of the old database is touched.
        await application.RequireStoppedAsync(token).ConfigureAwait(false);
        bool whole = true;
        await steps.TakeAsync(RestoreSteps.Swap, () =>
        {
            // First the log goes into the old database, then one rename replaces that: at no time is there a database with a log of another.
            whole = WholeDatabase.TryFold(_path);
            return Task.FromResult(whole ? Replace() : "the old database is too damaged to take its own log");
        }).ConfigureAwait(false);
        if (whole) return;
        await steps.TakeAsync(RestoreSteps.DropLog, () =>
        {
            WholeDatabase.RemoveSidecars(_path);
            return Task.FromResult(Replace());
        }).ConfigureAwait(false);
    }

    private string Replace()
    {
        string staged = RestoreFiles.Staged(_path);
        FileRights.AllowReplacing(_path);
        try
        {
            DurableFile.Publish(staged, _path);
        }
        catch (Exception e) when (OperatingSystem.IsWindows() && e is IOException or UnauthorizedAccessException)
        {
            FileHolders holders = FileHolders.Of(_path);
            throw new EmrSimException(
                ErrorCode.RestoreTargetInUse,
                $"'{_path}' could not be replaced, because {(holders.Count > 0 ? holders + " has it open" : "another process has it open: " + e.Message)}. Stop that, then try again.",
                _path,
                e);
        }

        return $"'{Path.GetFileName(_path)}' is the database of {backup.CreatedUtc.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";
    }

    /// <summary>Whether nothing has taken the old database's place, nor its log.</summary>
    private bool IsOldInPlace =>
        !_record.Began(RestoreSteps.Swap) || (File.Exists(RestoreFiles.Staged(_path)) && !_record.Began(RestoreSteps.DropLog));

    private void ClearAway()
    {
        WholeDatabase.Remove(RestoreFiles.Staged(_path));
        if (_record.Began(RestoreSteps.SafetyCopy)) WholeDatabase.Remove(_record.SafetyCopy);
    }

    private async Task PutOldBackAsync(CancellationToken token)
    {
        if (application.Controls) await steps.TakeAsync(RestoreSteps.Stop, () => application.StopAsync(token)).ConfigureAwait(false);
        Down();
        await application.WaitAsync(token).ConfigureAwait(false);
        // What the application wrote since the restore came to its end. Once the old database has its place there is nothing more of it to keep.
        if (_record.ReplacedCopy is { } copy && !_record.Passed(RestoreSteps.KeepCurrent) && (!_record.Replaces || File.Exists(_record.SafetyCopy)) && File.Exists(_path))
        {
            await steps.TakeAsync(RestoreSteps.KeepCurrent, () => Task.FromResult(Keep(copy, token))).ConfigureAwait(false);
        }

        await steps.TakeAsync(RestoreSteps.PutBack, () => Task.FromResult(PutBack())).ConfigureAwait(false);
    }

    private string PutBack()
    {
        FileRights.AllowReplacing(_path);
        if (_record.Replaces) WholeDatabase.PutBack(_record.SafetyCopy, _path);
        else WholeDatabase.Remove(_path);
        WholeDatabase.Remove(RestoreFiles.Staged(_path));
        return _record.Replaces ? "the old database has its place again" : "there was no database before, and there is none now";
    }

    private EmrRestore Describe(EmrOutcome outcome) => new()
    {
        Destination = _path,
        Backup = backup,
        Outcome = outcome,
        Steps = [.. steps.Taken],
        SafetyCopy = _record.Replaces ? _record.SafetyCopy : null,
        Downtime = _downtime,
        Duration = Stopwatch.GetElapsedTime(_started),
    };

    private EmrSimException PutBackError(EmrSimException error)
    {
        string old = _record.Replaces ? "The old database has its place again" : "The database that was not there before is gone again";
        return new EmrSimException(
            error.ErrorCode,
            $"{error.Message} {old}{(application.Controls ? ", and the application was started" : "")}.",
            error.Target ?? _path,
            error);
    }

    private EmrSimException NotPutBack(EmrSimException? error, Exception why) => new(
        ErrorCode.RestoreNotPutBack,
        $"{(error is null ? "" : error.Message + " ")}The old database could not be given its place again: {why.Message} " +
        $"{(_record.Replaces ? $"It is kept as '{_record.SafetyCopy}'. " : "")}Remove the cause, then run Undo-EmrRestore -Destination '{_path}'.",
        _path,
        why);

    private void Down()
    {
        if (application.Controls && _down == 0) _down = Stopwatch.GetTimestamp();
    }

    private void Up()
    {
        if (_down != 0) _downtime = Stopwatch.GetElapsedTime(_down);
    }
}
