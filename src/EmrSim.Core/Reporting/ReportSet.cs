using EmrSim.Core.Stores;
using EmrSim.Core.Verification;

namespace EmrSim.Core.Reporting;

/// <summary>All that a report knows of one backup set in one store.</summary>
internal sealed class ReportSet
{
    private Dictionary<string, EmrHistoryEntry>? _failed;

    /// <summary>Its name.</summary>
    internal required string Name { get; init; }

    /// <summary>Its store; empty where only its history is known.</summary>
    internal required string Store { get; init; }

    /// <summary>Its backups, oldest first.</summary>
    internal required IReadOnlyList<EmrBackup> Backups { get; init; }

    /// <summary>Whether <see cref="Backups"/> are those that are there, and not only those that happened to be tested.</summary>
    internal required bool IsListed { get; init; }

    /// <summary>What the retention plan says of them.</summary>
    internal required IReadOnlyDictionary<BackupKey, EmrRetentionDecision> Decisions { get; init; }

    /// <summary>Its tests, oldest first.</summary>
    internal required IReadOnlyList<EmrBackupTest> Tests { get; init; }

    /// <summary>Its runs, oldest first.</summary>
    internal required IReadOnlyList<EmrHistoryEntry> History { get; init; }

    /// <summary>What the monitor says of it; null where it was not asked.</summary>
    internal required EmrBackupStatus? Status { get; init; }

    /// <summary>What could not be read of it.</summary>
    internal required IReadOnlyList<ReportProblem> Problems { get; init; }

    /// <summary>What speaks against it, worst first; nothing when all is well.</summary>
    internal IReadOnlyList<Finding> Findings { get; set; } = [];

    /// <summary>The id of its heading in the page.</summary>
    internal string Anchor { get; set; } = "";

    /// <summary>The worst of its findings.</summary>
    internal EmrOutcome Outcome => Findings.Count == 0 ? EmrOutcome.Passed : Findings[0].Outcome;

    /// <summary>The newest backup, verified or not.</summary>
    internal EmrBackup? Newest => Backups.Count > 0 ? Backups[^1] : Status?.Newest;

    /// <summary>The newest backup that counts as good.</summary>
    internal EmrBackup? NewestVerified => Backups.LastOrDefault(IsGood) ?? Status?.Newest;

    /// <summary>When a test last restored one of its backups and passed.</summary>
    internal DateTimeOffset? ProvedUtc => new[] { Status?.ProvedUtc, Last(ProofsByTest()), Last(ProofsByHistory()) }.Max();

    /// <summary>The decision on a backup; null where the plan does not speak of it.</summary>
    internal EmrRetentionDecision? DecisionOn(EmrBackup backup) => Decisions.GetValueOrDefault(BackupKey.Of(backup));

    /// <summary>Whether a backup was verified when it was made, and did not fail its last test since.</summary>
    internal bool IsGood(EmrBackup backup) => FolderStore.IsVerified(backup) && FailedTestOf(backup) is null;

    /// <summary>The last test of a backup, where it failed; null where it passed, or none is known.</summary>
    internal EmrHistoryEntry? FailedTestOf(EmrBackup backup)
    {
        _failed ??= FailedTests.Among(History.Concat(Tests.Select(AsRun)).OrderBy(e => e.StartedUtc)).ToDictionary(e => e.File!, StringComparer.Ordinal);
        return _failed.GetValueOrDefault(StorePath.FileName(backup.Path));
    }

    private EmrHistoryEntry AsRun(EmrBackupTest test)
    {
        EmrBackupCheck[] failed = [.. test.Checks.Where(c => c.Outcome == EmrOutcome.Failed)];
        return new EmrHistoryEntry
        {
            StartedUtc = test.StartedUtc,
            Kind = EmrRunKind.Test,
            Name = Name,
            File = StorePath.FileName(test.Path),
            Level = test.Level,
            Outcome = test.Outcome,
            Error = failed.Length > 0 && failed.All(c => c.Name == CheckNames.Age) ? ErrorCode.BackupTooOld : null,
            Reason = Judge.Why(test),
            Duration = test.Duration,
            Host = Environment.MachineName,
        };
    }

    private IEnumerable<DateTimeOffset> ProofsByTest() =>
        Tests.Where(t => t is { Level: EmrVerificationLevel.Restore, Outcome: EmrOutcome.Passed }).Select(t => t.StartedUtc);

    private IEnumerable<DateTimeOffset> ProofsByHistory() =>
        History.Where(e => e is { Kind: EmrRunKind.Test, Level: EmrVerificationLevel.Restore, Outcome: EmrOutcome.Passed }).Select(e => e.StartedUtc);

    private static DateTimeOffset? Last(IEnumerable<DateTimeOffset> times) => times.Select(t => (DateTimeOffset?)t).Max();
}
