using System.Globalization;
using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Migration.Schema.Translation;

namespace EmrSim.Core.Migration.Planning;

/// <summary>Writes indexes, and says of those that PostgreSQL cannot have what they are.</summary>
internal sealed class IndexWriter(PlanDraft draft, PlannedTable table)
{
    private FindingList Findings => draft.Findings;

    internal void Write()
    {
        foreach (SourceIndex index in table.Source.Indexes) Write(index);
    }

    private void Write(SourceIndex index)
    {
        if (LacksPartition(index)) return;
        if (index.Columns.Count > IndexColumns.Most)
        {
            LeaveOut(index, string.Create(CultureInfo.InvariantCulture, $"it has more than {IndexColumns.Most} columns"));
            return;
        }

        Translation[] columns = [.. index.Columns.Select(c => IndexColumns.Sql(table, c))];
        Translation? where = index.Where is { } condition ? SqlTranslator.Condition(condition, table.Translation) : null;
        if (columns.Append(where).FirstOrDefault(t => t is { Sql: null }) is { } refused)
        {
            LeaveOut(index, refused.Reason);
            return;
        }

        if (index.Unique) Collisions.Tell(draft, table, index.Columns, index.Where, $"the unique index '{index.Name}'");
        long length = EntryLength.TooLong(draft.Rows, table, index.Columns, index.Where);
        if (length > 0) AddLong(index, columns, where, length);
        else Add(index, "", string.Join(", ", columns.Select(c => c.Sql)), where);
    }

    private void Add(SourceIndex index, string method, string columns, Translation? where)
    {
        string name = draft.Names.Of(index);
        string condition = where is null ? "" : $" WHERE {where.Sql}";
        draft.Add(
            EmrDdlPhase.Index, name, $"CREATE {(index.Unique ? "UNIQUE " : "")}INDEX {PlanDraft.Quote(name)} ON {PlanDraft.Quote(table.TargetName)} {method}({columns}){condition}");
    }

    // A hash takes values of any length and answers only whether they are equal; it has one column and is never unique.
    private void AddLong(SourceIndex index, Translation[] columns, Translation? where, long length)
    {
        string found = string.Create(CultureInfo.InvariantCulture, $"has values of {length} bytes; an entry of PostgreSQL's B-tree has {EntryLength.Most} at most");
        if (index.Unique)
        {
            Findings.Error("IndexTooLong", index.Name, $"The unique index '{index.Name}' of '{table.Name}' {found}.", "Shorten the values, or drop the index before the migration.");
        }
        else if (columns.Length == 1 && index.Columns[0] is { Column: not null } column)
        {
            Add(index, "USING hash ", IndexColumns.Sql(table, column with { Descending = false }).Sql!, where);
            Findings.Warn(
                "IndexTooLong",
                index.Name,
                $"The index '{index.Name}' of '{table.Name}' {found}, so it becomes a hash index.",
                "It finds equal values only; for ranges or an order make an index on the beginning of the value by hand.");
        }
        else
        {
            LeaveOut(index, "it " + found);
        }
    }

    private bool LacksPartition(SourceIndex index)
    {
        if (!index.Unique || table.Partition is not { } rule) return false;
        bool hasIt = index.Columns.Any(c => c.Column is { } name && table.Column(name) == rule.Column && IndexColumns.IsPlain(table, c));
        if (hasIt) return false;
        Findings.Error(
            "PartitionRefused",
            table.Name,
            $"PostgreSQL cannot partition by '{rule.Column.Name}' while the unique index '{index.Name}' lacks it: it keeps values unique within a partition only.",
            $"Add {rule.Column.Name} to the index in SQLite, make it an ordinary one, or do without partitions here.");
        return true;
    }

    private void LeaveOut(SourceIndex index, string? reason) => Findings.Warn(
        "IndexNotCarried",
        index.Name,
        $"The {(index.Unique ? "unique index" : "index")} '{index.Name}' of '{table.Name}' is left out: {reason}.",
        index.Unique ? $"Nothing keeps doubles away then. Make one by hand that does: {PlanDraft.OneLine(index.Sql)}" : $"Make one by hand where queries need it: {PlanDraft.OneLine(index.Sql)}");
}
