using EmrSim.Core.Stores;

namespace EmrSim.Core.Retention;

/// <summary>What a backup is to a tier.</summary>
internal enum Standing
{
    /// <summary>The policy does not have the tier.</summary>
    None,

    /// <summary>It is the newest of its period, and the period is one of those that are kept.</summary>
    Kept,

    /// <summary>It is the newest of its period, but enough newer periods are kept.</summary>
    Beyond,

    /// <summary>Its period has a newer or better one.</summary>
    Covered,
}

/// <summary>A backup that competes for the tiers of a policy.</summary>
/// <param name="backup">The backup.</param>
/// <param name="day">Its day in the policy's zone.</param>
internal sealed class RetentionCandidate(EmrBackup backup, DateOnly day)
{
    private readonly Standing[] _standings = new Standing[RetentionCalendar.Tiers.Count];
    private readonly int[] _periods = [0, .. RetentionCalendar.Tiers.Skip(1).Select(t => RetentionCalendar.Period(t, day))];

    internal EmrBackup Backup { get; } = backup;

    internal DateOnly Day { get; } = day;

    /// <summary>Whether what it holds was checked.</summary>
    internal bool IsVerified { get; } = BackupStore.IsVerified(backup);

    /// <summary>Its period in a tier other than Last.</summary>
    internal int Period(EmrRetentionTier tier) => _periods[(int)tier];

    /// <summary>What it is to a tier.</summary>
    internal Standing this[EmrRetentionTier tier]
    {
        get => _standings[(int)tier];
        set => _standings[(int)tier] = value;
    }

    /// <summary>The tiers of which it has this standing, the finest first.</summary>
    internal EmrRetentionTier[] Where(Standing standing) => [.. RetentionCalendar.Tiers.Where(t => this[t] == standing)];
}
