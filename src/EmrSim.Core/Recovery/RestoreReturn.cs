using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using EmrSim.Core.Progress;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Recovery;

/// <summary>
/// The way back: the old database gets its place again, and the application is started. What has to be done is told from the files that are there, not from what was
/// written down, so that it may be cut off anywhere and be taken again. Nobody stops it.
/// </summary>
internal sealed class RestoreReturn(
    StepLog steps, ApplicationSteps application, EmrBackup backup, ILogger logger, IProgress<OperationProgress>? progress, RestoreClock clock)
{
    private readonly RestoreRecord _record = steps.Record;
    private readonly string _path = steps.Record.Destination;

    /// <summary>Whether nothing has taken the old database's place, or it has that again.</summary>
    internal static bool IsOldInPlace(RestoreRecord record) =>
        !record.Began(RestoreSteps.Swap) ||
        (File.Exists(RestoreFiles.Staged(record.Destination)) && !record.Began(RestoreSteps.DropLog)) ||
        // It is moved to its place, or removed when that is seen to be its own again, and never before.
        (record.Replaces ? !File.Exists(record.SafetyCopy) : record.Passed(RestoreSteps.PutBack));

    /// <summary>Goes that way.</summary>
    /// <param name="error">Why; null where the user wants it.</param>
    /// <exception cref="EmrSimException">RestoreNotPutBack.</exception>
    internal async Task<RestoreResult> RunAsync(EmrSimException? error)
    {
        // A full disk must not keep the application down: what is written down here helps, but nothing depends on it.
        steps.Forgiving = true;
        bool stopped = application.Controls && _record.Began(RestoreSteps.Stop);
        Exception? left = null;
        string? replaced = null;
        try
        {
            if (IsOldInPlace(_record)) left = ClearAway();
            else replaced = await PutOldBackAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not RunAbandonedException)
        {
            throw NotPutBack(error, RestoreErrors.Explain(e, _path));
        }

        EmrSimException? down = stopped ? await StartAsync().ConfigureAwait(false) : null;
        if (left is null) Close();
        if (error is null && down is null) Log.RestoreUndone(logger, _path);
        else Log.RestoreFailed(logger, _path, (error ?? down!).ErrorCode, (error ?? down!).Message);
        EmrRestore restore = steps.Describe(backup, error is null && down is null ? EmrOutcome.Passed : EmrOutcome.Failed, replaced, clock);
        return new RestoreResult(restore, Error(error, down, stopped));
    }

    // First the copy, then what says that nothing was replaced: cut off in between, it is still known that there is nothing to put back.
    private Exception? ClearAway()
    {
        try
        {
            if (_record.Began(RestoreSteps.SafetyCopy)) WholeDatabase.Remove(_record.SafetyCopy);
            RemoveStaged();
            return null;
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            // The journal stays, and the next one clears away. That the application runs comes first.
            return e;
        }
    }

    private async Task<string?> PutOldBackAsync()
    {
        steps.Flush(RestoreState.PuttingBack);
        if (application.Controls) await steps.TakeAsync(RestoreSteps.Stop, () => application.StopAsync(CancellationToken.None)).ConfigureAwait(false);
        if (application.Controls) clock.Down();
        await application.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        string? kept = await KeepCurrentAsync().ConfigureAwait(false);
        await steps.TakeAsync(RestoreSteps.PutBack, () => Task.FromResult(PutBack())).ConfigureAwait(false);
        return kept;
    }

    /// <summary>Keeps what is in the place now, unless it is the backup's database as that came: what an application wrote since is in no backup.</summary>
    private async Task<string?> KeepCurrentAsync()
    {
        if (!File.Exists(_path) || IsAsItCame()) return null;
        // The same name in each run: as long as the old one is not back, the newest state has all that an earlier copy had.
        _record.ReplacedCopy ??= RestoreFiles.Replaced(_path, steps.Now);
        await steps.TakeAsync(RestoreSteps.KeepCurrent, () => Task.FromResult(steps.Keep(_record.ReplacedCopy, progress, CancellationToken.None))).ConfigureAwait(false);
        return _record.ReplacedCopy;
    }

    private bool IsAsItCame()
    {
        if (!WholeDatabase.IsAlone(_path) || new FileInfo(_path).Length != _record.Manifest.Plain.Length) return false;
        var meter = new ProgressMeter(progress, steps.Activity, "Hashing", _record.Manifest.Plain.Length);
        return InPlaceCheck.Digest(_path, _record.Manifest, meter, CancellationToken.None).Check.Outcome == EmrOutcome.Passed;
    }

    private string PutBack()
    {
        FileRights.AllowReplacing(_path);
        if (_record.Replaces) WholeDatabase.PutBack(_record.SafetyCopy, _path);
        else WholeDatabase.Remove(_path);
        RemoveStaged();
        return _record.Replaces ? "the old database has its place again" : "there was no database before, and there is none now";
    }

    private async Task<EmrSimException?> StartAsync()
    {
        try
        {
            await steps.TakeAsync(RestoreSteps.StartAgain, () => application.StartAsync(CancellationToken.None)).ConfigureAwait(false);
            clock.Up();
            return null;
        }
        catch (Exception e) when (e is not RunAbandonedException)
        {
            return RestoreErrors.Explain(e, _path);
        }
    }

    private void Close()
    {
        if (_record.Before is { } before && File.Exists(before.SafetyCopy)) RestoreJournal.Write(before);
        else RestoreJournal.Remove(_path);
    }

    private EmrSimException? Error(EmrSimException? error, EmrSimException? down, bool started)
    {
        if (error is null && down is null) return null;
        string old = _record.Replaces ? "The old database has its place again" : "The database that was not there before is gone again";
        if (down is not null)
        {
            return new EmrSimException(
                ErrorCode.ApplicationNotStarted,
                $"{(error is null ? "" : error.Message + " ")}{old}, but the application could not be started: {down.Message} Start it by hand.",
                _path,
                error ?? down);
        }

        return new EmrSimException(error!.ErrorCode, $"{error.Message} {old}{(started ? ", and the application was started" : "")}.", error.Target ?? _path, error);
    }

    private EmrSimException NotPutBack(EmrSimException? error, EmrSimException why) => new(
        ErrorCode.RestoreNotPutBack,
        $"{(error is null ? "" : error.Message + " ")}The old database could not be given its place again: {why.Message} " +
        $"{(_record.Passed(RestoreSteps.SafetyCopy) ? $"It is kept as '{_record.SafetyCopy}'. " : "")}Remove the cause, then run Undo-EmrRestore -Destination '{_path}'.",
        _path,
        why);

    // A restore that was killed while it looked for second names left what it looked with.
    private void RemoveStaged()
    {
        WholeDatabase.Remove(RestoreFiles.Staged(_path));
        (string file, string link) = RestoreFiles.Probe(_path);
        File.Delete(link);
        File.Delete(file);
    }
}
