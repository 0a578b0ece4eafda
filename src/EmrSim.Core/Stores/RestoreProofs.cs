using EmrSim.Core.Logging;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Stores;

/// <summary>Which backups of a store were proved to restore, and when.</summary>
internal sealed class RestoreProofs
{
    // Of each stored file the tests that came to an end, in order. One that could not be finished, or that only found it too old, says nothing of it.
    private readonly ILookup<string, TestEvidence> _byFile;

    internal RestoreProofs(IEnumerable<TestEvidence> tests) =>
        _byFile = tests.Where(t => FailedTests.IsConclusive(t.Test)).ToLookup(t => t.Test.File!, StringComparer.Ordinal);

    /// <summary>Reads what a store knows. That it cannot be read is warned of: the backups can be listed without it.</summary>
    internal static RestoreProofs Read(BackupStore store, ILogger logger)
    {
        try
        {
            return new RestoreProofs(TestEvidence.Read(store, logger));
        }
        catch (EmrSimException e)
        {
            Log.DrillsSkipped(logger, $"Which backups were proved to restore is not known: {e.Message}");
            return new RestoreProofs([]);
        }
    }

    /// <summary>The backup with the time at which it was last proved.</summary>
    internal EmrBackup Mark(EmrBackup backup) => backup with { LastProved = LastProved(backup) };

    /// <summary>
    /// When the backup last passed a test of level Restore, or was verified so when it was made; null for never, and where a later test of any level
    /// found it bad.
    /// </summary>
    private DateTimeOffset? LastProved(EmrBackup backup)
    {
        DateTimeOffset? proved = backup.Verification is { Level: EmrVerificationLevel.Restore, Outcome: EmrOutcome.Passed } made ? made.CheckedUtc : null;
        foreach ((EmrHistoryEntry test, string? digest) in _byFile[BackupStores.NameOf(backup.Path)])
        {
            // What was tested under this name may have been another file.
            if (digest is not null && digest != backup.StoredSha256) continue;
            if (test.Outcome == EmrOutcome.Failed) proved = null;
            else if (test.Level == EmrVerificationLevel.Restore) proved = test.StartedUtc;
        }

        return proved;
    }
}
