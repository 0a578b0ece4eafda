using System.Globalization;
using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Migration.Schema.Translation;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Migration.Planning;

/// <summary>Writes primary keys and unique constraints, and says which rows are in their way.</summary>
internal sealed class KeyWriter(PlanDraft draft, PlannedTable table)
{
    private FindingList Findings => draft.Findings;

    internal void Write()
    {
        if (table.Source.PrimaryKey is { } primary) Write(primary, isPrimary: true);
        foreach (SourceKey unique in table.Source.UniqueKeys) Write(unique, isPrimary: false);
    }

    /// <summary>
    /// Takes the names of the keys that become constraints, before conditions and foreign keys take theirs: a key's index has its name in the whole schema already, and a table has
    /// each name once.
    /// </summary>
    internal void TakeNames()
    {
        IEnumerable<SourceKey> keys = table.Source.UniqueKeys.Where(k => k.Columns.All(c => IndexColumns.IsPlain(table, c)));
        if (table.Source.PrimaryKey is { } primary) keys = keys.Prepend(primary);
        foreach (string name in keys.Select(draft.Names.Of)) table.Constraints.Take(name, name);
    }

    private void Write(SourceKey key, bool isPrimary)
    {
        string name = draft.Names.Of(key);
        IReadOnlyList<SourceIndexColumn> columns = IndexColumns.Distinct(key.Columns);
        string what = isPrimary ? "primary key" : "unique constraint";
        TellOfConflict(key, what, columns);
        if (isPrimary) TellOfNulls(columns);
        if (IsTooLong(columns, what) || IsTooWide(columns, what) || LacksPartition(columns, what)) return;
        Collisions.Tell(draft, table, columns, null, $"the {what} of {List(columns)}");

        bool isPlain = columns.All(c => IndexColumns.IsPlain(table, c));
        // A key that folds letters is unique without folding them, too; others refer to it, and it is what the application knows.
        if (isPrimary || isPlain) AddConstraint(name, isPrimary, columns);
        if (!isPlain) AddFolded(isPrimary ? draft.Names.Relations.TakeDerived(Stem(columns), "_key") : name, columns, what);
    }

    private void AddConstraint(string name, bool isPrimary, IReadOnlyList<SourceIndexColumn> columns)
    {
        if (columns.Select(c => IndexColumns.Sql(table, c with { Collation = "BINARY" })).FirstOrDefault(t => t.Sql is null) is { } refused)
        {
            TellOfLoss(columns, isPrimary ? "primary key" : "unique constraint", refused.Reason);
            return;
        }

        string list = PlanDraft.Quote(columns.Select(c => table.Column(c.Column!)).Distinct());
        draft.Add(EmrDdlPhase.Key, name, $"ALTER TABLE {PlanDraft.Quote(table.TargetName)} ADD CONSTRAINT {PlanDraft.Quote(name)} {(isPrimary ? "PRIMARY KEY" : "UNIQUE")} ({list})");
    }

    private void AddFolded(string name, IReadOnlyList<SourceIndexColumn> columns, string what)
    {
        Translation[] parts = [.. columns.Select(c => IndexColumns.Sql(table, c with { Descending = false }))];
        if (parts.FirstOrDefault(p => p.Sql is null) is { } refused)
        {
            TellOfLoss(columns, what, refused.Reason);
            return;
        }

        draft.Add(EmrDdlPhase.Key, name, $"CREATE UNIQUE INDEX {PlanDraft.Quote(name)} ON {PlanDraft.Quote(table.TargetName)} ({string.Join(", ", parts.Select(p => p.Sql))})");
        Findings.Inform(
            "KeyFoldsLetters",
            table.Name,
            $"The {what} of {List(columns)} takes for equal what a collation of SQLite does; in PostgreSQL the unique index '{name}' sees to that.",
            $"An INSERT … ON CONFLICT must name {string.Join(", ", parts.Select(p => p.Sql))}.");
    }

    private void TellOfLoss(IReadOnlyList<SourceIndexColumn> columns, string what, string? reason) => Findings.Warn(
        "KeyNotCarried",
        table.Name,
        $"The {what} of {List(columns)} is left out: {reason}.",
        "Nothing keeps doubles away then; choose another type with -TypeMap, or let the application see to it.");

    private void TellOfConflict(SourceKey key, string what, IReadOnlyList<SourceIndexColumn> columns)
    {
        if (key.OnConflict is not { } action || action.Equals("ABORT", StringComparison.OrdinalIgnoreCase)) return;
        Findings.Warn(
            "OnConflictNotCarried",
            table.Name,
            $"The {what} of {List(columns)} says ON CONFLICT {action}; in PostgreSQL a row that comes twice is an error.",
            "Say it in the application's INSERT … ON CONFLICT.");
    }

    // SQLite allows NULLs in the primary key of a table with rowids, by an old mistake that it keeps: https://sqlite.org/lang_createtable.html#the_primary_key
    private void TellOfNulls(IReadOnlyList<SourceIndexColumn> columns)
    {
        PlannedColumn[] empty = [.. columns.Select(c => table.Column(c.Column!)).Where(c => c.Profile.Nulls > 0)];
        if (empty.Length == 0) return;
        string condition = string.Join(" OR ", empty.Select(c => $"{SqliteDatabase.Quote(c.Name)} IS NULL"));
        (long count, string shown) = draft.Rows.Find(table.Source, condition);
        if (count == 0) return;
        Findings.Error(
            "NullInKey",
            table.Name,
            string.Create(CultureInfo.InvariantCulture, $"{count} rows have NULL in their primary key, which PostgreSQL takes none of: {shown}."),
            $"Give them a key or delete them: SELECT * FROM {SqliteDatabase.Quote(table.Name)} WHERE {condition}.");
    }

    private bool IsTooLong(IReadOnlyList<SourceIndexColumn> columns, string what)
    {
        long length = EntryLength.TooLong(draft.Rows, table, columns, null);
        if (length == 0) return false;
        Findings.Error(
            "KeyTooLong",
            table.Name,
            string.Create(CultureInfo.InvariantCulture, $"The {what} of {List(columns)} has values of {length} bytes; an entry of PostgreSQL's indexes has {EntryLength.Most} at most."),
            "Shorten the values, or take the key off the table before the migration.");
        return true;
    }

    private bool IsTooWide(IReadOnlyList<SourceIndexColumn> columns, string what)
    {
        if (columns.Count <= IndexColumns.Most) return false;
        Findings.Error(
            "KeyTooWide",
            table.Name,
            string.Create(CultureInfo.InvariantCulture, $"The {what} has {columns.Count} columns; PostgreSQL allows {IndexColumns.Most}."),
            "Take the key off the table before the migration, or give it fewer columns.");
        return true;
    }

    // What is unique must be so within one partition: https://www.postgresql.org/docs/current/ddl-partitioning.html
    private bool LacksPartition(IReadOnlyList<SourceIndexColumn> columns, string what)
    {
        if (table.Partition is not { } rule || columns.Any(c => table.Column(c.Column!) == rule.Column && IndexColumns.IsPlain(table, c))) return false;
        Findings.Error(
            "PartitionRefused",
            table.Name,
            $"PostgreSQL cannot partition by '{rule.Column.Name}' while the {what} of {List(columns)} lacks it: it keeps a key unique within a partition only.",
            $"Choose the key ({List(columns)}, {rule.Column.Name}) in SQLite first, or do without partitions here.");
        return true;
    }

    private string Stem(IEnumerable<SourceIndexColumn> columns) => NameMapper.Stem(table.TargetName, columns.Select(c => table.Column(c.Column!).TargetName));

    private string List(IEnumerable<SourceIndexColumn> columns) => string.Join(", ", columns.Select(c => table.Column(c.Column!).Name));
}
