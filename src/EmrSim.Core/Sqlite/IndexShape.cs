using SQLitePCL;

namespace EmrSim.Core.Sqlite;

/// <summary>SQLite's built-in collations.</summary>
internal enum IndexCollation
{
    /// <summary>Byte by byte.</summary>
    Binary,

    /// <summary>As Binary, the 26 letters of ASCII folded.</summary>
    NoCase,

    /// <summary>As Binary, trailing spaces ignored.</summary>
    RTrim,
}

/// <summary>One key column of an index.</summary>
/// <param name="Name">The column.</param>
/// <param name="Descending">Its direction.</param>
/// <param name="Collation">How its texts are compared.</param>
/// <param name="Real">Whether a query turns its integers into reals, as it does in a column of REAL affinity.</param>
internal sealed record IndexColumn(string Name, bool Descending, IndexCollation Collation, bool Real = false);

/// <summary>An index whose whole content can be read by plain columns.</summary>
/// <param name="Name">The index.</param>
/// <param name="Root">The first page of its tree.</param>
/// <param name="Unique">Whether no key may come twice.</param>
/// <param name="Columns">Its key, without the rowid behind it.</param>
internal sealed record IndexShape(string Name, long Root, bool Unique, IndexColumn[] Columns)
{
    /// <summary>The indexes of a table; null where one of them needs SQLite's own check.</summary>
    internal static IReadOnlyList<IndexShape>? ReadAll(SqliteDatabase database, string table, IReadOnlyList<TableColumn> columns)
    {
        List<(string Name, bool Unique, bool Partial, bool OfKey)> indexes =
        [
            .. database.Rows($"PRAGMA index_list({SqliteDatabase.Quote(table)})", static s => (
                SqliteDatabase.Text(s, 1), raw.sqlite3_column_int(s, 2) != 0, raw.sqlite3_column_int(s, 4) != 0, SqliteDatabase.Text(s, 3) == "pk")),
        ];
        // A key without an index is the rowid by another name: a query reads it from where the rowid is, not from where the column is.
        bool keyIsRowid = !indexes.Exists(i => i.OfKey);
        List<TableColumn> plain = [.. columns.Where(c => !c.Virtual && !(keyIsRowid && c.Key))];
        var shapes = new List<IndexShape>();
        foreach ((string name, bool unique, bool partial, _) in indexes)
        {
            if (partial || ReadColumns(database, name, plain) is not { } key) return null;
            shapes.Add(new IndexShape(name, RootOf(database, name), unique, key));
        }

        return shapes;
    }

    // Columns of index_xinfo: seqno, cid, name (NULL for an expression), desc, coll, key.
    private static IndexColumn[]? ReadColumns(SqliteDatabase database, string index, List<TableColumn> plain)
    {
        var columns = new List<IndexColumn>();
        foreach ((string name, bool descending, string collation) in database.Rows(
            $"PRAGMA index_xinfo({SqliteDatabase.Quote(index)})", ReadColumn).Where(c => c.Key).Select(c => c.Column).ToList())
        {
            IndexCollation? known = collation.ToUpperInvariant() switch
            {
                "BINARY" => IndexCollation.Binary,
                "NOCASE" => IndexCollation.NoCase,
                "RTRIM" => IndexCollation.RTrim,
                _ => null,
            };
            // Of a column that comes twice, a query reads only the first.
            if (known is null || plain.Find(c => c.Name == name) is not { } column || columns.Exists(c => c.Name == name)) return null;
            columns.Add(new IndexColumn(name, descending, known.Value, column.Real));
        }

        return columns.Count > 0 ? [.. columns] : null;
    }

    private static (bool Key, (string Name, bool Descending, string Collation) Column) ReadColumn(sqlite3_stmt s) =>
        (raw.sqlite3_column_int(s, 5) != 0,
         (SqliteDatabase.Text(s, 2), raw.sqlite3_column_int(s, 3) != 0, SqliteDatabase.Text(s, 4)));

    private static long RootOf(SqliteDatabase database, string index) =>
        database.Integer($"SELECT rootpage FROM sqlite_schema WHERE type = 'index' AND name = '{index.Replace("'", "''", StringComparison.Ordinal)}'");
}
