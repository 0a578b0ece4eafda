using EmrSim.Core.Files;
using EmrSim.Core.Retention;
using EmrSim.Core.Stores;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Jobs;

/// <summary>The removal of what a job's policy no longer wants, in one store, after its backup was published there and verified.</summary>
internal sealed class RotationStep(string destination, StoreAccess? access, RetentionPolicy policy, ILogger logger, TimeProvider clock)
{
    /// <summary>Carries the policy out.</summary>
    /// <param name="set">The set.</param>
    /// <param name="token">Stops between two removals.</param>
    /// <returns>How many were removed; an error for each backup that could not be, then RetentionIncomplete; HistoryNotWritten. No errors where all went well.</returns>
    internal (int Removed, IReadOnlyList<EmrSimException> Errors) Run(string set, CancellationToken token)
    {
        BackupStore store = BackupStores.Open(destination, access);
        var history = new RunHistory(store, EmrRunKind.Retention, set, logger, clock);
        (int removed, IReadOnlyList<EmrSimException> errors) = Apply(store, set, token);
        EmrSimException? unwritten = history.Write(errors.Count > 0 ? errors[^1] : null, removed: removed);
        return (removed, unwritten is null ? errors : [.. errors, unwritten]);
    }

    private (int Removed, IReadOnlyList<EmrSimException> Errors) Apply(BackupStore store, string set, CancellationToken token)
    {
        try
        {
            using IDisposable held = store.Lock(set, clock, token);
            RetentionResult result = RetentionEngine.ApplyHeld(store, set, policy, clock.GetUtcNow(), logger, token);
            return (result.Removed.Count, result.Errors);
        }
        catch (Exception e) when (e is EmrSimException || IoErrors.IsIo(e))
        {
            EmrSimException cause = e as EmrSimException ?? IoErrors.Translate(e, "The older backups could not be read", destination);
            return (0, [new EmrSimException(
                ErrorCode.RetentionIncomplete,
                $"The new backup of the set '{set}' stands, but older ones in '{destination}' were not thinned out: {cause.ErrorCode}: {cause.Message}",
                destination,
                cause)]);
        }
    }
}
