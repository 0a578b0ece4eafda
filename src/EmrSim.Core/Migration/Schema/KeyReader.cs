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
        AutomaticIndex? index = automatic.FirstOrDefault(a => a.OfKey);
        IReadOnlyList<SourceIndexColumn> own = alias is not null ? [new SourceIndexColumn(alias, null, "BINARY", false)]
            : index?.Columns ?? [.. names.Select(n => new SourceIndexColumn(n, null, CollationOf(n), false))];
        // A UNIQUE of the same columns is no key of its own, but what it says of a conflict counts.
        return new SourceKey(parsed.PrimaryKey?.Name, own, parsed.PrimaryKey?.OnConflict ?? ConflictOf(Declared(own)));
    }

    /// <summary>The UNIQUE constraints. SQLite makes one index for two of the same columns, and none beside the key's.</summary>
    internal IReadOnlyList<SourceKey> Unique(SourceKey? primaryKey)
    {
        var keys = new List<SourceKey>();
        foreach (AutomaticIndex index in automatic.Where(a => !a.OfKey))
        {
            // Of the rowid SQLite makes one all the same.
            if (primaryKey is not null && Same(index.Columns, primaryKey.Columns)) continue;
            List<ParsedKey> declared = Declared(index.Columns);
            keys.Add(new SourceKey(declared.FirstOrDefault(k => k.Name is not null)?.Name, index.Columns, ConflictOf(declared)));
        }

        return keys;
    }

    private List<ParsedKey> Declared(IReadOnlyList<SourceIndexColumn> own) => [.. parsed.UniqueKeys.Where(k => Same(own, [.. k.Columns.Select(Column)]))];

    private static string? ConflictOf(List<ParsedKey> declared) => declared.FirstOrDefault(k => k.OnConflict is not null)?.OnConflict;

    private SourceIndexColumn Column(ParsedTerm term) =>
        new(term.Column, null, term.Collation?.ToUpperInvariant() ?? CollationOf(term.Column ?? ""), term.Descending);

    private string CollationOf(string column) =>
        columns.FirstOrDefault(c => c.Name.Equals(column, StringComparison.OrdinalIgnoreCase))?.Collation ?? "BINARY";

    private static bool Same(IReadOnlyList<SourceIndexColumn> left, IReadOnlyList<SourceIndexColumn> right) =>
        left.Count == right.Count && left.Zip(right).All(p =>
            string.Equals(p.First.Column, p.Second.Column, StringComparison.OrdinalIgnoreCase) && p.First.Collation == p.Second.Collation);
}
