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
internal sealed record IndexColumn(string Name, bool Descending, IndexCollation Collation);

/// <summary>An index whose whole content can be read by plain columns.</summary>
internal sealed record IndexShape(string Name, bool Unique, IndexColumn[] Columns);

/// <summary>A table, with its indexes where all of them have a plain shape.</summary>
/// <param name="Name">The table.</param>
/// <param name="Indexes">Null where the table or one of its indexes needs SQLite's own check.</param>
internal sealed record TableShape(string Name, IReadOnlyList<IndexShape>? Indexes)
{
    /// <summary>The ordinary tables of a database.</summary>
    internal static IReadOnlyList<TableShape> ReadAll(SqliteDatabase database) =>
    [
        .. database.Rows(
                "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'shadow') AND name NOT LIKE 'sqlite\\_schema' ESCAPE '\\'",
                static s => (Name: SqliteDatabase.Text(s, 0), WithoutRowid: raw.sqlite3_column_int(s, 1) != 0))
            .ToList()
            .Select(t => new TableShape(t.Name, t.WithoutRowid ? null : ReadIndexes(database, t.Name))),
    ];

    private static List<IndexShape>? ReadIndexes(SqliteDatabase database, string table)
    {
        var shapes = new List<IndexShape>();
        string quoted = SqliteDatabase.Quote(table);
        foreach ((string name, bool unique, bool partial) in database.Rows(
            $"PRAGMA index_list({quoted})",
            static s => (SqliteDatabase.Text(s, 1), raw.sqlite3_column_int(s, 2) != 0, raw.sqlite3_column_int(s, 4) != 0)).ToList())
        {
            if (partial || Columns(database, name) is not { } columns) return null;
            shapes.Add(new IndexShape(name, unique, columns));
        }

        return shapes;
    }

    // Columns of index_xinfo: seqno, cid (-1 rowid, -2 expression), name, desc, coll, key.
    private static IndexColumn[]? Columns(SqliteDatabase database, string index)
    {
        var columns = new List<IndexColumn>();
        foreach ((int cid, string name, bool descending, string collation) in database.Rows(
            $"PRAGMA index_xinfo({SqliteDatabase.Quote(index)})", ReadColumn).Where(c => c.Key).Select(c => c.Column).ToList())
        {
            IndexCollation? known = collation.ToUpperInvariant() switch
            {
                "BINARY" => IndexCollation.Binary,
                "NOCASE" => IndexCollation.NoCase,
                "RTRIM" => IndexCollation.RTrim,
                _ => null,
            };
            if (cid < 0 || known is null) return null;
            columns.Add(new IndexColumn(name, descending, known.Value));
        }

        return columns.Count > 0 ? [.. columns] : null;
    }

    private static (bool Key, (int Cid, string Name, bool Descending, string Collation) Column) ReadColumn(sqlite3_stmt s) =>
        (raw.sqlite3_column_int(s, 5) != 0,
         (raw.sqlite3_column_int(s, 1), SqliteDatabase.Text(s, 2), raw.sqlite3_column_int(s, 3) != 0, SqliteDatabase.Text(s, 4)));
}
