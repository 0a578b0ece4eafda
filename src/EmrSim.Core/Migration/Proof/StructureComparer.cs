namespace EmrSim.Core.Migration.Proof;

/// <summary>
/// Compares keys, indexes and foreign keys of the tables that both sides have, by what they are and not by their names. An expression or a condition is compared by its text
/// between two of one engine; between two engines only that there is one.
/// </summary>
/// <param name="left">The left side.</param>
/// <param name="right">The right side.</param>
/// <param name="pairs">The tables that both have.</param>
internal sealed class StructureComparer(ComparedSchema left, ComparedSchema right, IReadOnlyList<TablePair> pairs)
{
    private readonly bool _sameEngine = left.IsPostgres == right.IsPostgres;

    internal IEnumerable<EmrDifference> Compare(TablePair pair)
    {
        List<Part> leftParts = [.. pair.Left.Indexes.Select(i => OfIndex(i, c => c))];
        List<Part> rightParts = [.. pair.Right.Indexes.Select(i => OfIndex(i, pair.LeftName))];
        List<Part> leftKeys = [.. pair.Left.ForeignKeys.Select(f => OfForeignKey(f, c => c, t => t, (_, c) => c))];
        List<Part> rightKeys = [.. pair.Right.ForeignKeys.Select(f => OfForeignKey(f, pair.LeftName, LeftTable, LeftColumn))];
        return [.. Differences(pair, leftParts, rightParts), .. Differences(pair, leftKeys, rightKeys)];
    }

    private static IEnumerable<EmrDifference> Differences(TablePair pair, List<Part> leftParts, List<Part> rightParts)
    {
        HashSet<string> onLeft = [.. leftParts.Select(p => p.What)], onRight = [.. rightParts.Select(p => p.What)];
        List<Part> gone = [.. leftParts.Where(p => !onRight.Contains(p.What)).DistinctBy(p => p.What)];
        List<Part> added = [.. rightParts.Where(p => !onLeft.Contains(p.What)).DistinctBy(p => p.What)];
        foreach (Part part in gone)
        {
            // The same thing made differently is one difference.
            Part? other = added.Find(a => a.Kind == part.Kind && a.Columns == part.Columns) ?? added.Find(a => a.Kind == part.Kind && ((a.Name == part.Name && a.Name.Length > 0) || (a.IsPrimaryKey && part.IsPrimaryKey)));
            if (other is not null) added.Remove(other);
            yield return new EmrDifference(pair.Left.Name, part.Kind, part.Called, "", part.What, other?.What);
        }

        foreach (Part part in added) yield return new EmrDifference(pair.Left.Name, part.Kind, part.Called, "", null, part.What);
    }

    private Part OfIndex(ComparedIndex index, Func<string, string> name)
    {
        string[] columns =
        [
            .. index.Columns.Select(c => (c.Column is null ? Expression(c.Expression!) : c.Fold.Length == 0 ? name(c.Column) : $"{c.Fold}({name(c.Column)})")
                + (c.IsDescending ? " DESC" : "") + (_sameEngine ? c.Detail : "")),
        ];
        string list = $"({string.Join(", ", columns)})";
        string included = _sameEngine && index.Included.Count > 0 ? $" INCLUDE ({string.Join(", ", index.Included.Select(name))})" : "";
        string kind = index.IsPrimaryKey ? "PRIMARY KEY" : index.IsUnique ? "UNIQUE" : "INDEX";
        string where = index.Where is null ? "" : _sameEngine ? $" WHERE {Plain(index.Where)}" : " WHERE …";
        bool isKey = index.IsPrimaryKey || (index.IsUnique && index.Where is null && index.Columns.All(c => c.Column is not null));
        return new Part(
            isKey ? EmrDifferenceKind.Key : EmrDifferenceKind.Index, index.Name, list, $"{kind}{index.Detail} {list}{included}{where}{(index.IsValid ? "" : ", invalid")}", index.IsPrimaryKey);
    }

    private static Part OfForeignKey(
        ComparedForeignKey key, Func<string, string> name, Func<string, string> table, Func<string, string, string> column)
    {
        string list = $"({string.Join(", ", key.Columns.Select(name))})";
        string parents = key.ParentColumns.Count == 0 ? "" : $" ({string.Join(", ", key.ParentColumns.Select(c => column(key.Parent, c)))})";
        string what = $"{list} REFERENCES {table(key.Parent)}{parents} ON UPDATE {key.OnUpdate} ON DELETE {key.OnDelete}{(key.IsDeferred ? " INITIALLY DEFERRED" : "")}{(key.IsValidated ? "" : " NOT VALID")}";
        return new Part(EmrDifferenceKind.ForeignKey, key.Name, list, what);
    }

    private string Expression(string sql) => _sameEngine ? Plain(sql) : "(expression)";

    private static string Plain(string sql) => string.Join(' ', sql.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private TablePair? PairOf(string rightTable) => pairs.FirstOrDefault(p => p.Right.Name.Equals(rightTable, StringComparison.OrdinalIgnoreCase));

    private string LeftTable(string rightTable) => PairOf(rightTable)?.Left.Name ?? rightTable;

    private string LeftColumn(string rightTable, string column) => PairOf(rightTable)?.LeftName(column) ?? column;

    /// <summary>A key, an index or a foreign key.</summary>
    /// <param name="Kind">What is reported.</param>
    /// <param name="Name">Its name; empty where it has none.</param>
    /// <param name="Columns">Its columns, by their names on the left.</param>
    /// <param name="What">All that it is.</param>
    /// <param name="IsPrimaryKey">Whether it is the primary key, of which there is one.</param>
    private sealed record Part(EmrDifferenceKind Kind, string Name, string Columns, string What, bool IsPrimaryKey = false)
    {
        internal string Called => Name.Length > 0 ? Name : Columns;
    }
}
