using System.Globalization;
using EmrSim.Core.Migration.Schema;

namespace EmrSim.Core.Migration.Planning;

/// <summary>Writes foreign keys: first without a look at the rows, then their validation. Says which rows would fail it.</summary>
internal sealed class ForeignKeyWriter(PlanDraft draft, PlannedTable table)
{
    private static readonly string[] s_changing = ["CASCADE", "SET NULL", "SET DEFAULT"];

    private FindingList Findings => draft.Findings;

    internal void Write()
    {
        foreach (SourceForeignKey key in table.Source.ForeignKeys)
        {
            if (Reference.Find(table, key, draft.Table, out string reason) is not { } reference)
            {
                LeaveOut(key, reason);
                continue;
            }

            // Also of a key that is left out: rows that refer to nothing were lost parents before, and it may be added by hand.
            string? refusal = Refuse(reference);
            TellOfOrphans(reference, isLost: refusal is not null && !CouldBe(reference));
            if (refusal is not null) LeaveOut(key, refusal);
            else Add(reference);
        }
    }

    private void Add(Reference reference)
    {
        SourceForeignKey key = reference.Key;
        RejectedParents.Tell(draft, reference);
        TellOfLostDefault(reference);
        string name = Name(reference);
        string actions = Action("UPDATE", key.OnUpdate) + Action("DELETE", key.OnDelete);
        string deferred = key.Deferred ? " DEFERRABLE INITIALLY DEFERRED" : "";
        // A partitioned table takes none without looking at its rows before PostgreSQL 18.
        string later = table.Partition is null ? " NOT VALID" : "";
        string alter = $"ALTER TABLE {PlanDraft.Quote(table.TargetName)}";
        draft.Add(
            EmrDdlPhase.ForeignKey,
            name,
            $"{alter} ADD CONSTRAINT {PlanDraft.Quote(name)} FOREIGN KEY ({PlanDraft.Quote(reference.Columns)}) " +
            $"REFERENCES {PlanDraft.Quote(reference.Parent.TargetName)} ({PlanDraft.Quote(reference.ParentColumns)}){actions}{deferred}{later}");
        if (later.Length > 0) draft.Add(EmrDdlPhase.Validate, name, $"{alter} VALIDATE CONSTRAINT {PlanDraft.Quote(name)}");
    }

    private string Name(Reference reference)
    {
        if (reference.Key.Name is not { } given) return table.Constraints.TakeDerived(NameMapper.Stem(table.TargetName, reference.Columns.Select(c => c.TargetName)), "_fkey");
        string name = table.Constraints.Take(given, "unnamed");
        NameMapper.TellOfChange(Findings, $"{table.Name}.{given}", given, name, "table");
        return name;
    }

    private static string Action(string what, string action) => action == "NO ACTION" ? "" : $" ON {what} {action}";

    private static string? Refuse(Reference reference)
    {
        if (!HasUniqueKey(reference))
        {
            string partitioned = reference.Parent.Partition is { } rule ? $", which with partitions must have '{rule.Column.Name}' in it" : "";
            return $"the columns of '{reference.Parent.Name}' that it names are no key there{partitioned}";
        }

        if (reference.Columns.Zip(reference.ParentColumns).FirstOrDefault(p => !Reference.Agree(p.First.Type, p.Second.Type)) is ({ } child, { } parent))
        {
            return $"'{child.Name}' is {child.Type} and '{reference.Parent.Name}.{parent.Name}' is {parent.Type}";
        }

        // https://www.postgresql.org/docs/current/sql-createtable.html, at GENERATED ALWAYS AS
        bool changes = s_changing.Contains(reference.Key.OnUpdate) || reference.Key.OnDelete is "SET NULL" or "SET DEFAULT";
        return changes && reference.Columns.FirstOrDefault(c => c.GeneratedSql is not null) is { } computed
            ? $"its actions would change '{computed.Name}', which PostgreSQL computes"
            : null;
    }

    // Two columns of one kind that were given different types, perhaps because of the orphans.
    private static bool CouldBe(Reference reference) => HasUniqueKey(reference) && reference.Columns.Zip(reference.ParentColumns).All(p => p.First.Source.Affinity == p.Second.Source.Affinity);

    private static bool HasUniqueKey(Reference reference)
    {
        string[] wanted = [.. reference.ParentColumns.Select(c => c.TargetName).Order(StringComparer.Ordinal)];
        PlannedTable parent = reference.Parent;
        IEnumerable<IReadOnlyList<SourceIndexColumn>> keys = parent.Source.UniqueKeys.Select(k => k.Columns)
            .Concat(parent.Source.Indexes.Where(i => i is { Unique: true, Where: null }).Select(i => i.Columns))
            .Where(columns => columns.All(c => IndexColumns.IsPlain(parent, c)));
        if (parent.Source.PrimaryKey is { } primary) keys = keys.Prepend(primary.Columns);
        return keys.Any(columns => Fits(parent, columns) && columns.Select(c => parent.Column(c.Column!).TargetName).Distinct().Order(StringComparer.Ordinal).SequenceEqual(wanted));
    }

    private static bool Fits(PlannedTable parent, IReadOnlyList<SourceIndexColumn> columns) =>
        parent.Partition is not { } rule || columns.Any(c => parent.Column(c.Column!) == rule.Column);

    private void TellOfOrphans(Reference reference, bool isLost)
    {
        (long count, string shown) = draft.Rows.Find(table.Source, reference.Orphan);
        if (count == 0) return;
        // Of a key that PostgreSQL cannot have in any case they are in nobody's way.
        Findings.Add(
            isLost ? EmrSeverity.Warning : EmrSeverity.Error,
            "OrphanRows",
            table.Name,
            string.Create(CultureInfo.InvariantCulture, $"{count} rows refer by {List(reference.Columns)} to rows of '{reference.Parent.Name}' that are not there: {shown}."),
            $"Correct or delete them, or add what they refer to. All of them: SELECT * FROM {PlanDraft.Quote(table.Name)} WHERE {reference.Orphan}.");
    }

    private void TellOfLostDefault(Reference reference)
    {
        if (reference.Key.OnDelete != "SET DEFAULT" && reference.Key.OnUpdate != "SET DEFAULT") return;
        foreach (PlannedColumn column in reference.Columns.Where(c => c.LosesDefault))
        {
            Findings.Warn(
                "DefaultOfActionLost",
                $"{table.Name}.{column.Name}",
                "The foreign key sets the default, which could not be carried, so PostgreSQL sets NULL.",
                "Add the default by hand after the migration.");
        }
    }

    private void LeaveOut(SourceForeignKey key, string reason) => Findings.Warn(
        "ForeignKeyNotCarried",
        table.Name,
        $"The foreign key ({string.Join(", ", key.Columns)}) to '{key.Parent}' is left out: {reason}.",
        "Correct the schema in SQLite, give both sides one type with -TypeMap, or add the constraint by hand after the migration.");

    private static string List(IEnumerable<PlannedColumn> columns) => string.Join(", ", columns.Select(c => c.Name));
}
