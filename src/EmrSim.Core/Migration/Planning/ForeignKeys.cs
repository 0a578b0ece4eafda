using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Planning;

/// <summary>A foreign key whose parent is there, with its columns on both sides.</summary>
internal sealed record Reference(SourceForeignKey Key, PlannedTable Child, IReadOnlyList<PlannedColumn> Columns, PlannedTable Parent, IReadOnlyList<PlannedColumn> ParentColumns)
{
    /// <summary>Finds both sides; null, with the reason, where one is missing.</summary>
    internal static Reference? Find(PlannedTable child, SourceForeignKey key, Func<string, PlannedTable?> tables, out string reason)
    {
        reason = "";
        PlannedTable? parent = tables(key.Parent);
        if (parent is null) reason = $"there is no table '{key.Parent}'";
        else if (key.ParentColumns is null) reason = $"it names no columns of '{key.Parent}', and the primary key there has another number of them or is none";
        else if (key.ParentColumns.FirstOrDefault(c => parent.Source.Column(c) is null) is { } missing) reason = $"'{key.Parent}' has no column '{missing}'";
        else if (key.ParentColumns.Count != key.Columns.Count) reason = "it has more columns on one side than on the other";
        else if (key.ParentColumns.Distinct(StringComparer.OrdinalIgnoreCase).Count() < key.ParentColumns.Count) reason = $"it names a column of '{key.Parent}' twice";
        return reason.Length > 0
            ? null
            : new Reference(key, child, [.. key.Columns.Select(child.Column)], parent!, [.. key.ParentColumns!.Select(parent!.Column)]);
    }

    /// <summary>The condition on a row of the child that it refers to something, and to nothing that is there.</summary>
    internal string Orphan => $"{string.Join(" AND ", Columns.Select(c => $"{OfChild(c)} IS NOT NULL"))} AND {(CanBeLookedUp ? NotThere : NotAmong)}";

    /// <summary>Whether a foreign key may have these types on its two sides.</summary>
    internal static bool Agree(PgType child, PgType parent) =>
        child.Kind == parent.Kind && child.Kind != PgKind.Json || (PlannedColumn.IsTextKind(child.Kind) && PlannedColumn.IsTextKind(parent.Kind) && child.Kind != PgKind.Char && parent.Kind != PgKind.Char) ||
        (IsInteger(child) && IsInteger(parent));

    // The parent's collation finds the row by its index; PostgreSQL then compares bytes.
    private string NotThere
    {
        get
        {
            string alias = Child.Name.Equals("p", StringComparison.OrdinalIgnoreCase) ? "parent" : "p";
            string found = string.Join(" AND ", ParentColumns.Zip(Columns, (p, c) =>
                $"{alias}.{PlanDraft.Quote(p.Name)} = {OfChild(c)}" + (p.Source.Collation != Collations.Binary ? $" AND {alias}.{PlanDraft.Quote(p.Name)} = {OfChild(c)} COLLATE BINARY" : "")));
            return $"NOT EXISTS (SELECT 1 FROM {PlanDraft.Quote(Parent.Name)} AS {alias} WHERE {found})";
        }
    }

    // Without an index each row would be looked for in all of the parent; so SQLite makes one of all that it has, once.
    private string NotAmong
    {
        get
        {
            string wanted = string.Join(", ", Columns.Zip(ParentColumns, (c, p) => $"{OfChild(c)} COLLATE {(Collations.IsBuiltIn(p.Source.Collation) ? p.Source.Collation : Collations.Binary)}"));
            string[] names = [.. ParentColumns.Select(p => PlanDraft.Quote(p.Name))];
            return $"({wanted}) NOT IN (SELECT {string.Join(", ", names)} FROM {PlanDraft.Quote(Parent.Name)} NOT INDEXED WHERE {string.Join(" AND ", names.Select(n => $"{n} IS NOT NULL"))})";
        }
    }

    // Nor can it by an index whose collation is the application's.
    private bool CanBeLookedUp
    {
        get
        {
            SourceTable parent = Parent.Source;
            if (Collations.HasForeignIndex(parent) || ParentColumns.Any(p => !Collations.IsBuiltIn(p.Source.Collation))) return false;
            IEnumerable<IReadOnlyList<SourceIndexColumn>> keys = parent.UniqueKeys.Select(k => k.Columns).Concat(parent.Indexes.Where(i => i.Where is null).Select(i => i.Columns));
            if (parent.PrimaryKey is { } primary) keys = keys.Prepend(primary.Columns);
            return keys.Any(k => ParentColumns.All(p => k.Take(ParentColumns.Count).Any(c => p.Name.Equals(c.Column, StringComparison.OrdinalIgnoreCase))));
        }
    }

    private string OfChild(PlannedColumn column) => SourceRows.Name(Child.Source, column.Name);

    private static bool IsInteger(PgType type) => type.Kind is PgKind.BigInt or PgKind.Integer or PgKind.SmallInt;
}

/// <summary>Gives columns that refer to others the types of those, where what they hold says something else or nothing.</summary>
internal sealed class ReferenceTypes
{
    private readonly IReadOnlyList<PlannedTable> _tables;
    private readonly MigrationPlanRequest _request;
    private readonly SourceRows _rows;
    private readonly HashSet<string> _given;
    private readonly Reference[] _references;
    private readonly Dictionary<Reference, bool> _whole = [];
    private readonly Dictionary<PlannedColumn, ColumnDecision> _faithful = [];
    private readonly HashSet<PlannedColumn> _takenBack = [];

    private ReferenceTypes(IReadOnlyList<PlannedTable> tables, MigrationPlanRequest request, SourceRows rows)
    {
        Dictionary<string, PlannedTable> byName = tables.ToDictionary(t => t.Name, StringComparer.OrdinalIgnoreCase);
        _tables = tables;
        _request = request;
        _rows = rows;
        _given = new HashSet<string>(request.TypeMap.Keys, StringComparer.OrdinalIgnoreCase);
        _references = [.. tables.SelectMany(t => t.Source.ForeignKeys.Select(k => Reference.Find(t, k, byName.GetValueOrDefault, out _))).OfType<Reference>()];
    }

    /// <summary>
    /// A child without orphans holds values of its parent only, so the parent's type is right for it, too. The child alone may say something else: an empty one says
    /// nothing, and one whose few rows all look like UUIDs too much. Where they differ all the same because of what the mapping made of one of them, that is taken back.
    /// </summary>
    internal static void Align(IReadOnlyList<PlannedTable> tables, MigrationPlanRequest request, SourceRows rows)
    {
        var types = new ReferenceTypes(tables, request, rows);
        do types.Follow();
        while (types.TakeBack());
    }

    private void Follow()
    {
        // A child may be a parent itself, so once more for each level; a cycle ends it as well.
        for (int level = 0; level < _tables.Count; level++)
        {
            bool changed = false;
            foreach (Reference reference in _references)
            {
                foreach ((PlannedColumn child, PlannedColumn parent) in reference.Columns.Zip(reference.ParentColumns))
                {
                    if (child.Type == parent.Type || !MayFollow(reference, child, parent)) continue;
                    if (!_whole.TryGetValue(reference, out bool isWhole)) _whole[reference] = isWhole = !_rows.Any(reference.Child.Source, reference.Orphan);
                    if (!isWhole) continue;
                    child.Follow(parent, reference.Parent.Name);
                    changed = true;
                }
            }

            if (!changed) return;
        }
    }

    /// <summary>Gives columns back what the faithful mapping makes of them, where PostgreSQL could not have their foreign key otherwise: orphans are then named as what they are.</summary>
    /// <returns>Whether any type has changed.</returns>
    private bool TakeBack()
    {
        if (_request.Mapping != EmrMapping.Idiomatic) return false;
        foreach (Reference reference in _references)
        {
            foreach ((PlannedColumn child, PlannedColumn parent) in reference.Columns.Zip(reference.ParentColumns))
            {
                if (Reference.Agree(child.Type, parent.Type) || !Reference.Agree(Faithful(reference.Child, child).Type, Faithful(reference.Parent, parent).Type)) continue;
                if (TakeBack(parent, $"as {parent.Type} it would lose the foreign key of '{reference.Child.Name}.{child.Name}'")) return true;
            }
        }

        return false;
    }

    // With all that refer to it, and all that it refers to.
    private bool TakeBack(PlannedColumn one, string because)
    {
        bool changed = false;
        var open = new Stack<PlannedColumn>([one]);
        while (open.TryPop(out PlannedColumn? column))
        {
            if (!_takenBack.Add(column)) continue;
            foreach (Reference reference in _references)
            {
                foreach ((PlannedColumn child, PlannedColumn parent) in reference.Columns.Zip(reference.ParentColumns).Where(p => p.First == column || p.Second == column))
                {
                    open.Push(child == column ? parent : child);
                }
            }

            PlannedTable table = _tables.First(t => t.Columns.Contains(column));
            ColumnDecision faithful = Faithful(table, column);
            if (faithful.Type == column.Type || _given.Contains($"{table.Name}.{column.Name}")) continue;
            column.Become(faithful, because);
            changed = true;
        }

        return changed;
    }

    /// <summary>What a column is in the faithful mapping; what it is now where that is given, or does not hold all of its values.</summary>
    private ColumnDecision Faithful(PlannedTable table, PlannedColumn column)
    {
        if (!_faithful.ContainsKey(column))
        {
            IReadOnlyList<ColumnDecision> decisions = PartitionRule.Map(table.Source, table.Profile, _request with { Mapping = EmrMapping.Faithful });
            foreach ((PlannedColumn one, ColumnDecision decision) in table.Columns.Zip(decisions)) _faithful[one] = decision;
        }

        ColumnDecision faithful = _faithful[column];
        bool stays = faithful.HasMisfits || _given.Contains($"{table.Name}.{column.Name}");
        return stays ? faithful with { Type = column.Type, Unit = column.Unit, HasMisfits = column.HasMisfits } : faithful;
    }

    private bool MayFollow(Reference reference, PlannedColumn child, PlannedColumn parent) =>
        child != parent && !parent.HasMisfits && child.Source.Affinity == parent.Source.Affinity && !_given.Contains($"{reference.Child.Name}.{child.Name}") &&
        // One that is a row's own number keeps its type, and varchar of another length is as good.
        !(child.IsText && parent.IsText) && !(IsNumber(child) && IsNumber(parent)) && reference.Child.Source.RowidAlias?.Equals(child.Name, StringComparison.OrdinalIgnoreCase) != true;

    private static bool IsNumber(PlannedColumn column) => column.Type.Kind is PgKind.BigInt or PgKind.Integer or PgKind.SmallInt;
}
