using EmrSim.Core.Postgres;

namespace EmrSim.Core.Migration.Proof;

/// <summary>What is compared of the structure of a PostgreSQL schema.</summary>
internal static class PostgresStructure
{
    private const string OrdinaryMethod = "btree";

    internal static ComparedSchema Of(PostgresCatalog catalog) => new(
        true,
        [.. catalog.Tables.Select(t => Table(catalog, t))],
        // What holds rows of its own.
        [.. catalog.Others.Where(o => o.Kind != "view").Select(o => $"{o.Kind} {o.Name}")]);

    private static ComparedTable Table(PostgresCatalog catalog, PostgresTable table)
    {
        Dictionary<string, bool> bytewise = table.Columns.ToDictionary(c => c.Name, c => c.IsBytewise, StringComparer.Ordinal);
        return new ComparedTable
        {
            Name = table.Name,
            Columns = [.. table.Columns.Select(c => new ComparedColumn(c.Name, WireTypes.Of(c.TypeOid), true))],
            Key = Key(table),
            Indexes = [.. table.Indexes.Select(i => Index(i, bytewise))],
            ForeignKeys = [.. table.ForeignKeys.Select(f => ForeignKey(catalog, f))],
            Numbers = [.. table.Sequences.Select(s => new ComparedNumber(s.Column, s.Name, s.Next))],
            Rows = table.EstimatedRows,
        };
    }

    private static IReadOnlyList<string> Key(PostgresTable table)
    {
        PostgresIndex? key = table.PrimaryKey
            ?? table.Indexes.FirstOrDefault(i => i.IsUnique && i.IsValid && i.Where is null && i.Columns.All(c => c.Column is { } name && table.Column(name)!.NotNull));
        return key is null ? [] : [.. key.Columns.Select(c => c.Column!)];
    }

    private static ComparedIndex Index(PostgresIndex index, Dictionary<string, bool> bytewise)
    {
        bool isPrimary = index.Constraint == PostgresConstraint.PrimaryKey;
        string method = index.Constraint == PostgresConstraint.Exclusion ? " EXCLUDE" : index.Method == OrdinaryMethod ? "" : $" USING {index.Method}";
        return new ComparedIndex(index.Name, isPrimary, index.IsUnique, [.. index.Columns.Select(c => Column(c, bytewise))], index.Where, index.IsValid)
        {
            Detail = method + (index.NullsNotDistinct ? " NULLS NOT DISTINCT" : ""),
            Included = index.Included,
        };
    }

    private static ComparedIndexColumn Column(PostgresIndexColumn column, Dictionary<string, bool> bytewise) =>
        column.Column is null && IndexExpression.Folded(column.Expression!, bytewise) is { } folded
            ? new ComparedIndexColumn(folded.Column, null, folded.Fold, column.IsDescending)
            : new ComparedIndexColumn(column.Column, column.Expression, "", column.IsDescending)
            {
                // NULLs last in ascending order is what PostgreSQL does by itself.
                Detail = (column.Operators is null ? "" : " " + column.Operators) + (column.NullsFirst == column.IsDescending ? "" : column.NullsFirst ? " NULLS FIRST" : " NULLS LAST"),
            };

    private static ComparedForeignKey ForeignKey(PostgresCatalog catalog, PostgresForeignKey key) => new(
        key.Name,
        key.Columns,
        key.ParentSchema == catalog.Schema ? key.Parent : $"{key.ParentSchema}.{key.Parent}",
        key.ParentColumns,
        key.OnUpdate,
        key.OnDelete,
        key.IsValidated,
        key.IsDeferred);
}
