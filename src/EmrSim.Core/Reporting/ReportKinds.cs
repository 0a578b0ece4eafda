namespace EmrSim.Core.Reporting;

/// <summary>The kinds of objects that a report is made of, and the objects by kind, each once.</summary>
/// <remarks>A new kind needs a line in the table below, a list of its own, and a section that shows it.</remarks>
public sealed class ReportKinds
{
    private static readonly Dictionary<Type, Action<ReportKinds, object>> s_kinds = new()
    {
        [typeof(EmrBackup)] = static (kinds, item) => kinds.Add((EmrBackup)item),
        [typeof(EmrBackupTest)] = static (kinds, item) => kinds.Add((EmrBackupTest)item),
        [typeof(EmrRetentionDecision)] = static (kinds, item) => kinds.Add((EmrRetentionDecision)item),
        [typeof(EmrHistoryEntry)] = static (kinds, item) => kinds._history.Add((EmrHistoryEntry)item),
        [typeof(EmrBackupStatus)] = static (kinds, item) => kinds._statuses.Add((EmrBackupStatus)item),
        [typeof(ReportProblem)] = static (kinds, item) => kinds._problems.Add((ReportProblem)item),
    };

    private readonly Dictionary<BackupKey, EmrBackup> _backups = [];
    private readonly Dictionary<BackupKey, EmrRetentionDecision> _decisions = [];
    private readonly Dictionary<(string Path, EmrVerificationLevel Level, DateTimeOffset Started), EmrBackupTest> _tests = [];
    private readonly List<EmrHistoryEntry> _history = [];
    private readonly List<EmrBackupStatus> _statuses = [];
    private readonly List<ReportProblem> _problems = [];

    /// <summary>Sorts objects by kind. Of two of the same thing the later one counts.</summary>
    /// <exception cref="ArgumentException">One of them is of no known kind.</exception>
    internal ReportKinds(IEnumerable<object> items)
    {
        foreach (object item in items)
        {
            if (!s_kinds.TryGetValue(item.GetType(), out Action<ReportKinds, object>? add)) throw new ArgumentException($"No report knows a {item.GetType()}.", nameof(items));
            add(this, item);
        }
    }

    /// <summary>Whether a report can be made of an object.</summary>
    /// <param name="item">The object.</param>
    public static bool Knows(object item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return item is not ReportProblem && s_kinds.ContainsKey(item.GetType());
    }

    internal IReadOnlyCollection<EmrBackup> Backups => _backups.Values;

    internal IReadOnlyDictionary<BackupKey, EmrRetentionDecision> Decisions => _decisions;

    internal IReadOnlyCollection<EmrBackupTest> Tests => _tests.Values;

    internal IReadOnlyList<EmrHistoryEntry> History => [.. _history.Distinct()];

    internal IReadOnlyList<EmrBackupStatus> Statuses => _statuses;

    internal IReadOnlyList<ReportProblem> Problems => _problems;

    private void Add(EmrBackup backup) => _backups[BackupKey.Of(backup)] = backup;

    private void Add(EmrBackupTest test) => _tests[(test.Path, test.Level, test.StartedUtc)] = test;

    // A plan says which backups there are, as a listing does; what a listing says of one is newer or the same.
    private void Add(EmrRetentionDecision decision)
    {
        BackupKey key = BackupKey.Of(decision.Backup);
        _decisions[key] = decision;
        _backups.TryAdd(key, decision.Backup);
    }
}

/// <summary>What tells one backup from another: a copy in a second store has the same id there.</summary>
internal readonly record struct BackupKey(Guid Id, string Path)
{
    internal static BackupKey Of(EmrBackup backup) => new(backup.Id, backup.Path);
}
