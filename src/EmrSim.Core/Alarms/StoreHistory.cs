using EmrSim.Core.Logging;
using EmrSim.Core.Stores;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Alarms;

/// <summary>What a store's history, and its drills, say that matters to a monitor.</summary>
internal sealed class StoreHistory
{
    private readonly IReadOnlyList<HistoryLine> _lines;
    private readonly ILookup<string, HistoryLine> _bySet;
    private readonly ILookup<string, EmrHistoryEntry> _tests;
    private readonly int _lastDamaged;

    private StoreHistory(IReadOnlyList<HistoryLine> lines, IReadOnlyList<TestEvidence> drills, string? unreadable)
    {
        _lines = lines;
        IReadOnlyList<TestEvidence> tests = TestEvidence.Merge(lines.Select(l => l.Entry).OfType<EmrHistoryEntry>().Where(e => e.Kind == EmrRunKind.Test), drills);
        _tests = tests.Select(t => t.Test).ToLookup(t => t.Name, StringComparer.Ordinal);
        Proofs = new RestoreProofs(tests);
        _bySet = lines.Where(l => l.Entry is not null).ToLookup(l => l.Entry!.Name, StringComparer.Ordinal);
        _lastDamaged = lines.LastOrDefault(l => l.Error is not null)?.Number ?? 0;
        Unreadable = unreadable;
    }

    /// <summary>Why nothing of it could be read; null where it could.</summary>
    internal string? Unreadable { get; }

    /// <summary>Which backups were proved to restore.</summary>
    internal RestoreProofs Proofs { get; }

    /// <summary>Reads it. That it cannot be read is a finding, no error: the backups can be judged without it.</summary>
    internal static StoreHistory Read(BackupStore store, ILogger logger)
    {
        try
        {
            IReadOnlyList<HistoryLine> lines = HistoryFile.Read(store);
            foreach (HistoryLine line in lines) if (line.Error is { } error) Log.HistoryLineSkipped(logger, error.Message);
            return new StoreHistory(lines, Drills(store, logger), null);
        }
        catch (EmrSimException e)
        {
            return new StoreHistory([], [], e.Message);
        }
    }

    // The history tells of the same tests, so without the drills only what was cut from it is missing.
    private static IReadOnlyList<TestEvidence> Drills(BackupStore store, ILogger logger)
    {
        try
        {
            return DrillFile.Read(store, logger);
        }
        catch (EmrSimException e)
        {
            Log.DrillsSkipped(logger, e.Message);
            return [];
        }
    }

    /// <summary>Sets whose last backup failed since then. One that never came to a first backup is in no listing, and must be noticed all the same.</summary>
    internal IEnumerable<string> FailingSince(DateTimeOffset since) =>
        _bySet.Select(g => g.Key).Where(set => Last(set, EmrRunKind.Backup) is { Outcome: EmrOutcome.Failed } last && last.StartedUtc >= since);

    /// <summary>
    /// The last backup of a set, unless it was removed by hand. Retention keeps the newest one, so where a set has no backup at all, something else
    /// has taken them away.
    /// </summary>
    internal EmrHistoryEntry? LastKept(string set)
    {
        EmrHistoryEntry[] done = [.. _bySet[set].Select(l => l.Entry!).Where(e => e.Outcome == EmrOutcome.Passed)];
        EmrHistoryEntry? last = done.LastOrDefault(e => e.Kind == EmrRunKind.Backup);
        return last is not null && done.Any(e => e.Kind == EmrRunKind.Removal && e.File == last.File) ? null : last;
    }

    /// <summary>The sets that the history tells of.</summary>
    internal IEnumerable<string> Sets => _bySet.Select(g => g.Key);

    /// <summary>The run of a kind that ended last. The file's order decides: a run that found the set locked ended before the one that held it.</summary>
    internal EmrHistoryEntry? Last(string set, EmrRunKind kind) => _bySet[set].LastOrDefault(l => l.Entry!.Kind == kind)?.Entry;

    /// <summary>All tests of a set's backups, in the order in which they ended; drills too of which only <c>drills.jsonl</c> tells.</summary>
    internal IEnumerable<EmrHistoryEntry> Tests(string set) => _tests[set];

    /// <summary>The number of a line that cannot be read and may tell of a set what no later line does; null where there is none.</summary>
    internal int? DamagedSinceLastBackup(string set) =>
        _lastDamaged > (_bySet[set].LastOrDefault(l => l.Entry!.Kind == EmrRunKind.Backup)?.Number ?? 0) ? _lines[_lastDamaged - 1].Number : null;
}
