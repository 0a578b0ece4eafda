using System.Globalization;
using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Retention;

/// <summary>Carries out a policy on one set whose lock is held.</summary>
/// <param name="store">The store.</param>
/// <param name="set">The set.</param>
/// <param name="logger">Where events go.</param>
internal sealed class RetentionRun(RetentionStore store, string set, ILogger logger)
{
    /// <summary>Plans, and removes what the plan removes. A removal that fails does not stop the others.</summary>
    /// <param name="policy">How many stay.</param>
    /// <param name="asOf">The time of the plan.</param>
    /// <param name="approved">The manifests of the backups that may go; null for all.</param>
    /// <param name="removed">Is told of each removal.</param>
    /// <param name="token">Stops between two removals.</param>
    internal RetentionResult Execute(
        RetentionPolicy policy, DateTimeOffset asOf, IReadOnlySet<string>? approved, Action<EmrBackup>? removed, CancellationToken token)
    {
        RetentionPlan plan = RetentionPlanner.Plan(store.List(set, token), policy, asOf);
        Warn(plan, set, logger);
        EmrRetentionDecision[] wanted =
            [.. plan.Decisions.Where(d => d.Action == EmrRetentionAction.Remove && approved?.Contains(d.Backup.ManifestPath) != false)];
        List<EmrRetentionDecision> done = [];
        List<EmrSimException> errors = [];
        foreach (EmrRetentionDecision decision in wanted)
        {
            token.ThrowIfCancellationRequested();
            if (Remove(decision) is { } error) errors.Add(error);
            else done.Add(decision);
            removed?.Invoke(decision.Backup);
        }

        if (errors.Count > 0) errors.Add(Incomplete(errors.Count, wanted.Length));
        if (wanted.Length > 0) Log.RetentionEnded(logger, set, done.Count, wanted.Length, plan.Decisions.Count - done.Count);
        return new RetentionResult(set, plan, done, errors);
    }

    /// <summary>Says what is wrong with a set, whatever its policy.</summary>
    internal static void Warn(RetentionPlan plan, string set, ILogger logger)
    {
        if (!plan.HasVerified && plan.Decisions.Count > 0) Log.NothingVerified(logger, set, plan.Decisions.Count);
        if (plan.FromFuture.Count > 0) Log.BackupsFromFuture(logger, set, plan.FromFuture.Count, plan.FromFuture[^1].Path, plan.FromFuture[^1].CreatedUtc);
    }

    private EmrSimException? Remove(EmrRetentionDecision decision)
    {
        string path = decision.Backup.Path;
        try
        {
            store.Remove(decision.Backup);
            Log.RetentionRemoved(logger, path, decision.Reason);
            return null;
        }
        catch (EmrSimException e)
        {
            Log.RetentionFailed(logger, path, e.Message);
            return e;
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            Log.RetentionFailed(logger, path, e.Message);
            return IoErrors.Translate(e, $"The backup '{path}' could not be removed", path);
        }
    }

    private EmrSimException Incomplete(int failed, int wanted) => new(
        ErrorCode.RetentionIncomplete,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{failed} of {wanted} backups that the policy removes from the set '{set}' in '{store.Destination}' are still there. The next run tries again."),
        store.Destination);
}
