using EmrSim.Core.Stores;

namespace EmrSim.Core.Reporting;

/// <summary>All that a report shows, by set.</summary>
/// <param name="Sets">The sets, the worst first.</param>
/// <param name="LeftOut">The types of what was given and cannot be shown.</param>
internal sealed record ReportData(IReadOnlyList<ReportSet> Sets, IReadOnlyList<string> LeftOut)
{
    /// <summary>The worst of all; not known when there is nothing.</summary>
    internal EmrOutcome Outcome => Severity.Worst(Sets.Select(s => s.Outcome));

    /// <summary>Orders objects into sets and judges those.</summary>
    /// <param name="items">The objects.</param>
    /// <param name="leftOut">The types of what cannot be shown.</param>
    /// <param name="gathered">The store that was listed whole, so that a set without backups has none; null for none.</param>
    /// <param name="now">The time of the report.</param>
    internal static ReportData From(IEnumerable<object> items, IReadOnlyList<string> leftOut, string? gathered, DateTimeOffset now)
    {
        var kinds = new ReportKinds(items);
        var judge = new Judge(now);
        IReadOnlyList<EmrHistoryEntry> history = kinds.History;
        var keys = new Keys(kinds);
        ILookup<Key, EmrBackup> backups = kinds.Backups.ToLookup(keys.Of);
        ILookup<Key, EmrBackupTest> tests = kinds.Tests.ToLookup(keys.Of);
        ILookup<Key, KeyValuePair<BackupKey, EmrRetentionDecision>> decisions = kinds.Decisions.ToLookup(d => keys.Of(d.Value.Backup));
        ILookup<Key, EmrBackupStatus> statuses = kinds.Statuses.ToLookup(keys.Of);
        ReportSet[] sets =
        [
            .. keys.All.Select(key => new ReportSet
            {
                Name = key.Name,
                Store = key.Store,
                Backups = Ordered(backups[key].Any()
                    ? backups[key]
                    : tests[key].Select(t => t.Backup).Concat(statuses[key].Select(s => s.Newest)).OfType<EmrBackup>().DistinctBy(BackupKey.Of)),
                IsListed = backups[key].Any() || gathered is not null && key.Store == StorePath.Normal(gathered),
                Decisions = decisions[key].ToDictionary(),
                Tests = [.. tests[key].OrderBy(t => t.StartedUtc).ThenBy(t => t.Path, StringComparer.Ordinal)],
                History = [.. history.Where(e => SetName.IsSame(e.Name, key.Name)).OrderBy(e => e.StartedUtc)],
                Status = statuses[key].LastOrDefault(),
                Problems = [.. kinds.Problems.Where(p => keys.Of(p) == key)],
            }),
        ];
        foreach (ReportSet set in sets) set.Findings = judge.On(set);
        sets = [.. sets.OrderBy(s => Severity.Rank(s.Outcome)).ThenBy(s => s.Name, StringComparer.Ordinal).ThenBy(s => s.Store, StringComparer.Ordinal)];
        for (int i = 0; i < sets.Length; i++) sets[i].Anchor = FormattableString.Invariant($"set-{i + 1}");
        return new ReportData(sets, leftOut);
    }

    private static EmrBackup[] Ordered(IEnumerable<EmrBackup> backups) =>
        [.. backups.OrderBy(b => b.CreatedUtc).ThenBy(b => b.Path, StringComparer.Ordinal)];

    /// <summary>A set in a store.</summary>
    private readonly record struct Key(string Name, string Store);

    /// <summary>The keys of all objects. A run of the history has no store: it belongs to every set of its name.</summary>
    private sealed class Keys
    {
        private readonly Dictionary<string, string> _names = new(
            SetName.Case == StringComparison.Ordinal ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);

        internal Keys(ReportKinds kinds)
        {
            Key[] placed =
            [
                .. kinds.Backups.Select(Of).Concat(kinds.Tests.Select(Of)).Concat(kinds.Statuses.Select(Of)).Concat(kinds.Problems.Select(Of)).Distinct(),
            ];
            IEnumerable<Key> unplaced = kinds.History.Select(e => new Key(Name(e.Name), "")).Distinct();
            All = [.. placed, .. unplaced.Where(k => !placed.Any(p => p.Name == k.Name))];
        }

        internal IReadOnlyList<Key> All { get; }

        internal Key Of(EmrBackup backup) => new(Name(backup.Name), StorePath.Of(backup.Path));

        internal Key Of(EmrBackupStatus status) => new(Name(status.Name), StorePath.Normal(status.Destination));

        internal Key Of(ReportProblem problem) => new(Name(problem.Set), StorePath.Normal(problem.Store));

        internal Key Of(EmrBackupTest test) => test.Backup is { } backup
            ? Of(backup)
            : new(Name(BackupFileName.Parse(StorePath.FileName(test.Path))?.Set ?? StorePath.FileName(test.Path)), StorePath.Of(test.Path));

        // Names that differ only in case are one set where files of such names are one file.
        private string Name(string name) => _names.TryAdd(name, name) ? name : _names[name];
    }
}
