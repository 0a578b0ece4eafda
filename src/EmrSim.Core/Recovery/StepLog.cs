using System.Diagnostics;
using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using EmrSim.Core.Progress;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Recovery;

/// <summary>Takes the steps of a restore: each is written down and flushed before it is taken, and how it ended with the next one.</summary>
internal sealed class StepLog(RestoreRecord record, ILogger logger, TimeProvider clock, IProgress<OperationProgress>? progress)
{
    private readonly List<EmrRestoreStep> _taken = [];

    /// <summary>The progress' activity.</summary>
    internal string Activity { get; } = $"Restoring {Path.GetFileName(record.Destination)}";

    /// <summary>The journal's content.</summary>
    internal RestoreRecord Record => record;

    /// <summary>The steps that were taken in this run.</summary>
    internal IReadOnlyList<EmrRestoreStep> Taken => _taken;

    /// <summary>The time.</summary>
    internal DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Whether a step is taken though it could not be written down.</summary>
    internal bool Forgiving { get; set; }

    /// <summary>Is called when a step is written down, and again when it has ended; a test ends the process there.</summary>
    internal Action<string>? Observer { get; init; }

    internal Task TakeAsync(string name, Func<Task<string>> work) => TakeAsync(name, async () => (EmrOutcome.Passed, await work().ConfigureAwait(false)));

    /// <summary>Takes a step.</summary>
    internal async Task TakeAsync(string name, Func<Task<(EmrOutcome Outcome, string Detail)>> work)
    {
        var step = new RestoreStepRecord { Name = name, StartedUtc = clock.GetUtcNow() };
        record.Steps.Add(step);
        Write();
        Observer?.Invoke(name);
        ProgressMeter.Announce(progress, Activity, name);
        long started = Stopwatch.GetTimestamp();
        EmrOutcome outcome = EmrOutcome.Failed;
        string detail = "";
        try
        {
            (outcome, detail) = await work().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            detail = e is OperationCanceledException ? "it was stopped" : e.Message;
            throw;
        }
        finally
        {
            TimeSpan duration = Stopwatch.GetElapsedTime(started);
            (step.Outcome, step.Detail, step.Seconds) = (outcome, detail, duration.TotalSeconds);
            _taken.Add(new EmrRestoreStep(name, outcome, detail, step.StartedUtc, duration));
            Log.RestoreStep(logger, outcome == EmrOutcome.Failed ? LogLevel.Warning : LogLevel.Information, name, record.Destination, outcome, detail, duration.TotalSeconds);
        }

        Observer?.Invoke(name + ".End");
    }

    /// <summary>Writes down how far it has come, now.</summary>
    internal void Flush(RestoreState state)
    {
        record.State = state;
        Write();
    }

    /// <summary>Keeps the database under another name, in place of an earlier copy there.</summary>
    internal string Keep(string copy, IProgress<OperationProgress>? sink, CancellationToken token)
    {
        WholeDatabase.Remove(copy);
        var meter = new ProgressMeter(sink, Activity, "Keeping the database", WholeDatabase.Of(record.Destination).Sum(f => new FileInfo(f).Length));
        return WholeDatabase.Keep(record.Destination, copy, meter, token) ? $"copied to '{copy}'" : $"kept as '{copy}'";
    }

    /// <summary>What came of it.</summary>
    internal EmrRestore Describe(EmrBackup backup, EmrOutcome outcome, string? kept, RestoreClock time) => new()
    {
        Destination = record.Destination,
        Backup = backup,
        Outcome = outcome,
        Steps = [.. _taken],
        SafetyCopy = kept,
        Downtime = time.Downtime,
        Duration = time.Duration,
    };

    private void Write()
    {
        try
        {
            RestoreJournal.Write(record);
        }
        catch (Exception e) when (Forgiving && IoErrors.IsIo(e))
        {
            Log.RestoreNotWrittenDown(logger, record.Destination, e.Message);
        }
    }
}
