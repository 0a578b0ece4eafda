using EmrSim.Core.Retention;
using EmrSim.Core.Stores;

namespace EmrSim.Core.Jobs;

/// <summary>What a second store lacks of a set.</summary>
/// <param name="backup">The new backup.</param>
/// <param name="here">The set's backups in the first store, oldest first.</param>
/// <param name="there">Those in the second.</param>
internal sealed class MissingCopies(EmrBackup backup, IReadOnlyList<EmrBackup> here, IReadOnlyList<EmrBackup> there)
{
    // What a clock that was wrong has dated must not hide that something was missed since.
    private readonly EmrBackup? _newest = there.LastOrDefault(b => b.CreatedUtc - backup.CreatedUtc <= RetentionPlanner.ClockTolerance);
    private readonly HashSet<Guid> _there = [.. there.Select(b => b.Id)];

    /// <summary>Whether the new backup is in the second store already.</summary>
    internal bool IsThere => _there.Contains(backup.Id);

    /// <summary>The second store's newest backup, where it is of a database that the first one does not know.</summary>
    internal EmrBackup? Stranger => _newest is not null && !here.Append(backup).Any(b => SourceIdentity.Of(b).MayBe(SourceIdentity.Of(_newest))) ? _newest : null;

    /// <summary>What is to be copied, the new backup included, in the order in which it is to be copied.</summary>
    /// <param name="policy">
    /// The second store's policy. What it would keep of both stores' backups is wanted there, and would not be removed again. The new backup and what
    /// is newest come first, for a store that takes no more. Null where nothing is ever removed by the job: then only what came after the newest copy
    /// is known to have been missed, and it comes oldest first, so that a run that breaks off hides nothing from the next one.
    /// </param>
    /// <param name="now">The time of the plan.</param>
    internal IEnumerable<EmrBackup> Find(RetentionPolicy? policy, DateTimeOffset now)
    {
        if (policy is null) return here.Where(b => b.CreatedUtc > _newest?.CreatedUtc && IsMissing(b)).Append(backup);
        IEnumerable<EmrBackup> both = here.Where(b => b.Id != backup.Id).Concat(there.Where(b => here.All(h => h.Id != b.Id))).Append(backup);
        HashSet<Guid> kept = [.. RetentionPlanner.Plan(both, policy, now).Decisions.Where(d => d.Action == EmrRetentionAction.Keep).Select(d => d.Backup.Id)];
        return here.Where(b => kept.Contains(b.Id) && IsMissing(b)).Reverse().Prepend(backup);
    }

    // What has failed its test is told of there, and not again every night.
    private bool IsMissing(EmrBackup one) => one.Id != backup.Id && !_there.Contains(one.Id) && one.Verification.Outcome != EmrOutcome.Failed;
}
