using EmrSim.Core.Reporting.Html;

namespace EmrSim.Core.Reporting.Calendar;

/// <summary>What happened in a set on one day of the calendar.</summary>
internal sealed class DayMarks
{
    /// <summary>Backups that are there and stay, or of which no plan speaks.</summary>
    internal int Kept { get; private set; }

    /// <summary>Backups that the plan removes.</summary>
    internal int Removed { get; private set; }

    /// <summary>Backups that do not count as verified.</summary>
    internal int Unverified { get; private set; }

    /// <summary>Backups that are pinned.</summary>
    internal int Pinned { get; private set; }

    /// <summary>Runs that made a backup.</summary>
    internal int Runs { get; private set; }

    /// <summary>Runs of any kind that did not pass, and tests.</summary>
    internal int Failed { get; private set; }

    /// <summary>The tiers for which the kept ones count.</summary>
    internal SortedSet<EmrRetentionTier> Tiers { get; } = [];

    /// <summary>All backups.</summary>
    internal int Backups => Kept + Removed;

    /// <summary>The days of a set on which something happened.</summary>
    internal static SortedDictionary<DateOnly, DayMarks> Of(ReportSet set, ZoneClock clock)
    {
        var days = new SortedDictionary<DateOnly, DayMarks>();
        foreach (EmrBackup backup in set.Backups) On(backup.CreatedUtc).Add(backup, set);
        foreach (EmrHistoryEntry run in set.History)
        {
            if (run.Outcome != EmrOutcome.Passed) On(run.StartedUtc).Failed++;
            else if (run.Kind == EmrRunKind.Backup) On(run.StartedUtc).Runs++;
        }

        foreach (EmrBackupTest test in set.Tests.Where(t => t.Outcome != EmrOutcome.Passed)) On(test.StartedUtc).Failed++;
        return days;

        DayMarks On(DateTimeOffset instant)
        {
            DateOnly day = clock.Day(instant);
            if (!days.TryGetValue(day, out DayMarks? marks)) days.Add(day, marks = new DayMarks());
            return marks;
        }
    }

    private void Add(EmrBackup backup, ReportSet set)
    {
        EmrRetentionDecision? decision = set.DecisionOn(backup);
        if (decision?.Action == EmrRetentionAction.Remove) Removed++;
        else Kept++;
        if (!set.IsGood(backup)) Unverified++;
        if (backup.Pinned) Pinned++;
        if (decision is { Action: EmrRetentionAction.Keep }) Tiers.UnionWith(decision.Tiers);
    }
}
