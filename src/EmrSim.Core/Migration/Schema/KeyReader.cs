using EmrSim.Core.Migration.Schema.Parsing;

namespace EmrSim.Core.Migration.Schema;

/// <summary>Joins what is declared as a key with the indexes that SQLite made for it.</summary>
internal sealed class KeyReader(ParsedTable parsed, IReadOnlyList<SourceColumn> columns, IReadOnlyList<AutomaticIndex> automatic)
{
    /// <summary>The primary key.</summary>
    /// <param name="alias">The column that is the rowid; null where none is.</param>
    /// <param name="names">The key's columns as the pragma lists them.</param>
    internal SourceKey? PrimaryKey(string? alias, IReadOnlyList<string> names)
    {
        if (names.Count == 0) return null;
        if (alias is not null) return new SourceKey(parsed.PrimaryKey?.Name, [new SourceIndexColumn(alias, null, "BINARY", false)], parsed.PrimaryKey?.OnConflict);
        AutomaticIndex? index = automatic.FirstOrDefault(a => a.OfKey);
        IReadOnlyList<SourceIndexColumn> own = index?.Columns ?? [.. names.Select(n => new SourceIndexColumn(n, null, CollationOf(n), false))];
        return new SourceKey(parsed.PrimaryKey?.Name, own, parsed.PrimaryKey?.OnConflict);
    }

    /// <summary>The UNIQUE constraints. SQLite makes one index for two of the same columns, and none beside the key's.</summary>
    internal IReadOnlyList<SourceKey> Unique(SourceKey? primaryKey)
    {
        var keys = new List<SourceKey>();
        foreach (AutomaticIndex index in automatic.Where(a => !a.OfKey))
        {
            // Of the rowid SQLite makes one all the same.
            if (primaryKey is not null && Same(index.Columns, primaryKey.Columns)) continue;
            List<ParsedKey> declared = [.. parsed.UniqueKeys.Where(k => Same(index.Columns, [.. k.Columns.Select(Column)]))];
            keys.Add(new SourceKey(
                declared.FirstOrDefault(k => k.Name is not null)?.Name, index.Columns, declared.FirstOrDefault(k => k.OnConflict is not null)?.OnConflict));
        }

        return keys;
    }

    private SourceIndexColumn Column(ParsedTerm term) =>
        new(term.Column, null, term.Collation?.ToUpperInvariant() ?? CollationOf(term.Column ?? ""), term.Descending);

    private string CollationOf(string column) =>
        columns.FirstOrDefault(c => c.Name.Equals(column, StringComparison.OrdinalIgnoreCase))?.Collation ?? "BINARY";

    private static bool Same(IReadOnlyList<SourceIndexColumn> left, IReadOnlyList<SourceIndexColumn> right) =>
        left.Count == right.Count && left.Zip(right).All(p =>
            string.Equals(p.First.Column, p.Second.Column, StringComparison.OrdinalIgnoreCase) && p.First.Collation == p.Second.Collation);
}
