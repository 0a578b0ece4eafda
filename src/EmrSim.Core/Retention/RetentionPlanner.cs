using EmrSim.Core.Stores;

namespace EmrSim.Core.Retention;

/// <summary>
/// The rules of retention, as a pure function.
/// <list type="bullet">
/// <item>Each period keeps its newest verified backup; the n newest periods that have one are kept. Periods without one do not count.</item>
/// <item>A backup that is not verified counts in no tier and displaces nothing. It stays while it is newer than the newest verified one, and while
/// it is all there is of a period that the policy would keep.</item>
/// <item>A set without a verified backup loses nothing.</item>
/// <item>A pinned backup, and one that is dated in the future, stay beside the tiers as if they lay in another store: what else is kept does not
/// depend on them, so setting a pin can only add to what stays.</item>
/// </list>
/// </summary>
public static class RetentionPlanner
{
    /// <summary>How far a backup's time may lie ahead of the clock before the clock is taken to have been wrong.</summary>
    public static TimeSpan ClockTolerance { get; } = TimeSpan.FromMinutes(5);

    /// <summary>Decides on every backup of one set.</summary>
    /// <param name="backups">The backups of one set, in any order.</param>
    /// <param name="policy">How many stay.</param>
    /// <param name="asOf">The time of the plan: pins that have ended by then count no more, and what is later is dated in the future.</param>
    /// <exception cref="EmrSimException">InvalidArgument, EmptyPolicy.</exception>
    public static RetentionPlan Plan(IEnumerable<EmrBackup> backups, RetentionPolicy policy, DateTimeOffset asOf)
    {
        ArgumentNullException.ThrowIfNull(backups);
        ArgumentNullException.ThrowIfNull(policy);
        policy.Require();

        // The same order as in the store's list: at the same instant the file's name decides.
        EmrBackup[] oldestFirst = [.. backups.OrderBy(b => b.CreatedUtc).ThenBy(b => b.Path, StringComparer.Ordinal)];
        EmrBackup[] future = [.. oldestFirst.Where(b => IsFromFuture(b, asOf))];
        EmrBackup? newestVerified = oldestFirst.LastOrDefault(b => BackupStore.IsVerified(b) && !IsFromFuture(b, asOf));
        var reason = new RetentionReason(policy, asOf);
        if (newestVerified is null)
        {
            return new RetentionPlan([.. oldestFirst.Select(b => Keep(b, Aside(b, asOf, reason) ?? RetentionReason.NoVerified))], false, future);
        }

        int last = Array.IndexOf(oldestFirst, newestVerified);
        RetentionCandidate?[] candidates =
            [.. oldestFirst.Select((b, i) => i > last || Aside(b, asOf, reason) is not null ? null : Candidate(b, policy))];
        Compete(candidates, policy);
        return new RetentionPlan(
            [.. oldestFirst.Select((b, i) => candidates[i] is { } c ? Judge(c, reason) : Keep(b, Aside(b, asOf, reason) ?? RetentionReason.NewerThanVerified))],
            true,
            future);
    }

    private static bool IsFromFuture(EmrBackup backup, DateTimeOffset asOf) => backup.CreatedUtc - asOf > ClockTolerance;

    private static string? Aside(EmrBackup backup, DateTimeOffset asOf, RetentionReason reason) =>
        IsFromFuture(backup, asOf) ? reason.FromFuture(backup) : backup.IsPinnedAt(asOf) ? RetentionReason.Pinned(backup) : null;

    private static RetentionCandidate Candidate(EmrBackup backup, RetentionPolicy policy) =>
        new(backup, RetentionCalendar.Day(backup.CreatedUtc, policy.TimeZone));

    private static void Compete(RetentionCandidate?[] oldestFirst, RetentionPolicy policy)
    {
        RetentionCandidate[] newestFirst = [.. oldestFirst.OfType<RetentionCandidate>().Reverse()];
        RetentionCandidate[] verified = [.. newestFirst.Where(c => c.IsVerified)];
        // What the tiers keep rests on the verified ones alone, whatever lies between them.
        if (verified.Length < newestFirst.Length) RetentionTiers.FindStandIns(newestFirst, policy);
        RetentionTiers.Fill(verified, policy);
    }

    private static EmrRetentionDecision Judge(RetentionCandidate candidate, RetentionReason reason)
    {
        EmrRetentionTier[] tiers = candidate.Where(Standing.Kept);
        bool verified = candidate.IsVerified;
        return tiers.Length == 0
            ? new EmrRetentionDecision
            {
                Backup = candidate.Backup,
                Action = EmrRetentionAction.Remove,
                Tiers = [],
                Reason = reason.Removed(candidate, verified),
            }
            : Keep(candidate.Backup, verified ? reason.Kept(candidate, tiers) : reason.StandIn(candidate, tiers), verified ? tiers : []);
    }

    private static EmrRetentionDecision Keep(EmrBackup backup, string reason, EmrRetentionTier[]? tiers = null) =>
        new() { Backup = backup, Action = EmrRetentionAction.Keep, Tiers = tiers ?? [], Reason = reason };
}
