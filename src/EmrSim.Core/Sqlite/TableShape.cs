using SQLitePCL;

namespace EmrSim.Core.Sqlite;

/// <summary>A column of a table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Real">Whether its declared type can give it REAL affinity (https://sqlite.org/datatype3.html#determination_of_column_affinity).</param>
/// <param name="Key">Whether it belongs to the primary key.</param>
/// <param name="Virtual">Whether it is computed whenever it is read.</param>
internal sealed record TableColumn(string Name, bool Real, bool Key, bool Virtual);

/// <summary>A table, with its indexes where all of them have a plain shape.</summary>
/// <param name="Name">The table.</param>
/// <param name="Rowid">A name that means its rowid.</param>
/// <param name="Indexes">Null where the table or one of its indexes needs SQLite's own check.</param>
internal sealed record TableShape(string Name, string Rowid, IReadOnlyList<IndexShape>? Indexes)
{
    private const int VirtualColumn = 2;
    private const string SchemaTable = "sqlite_schema";

    private static readonly string[] s_rowidNames = ["rowid", "oid", "_rowid_"];
    private static readonly string[] s_realTypes = ["REAL", "FLOA", "DOUB"];

    /// <summary>The ordinary tables of a database.</summary>
    internal static IReadOnlyList<TableShape> ReadAll(SqliteDatabase database) =>
    [
        // Not from pragma_table_list, which a table of that name would hide. Columns of table_list: schema, name, type, ncol, wr, strict.
        .. database.Rows("PRAGMA main.table_list", static s => (
                Name: SqliteDatabase.Text(s, 1), Type: SqliteDatabase.Text(s, 2), WithoutRowid: raw.sqlite3_column_int(s, 4) != 0))
            .Where(t => t.Type is "table" or "shadow" && t.Name != SchemaTable)
            .ToList()
            .Select(t => t.WithoutRowid ? new TableShape(t.Name, "", null) : Read(database, t.Name)),
    ];

    private static TableShape Read(SqliteDatabase database, string table)
    {
        // Columns of table_xinfo: cid, name, type, notnull, dflt_value, pk, hidden.
        List<TableColumn> columns =
        [
            .. database.Rows($"PRAGMA table_xinfo({SqliteDatabase.Quote(table)})", static s => new TableColumn(
                SqliteDatabase.Text(s, 1),
                IsReal(SqliteDatabase.Text(s, 2)),
                raw.sqlite3_column_int(s, 5) != 0,
                raw.sqlite3_column_int(s, 6) == VirtualColumn)),
        ];
        // A table whose name is no UTF-8 is not found again, so nothing must be concluded from what is not said of it.
        if (columns.Count == 0) return new TableShape(table, "", null);

        // A column may bear one of the rowid's names, which then means the column.
        string? rowid = s_rowidNames.FirstOrDefault(n => !columns.Exists(c => c.Name.Equals(n, StringComparison.OrdinalIgnoreCase)));
        return new TableShape(table, rowid ?? "", rowid is null ? null : IndexShape.ReadAll(database, table, columns));
    }

    private static bool IsReal(string type) => s_realTypes.Any(t => type.Contains(t, StringComparison.OrdinalIgnoreCase));
}
