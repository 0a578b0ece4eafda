using Microsoft.Extensions.Logging.Abstractions;

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
        .Where(IsConclusive).GroupBy(t => t.File).Select(g => g.Last()).Where(t => t.Outcome == EmrOutcome.Failed);

    /// <summary>Whether a run is a test that says of a stored file whether it is good.</summary>
    internal static bool IsConclusive(EmrHistoryEntry run) =>
        run is { Kind: EmrRunKind.Test, File: not null, Outcome: not EmrOutcome.Inconclusive } && run.Error != ErrorCode.BackupTooOld;

    /// <summary>The names of a store's files that failed their last test. Lines that cannot be read are left to those who show a store to warn of.</summary>
    /// <exception cref="EmrSimException">What the store says.</exception>
    internal static IReadOnlySet<string> Of(BackupStore store) =>
        Among(TestEvidence.Read(store, NullLogger.Instance).Select(t => t.Test)).Select(t => t.File!).ToHashSet(StringComparer.Ordinal);
}
