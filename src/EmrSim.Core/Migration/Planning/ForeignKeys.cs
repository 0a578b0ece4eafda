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

    /// <summary>The condition on a child c that it refers to something, and to nothing that is there.</summary>
    internal string Orphan
    {
        get
        {
            string given = string.Join(" AND ", Columns.Select(c => $"c.{PlanDraft.Quote(c.Name)} IS NOT NULL"));
            // The parent's collation finds the row by its index; PostgreSQL then compares bytes.
            string found = string.Join(" AND ", ParentColumns.Zip(Columns, (p, c) =>
                $"p.{PlanDraft.Quote(p.Name)} = c.{PlanDraft.Quote(c.Name)}" + (IsFolded(p) ? $" AND p.{PlanDraft.Quote(p.Name)} = c.{PlanDraft.Quote(c.Name)} COLLATE BINARY" : "")));
            return $"{given} AND NOT EXISTS (SELECT 1 FROM {PlanDraft.Quote(Parent.Name)} AS p WHERE {found})";
        }
    }

    private static bool IsFolded(PlannedColumn column) => column.Source.Collation != "BINARY";
}

/// <summary>Gives columns that refer to others the types of those, where what they hold says something else or nothing.</summary>
internal static class ReferenceTypes
{
    /// <summary>
    /// A child without orphans holds values of its parent only, so the parent's type is right for it, too. The child alone may say something else: an empty one says
    /// nothing, and one whose few rows all look like UUIDs too much.
    /// </summary>
    internal static void Align(IReadOnlyList<PlannedTable> tables, MigrationPlanRequest request, SourceRows rows)
    {
        Dictionary<string, PlannedTable> byName = tables.ToDictionary(t => t.Name, StringComparer.OrdinalIgnoreCase);
        var given = new HashSet<string>(request.TypeMap.Keys, StringComparer.OrdinalIgnoreCase);
        Reference[] references = [.. tables.SelectMany(t => t.Source.ForeignKeys.Select(k => Reference.Find(t, k, byName.GetValueOrDefault, out _))).OfType<Reference>()];
        var whole = new Dictionary<Reference, bool>();
        // A child may be a parent itself, so once more for each level; a cycle ends it as well.
        for (int level = 0; level < tables.Count; level++)
        {
            bool changed = false;
            foreach (Reference reference in references)
            {
                foreach ((PlannedColumn child, PlannedColumn parent) in reference.Columns.Zip(reference.ParentColumns))
                {
                    if (child.Type == parent.Type || !MayFollow(reference, child, parent, given)) continue;
                    if (!whole.TryGetValue(reference, out bool isWhole)) whole[reference] = isWhole = !rows.Any(reference.Child.Source, reference.Orphan);
                    if (!isWhole) continue;
                    child.Follow(parent, reference.Parent.Name);
                    changed = true;
                }
            }

            if (!changed) return;
        }
    }

    private static bool MayFollow(Reference reference, PlannedColumn child, PlannedColumn parent, HashSet<string> given) =>
        child != parent && !parent.HasMisfits && child.Source.Affinity == parent.Source.Affinity && !given.Contains($"{reference.Child.Name}.{child.Name}") &&
        // One that is a row's own number keeps its type, and varchar of another length is as good.
        !(child.IsText && parent.IsText) && !(IsNumber(child) && IsNumber(parent)) && reference.Child.Source.RowidAlias?.Equals(child.Name, StringComparison.OrdinalIgnoreCase) != true;

    private static bool IsNumber(PlannedColumn column) => column.Type.Kind is PgKind.BigInt or PgKind.Integer or PgKind.SmallInt;
}
