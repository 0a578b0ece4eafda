using EmrSim.Core.Applications;
using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using EmrSim.Core.Progress;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Recovery;

/// <summary>
/// The steps of a restore after the backup was unpacked beside the database. The destination's lock is held around it. Each step may be taken again, so that a
/// run that was cut off goes on where it was.
/// </summary>
internal sealed class RestoreRun(StepLog steps, ApplicationSteps application, EmrBackup backup, ILogger logger, IProgress<OperationProgress>? progress)
{
    private readonly RestoreRecord _record = steps.Record;
    private readonly string _path = steps.Record.Destination;
    private readonly RestoreClock _clock = new();

    /// <summary>Goes on to the end, or back to where it came from.</summary>
    internal async Task<RestoreResult> ForwardAsync(CancellationToken token)
    {
        try
        {
            await TakeStepsAsync(token).ConfigureAwait(false);
            steps.Flush(RestoreState.Done);
        }
        catch (Exception e) when (e is not RunAbandonedException)
        {
            // Whatever it is: the application must not stay down, nor a half restored database stay.
            return await BackAsync(RestoreErrors.Explain(e, _path)).ConfigureAwait(false);
        }

        // Where nothing was replaced there is nothing to bring back.
        if (!_record.Replaces) RestoreJournal.Remove(_path);
        Log.RestoreEnded(logger, _path, backup.Path, _clock.Duration.TotalSeconds, _clock.Downtime.TotalSeconds);
        EmrOutcome outcome = steps.Taken.Any(s => s.Outcome == EmrOutcome.Inconclusive) ? EmrOutcome.Inconclusive : EmrOutcome.Passed;
        return new RestoreResult(steps.Describe(backup, outcome, _record.Replaces ? _record.SafetyCopy : null, _clock), null);
    }

    /// <summary>Gives the old database its place again.</summary>
    /// <param name="error">Why; null where the user wants it.</param>
    internal Task<RestoreResult> BackAsync(EmrSimException? error) => new RestoreReturn(steps, application, backup, logger, progress, _clock).RunAsync(error);

    private async Task TakeStepsAsync(CancellationToken token)
    {
        if (!_record.Passed(RestoreSteps.Verify))
        {
            if (application.Controls) await steps.TakeAsync(RestoreSteps.Stop, () => application.StopAsync(token)).ConfigureAwait(false);
            if (application.Controls) _clock.Down();
            await steps.TakeAsync(RestoreSteps.Wait, () => application.WaitAsync(token)).ConfigureAwait(false);
            if (File.Exists(RestoreFiles.Staged(_path))) await ReplaceAsync(token).ConfigureAwait(false);
            await steps.TakeAsync(RestoreSteps.Verify, () => Task.FromResult(InPlaceCheck.Run(_path, _record.Manifest, progress, steps.Activity, token))).ConfigureAwait(false);
        }

        if (application.Controls) await steps.TakeAsync(RestoreSteps.Start, () => application.StartAsync(token)).ConfigureAwait(false);
        if (application.Validates) await steps.TakeAsync(RestoreSteps.Validate, () => application.ValidateAsync(token)).ConfigureAwait(false);
        _clock.Up();
    }

    private async Task ReplaceAsync(CancellationToken token)
    {
        // Made anew even where there is one: the application may have run since, between a crash and this.
        if (_record.Replaces && !_record.Began(RestoreSteps.DropLog))
        {
            await steps.TakeAsync(RestoreSteps.SafetyCopy, () => Task.FromResult(steps.Keep(_record.SafetyCopy, progress, token))).ConfigureAwait(false);
        }

        // Not a part of the step: as long as that has not begun, nothing of the old database is touched.
        await application.RequireStoppedAsync(token).ConfigureAwait(false);
        bool whole = true;
        await steps.TakeAsync(RestoreSteps.Swap, () =>
        {
            // First the log goes into the old database, then one rename replaces that: at no time is there a database with a log of another.
            whole = WholeDatabase.TryFold(_path);
            return Task.FromResult(whole ? Swap() : "the old database is too damaged to take its own log");
        }).ConfigureAwait(false);
        if (whole) return;
        await steps.TakeAsync(RestoreSteps.DropLog, () =>
        {
            WholeDatabase.RemoveSidecars(_path);
            return Task.FromResult(Swap());
        }).ConfigureAwait(false);
    }

    private string Swap()
    {
        FileRights.AllowReplacing(_path);
        try
        {
            DurableFile.Publish(RestoreFiles.Staged(_path), _path);
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

        // Whoever opened it in the last moment has the old file, which is the safety copy now, and would go on writing there.
        FileHolder[] late = [.. DatabaseFiles.HoldersOf(_path, ownToo: true).Concat(DatabaseFiles.HoldersOf(_record.SafetyCopy, ownToo: true)).Where(h => h.Certain)];
        if (late.Length > 0)
        {
            throw new EmrSimException(
                ErrorCode.ApplicationCameBack,
                $"{string.Join(", ", late.Select(h => h.ToString()).Distinct())} opened '{_path}' in the moment in which it was replaced. Stop what starts it, then try again.",
                _path);
        }

        return $"'{Path.GetFileName(_path)}' is the database of {backup.CreatedUtc.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";
    }
}
