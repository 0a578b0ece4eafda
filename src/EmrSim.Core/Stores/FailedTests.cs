namespace EmrSim.Core.Stores;

/// <summary>
/// The backups that failed their last test. Such a one is bad, however good it was when it was made. That it was too old for a test's -MaxAge, or
/// that a test could not be finished, says nothing of it.
/// </summary>
internal static class FailedTests
{
    /// <summary>The last test that came to an end of each stored file, where that failed.</summary>
    /// <param name="runs">Runs in the order in which they ended.</param>
    internal static IEnumerable<EmrHistoryEntry> Among(IEnumerable<EmrHistoryEntry> runs) => runs
        .Where(t => t is { Kind: EmrRunKind.Test, File: not null, Outcome: not EmrOutcome.Inconclusive } && t.Error != ErrorCode.BackupTooOld)
        .GroupBy(t => t.File).Select(g => g.Last()).Where(t => t.Outcome == EmrOutcome.Failed);

    /// <summary>The names of a store's files that failed their last test.</summary>
    /// <exception cref="EmrSimException">What the store says.</exception>
    internal static IReadOnlySet<string> Of(BackupStore store) =>
        Among(HistoryFile.Read(store).Select(l => l.Entry).OfType<EmrHistoryEntry>()).Select(t => t.File!).ToHashSet(StringComparer.Ordinal);
}
