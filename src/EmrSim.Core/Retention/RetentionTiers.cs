namespace EmrSim.Core.Retention;

/// <summary>Fills the tiers of a policy.</summary>
internal static class RetentionTiers
{
    /// <summary>
    /// Lets verified backups compete: each period keeps its newest, and the n newest of the periods that have one are kept. A period is as new as
    /// its newest backup, so the newest backup of all is kept by every tier.
    /// </summary>
    /// <param name="verified">Verified backups, the newest first.</param>
    /// <param name="policy">The policy.</param>
    internal static void Fill(IReadOnlyList<RetentionCandidate> verified, RetentionPolicy policy)
    {
        foreach (EmrRetentionTier tier in RetentionCalendar.Tiers.Where(t => policy.Of(t) > 0)) Fill(verified, tier, policy.Of(tier), static _ => false);
    }

    /// <summary>
    /// Finds the backups without verification that are all there is of a period within the policy's reach. They are no part of a tier: they stay
    /// beside what the tiers keep. Sets the standing of those without verification only.
    /// </summary>
    /// <param name="all">Backups with and without verification, the newest first.</param>
    /// <param name="policy">The policy.</param>
    internal static void FindStandIns(IReadOnlyList<RetentionCandidate> all, RetentionPolicy policy)
    {
        foreach (EmrRetentionTier tier in RetentionCalendar.Tiers.Where(t => policy.Of(t) > 0))
        {
            HashSet<int> proved = tier == EmrRetentionTier.Last
                ? []
                : [.. all.Where(c => c.IsVerified).Select(c => c.Period(tier))];
            Fill(all, tier, policy.Of(tier), proved.Contains);
        }
    }

    private static void Fill(IReadOnlyList<RetentionCandidate> newestFirst, EmrRetentionTier tier, int number, Func<int, bool> isProved)
    {
        HashSet<int> seen = [];
        for (int i = 0; i < newestFirst.Count; i++)
        {
            RetentionCandidate candidate = newestFirst[i];
            int period = tier == EmrRetentionTier.Last ? i : candidate.Period(tier);
            bool isNewest = seen.Add(period) && !isProved(period);
            candidate[tier] = !isNewest ? Standing.Covered : seen.Count <= number ? Standing.Kept : Standing.Beyond;
        }
    }
}
