using EmrSim.Core.Logging;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Stores;

/// <summary>A test of a backup, as a line of the history or of the drills tells of it.</summary>
/// <param name="Test">The test.</param>
/// <param name="StoredSha256">The digest that the stored file had by its manifest; null where the line does not say it.</param>
internal sealed record TestEvidence(EmrHistoryEntry Test, string? StoredSha256)
{
    // Both files say exactly when a test began.
    private (string? File, DateTimeOffset StartedUtc) Identity => (Test.File, Test.StartedUtc);

    /// <summary>
    /// All tests that a store knows of, in the order in which they ended. A drill stands in the history and in the drills; either may have been cut or, in a
    /// store of before there were drills, not be there.
    /// </summary>
    /// <param name="history">The tests of the history, in its order.</param>
    /// <param name="drills">The drills, in the order of their file.</param>
    internal static IReadOnlyList<TestEvidence> Merge(IEnumerable<EmrHistoryEntry> history, IReadOnlyList<TestEvidence> drills)
    {
        var digests = new Dictionary<(string?, DateTimeOffset), string?>();
        foreach (TestEvidence drill in drills) digests[drill.Identity] = drill.StoredSha256;
        var merged = new List<TestEvidence>();
        var recorded = new HashSet<(string?, DateTimeOffset)>();
        foreach (EmrHistoryEntry test in history)
        {
            var plain = new TestEvidence(test, null);
            recorded.Add(plain.Identity);
            merged.Add(plain with { StoredSha256 = digests.GetValueOrDefault(plain.Identity) });
        }

        int at = 0;
        foreach (TestEvidence drill in drills.Where(d => !recorded.Contains(d.Identity)))
        {
            // Each file keeps its own order, whatever a clock did; only between them does the time decide.
            while (at < merged.Count && merged[at].Test.StartedUtc < drill.Test.StartedUtc) at++;
            merged.Insert(at++, drill);
        }

        return merged;
    }

    /// <summary>All tests that a store knows of. What cannot be read is warned of.</summary>
    /// <exception cref="EmrSimException">What the store says.</exception>
    internal static IReadOnlyList<TestEvidence> Read(BackupStore store, ILogger logger)
    {
        var history = new List<EmrHistoryEntry>();
        foreach (HistoryLine line in HistoryFile.ReadTests(store))
        {
            if (line.Error is { } error) Log.HistoryLineSkipped(logger, error.Message);
            else if (line.Entry!.Kind == EmrRunKind.Test) history.Add(line.Entry);
        }

        return Merge(history, DrillFile.Read(store, logger));
    }
}
