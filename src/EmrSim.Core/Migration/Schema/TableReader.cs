using EmrSim.Core.Migration.Schema.Parsing;
using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Migration.Schema;

/// <summary>Reads one table.</summary>
internal sealed class TableReader(SqliteDatabase database, SchemaRow row, TableFact fact, IReadOnlyList<SchemaRow> rows)
{
    // https://sqlite.org/pragma.html#pragma_table_xinfo
    private const int VirtualColumn = 2;
    private const int StoredColumn = 3;

    private readonly ParsedTable _parsed = TableParser.Read(row.Sql);

    internal SourceTable Read()
    {
        List<PragmaColumn> pragma = PragmaColumn.ReadAll(database, row.Name);
        if (pragma.Count == 0 || !pragma.Select(c => c.Name).SequenceEqual(_parsed.Columns.Select(c => c.Name), StringComparer.Ordinal))
            throw new SqlSyntaxException("its columns are not those that SQLite lists");
        List<SourceColumn> columns = [.. pragma.Select(Column)];
        IReadOnlyList<SourceIndex> indexes = new IndexReader(database, row.Name, rows).Read(out IReadOnlyList<AutomaticIndex> automatic);
        // A key of one column that has no index of its own is the rowid by another name.
        bool isRowid = !fact.WithoutRowid && pragma.Count(c => c.Key > 0) == 1 && !automatic.Any(a => a.OfKey);
        string? alias = isRowid ? pragma.First(c => c.Key > 0).Name : null;
        var keys = new KeyReader(_parsed, columns, automatic);
        SourceKey? primaryKey = keys.PrimaryKey(alias, [.. pragma.Where(c => c.Key > 0).OrderBy(c => c.Key).Select(c => c.Name)]);
        return new SourceTable
        {
            Name = row.Name,
            Sql = row.Sql,
            Columns = columns,
            WithoutRowid = fact.WithoutRowid,
            Strict = fact.Strict,
            AutoIncrement = alias is not null && Metadata(alias).AutoIncrement,
            RowidAlias = alias,
            PrimaryKey = primaryKey,
            UniqueKeys = keys.Unique(primaryKey),
            Indexes = indexes,
            ForeignKeys = ForeignKeyReader.Read(database, row.Name, _parsed),
            Checks = _parsed.Checks,
        };
    }

    private SourceColumn Column(PragmaColumn column, int index)
    {
        bool generated = column.Hidden is VirtualColumn or StoredColumn;
        if (generated != _parsed.Columns[index].Generated is not null) throw new SqlSyntaxException($"the column {column.Name} is computed and does not say how");
        return new SourceColumn
        {
            Name = column.Name,
            DeclaredType = column.Type,
            Affinity = Affinities.Of(column.Type, fact.Strict),
            NotNull = column.NotNull,
            NotNullConflict = _parsed.Columns[index].NotNullConflict,
            Default = generated ? null : column.Default,
            Collation = Metadata(column.Name).Collation.ToUpperInvariant(),
            Generated = _parsed.Columns[index].Generated,
            GeneratedIsStored = column.Hidden == StoredColumn,
        };
    }

    private (string Collation, bool AutoIncrement) Metadata(string column)
    {
        int rc = raw.sqlite3_table_column_metadata(database.Handle, "main", row.Name, column, out _, out string collation, out _, out _, out int autoIncrement);
        if (rc != raw.SQLITE_OK) database.Throw(rc);
        return (collation, autoIncrement != 0);
    }
}

/// <summary>What PRAGMA table_xinfo says of a column.</summary>
/// <param name="Name">The column.</param>
/// <param name="Type">Its declared type.</param>
/// <param name="NotNull">Whether NULL is refused.</param>
/// <param name="Default">Its default; null where it has none.</param>
/// <param name="Key">Its place in the primary key, from 1; 0 where it is not in it.</param>
/// <param name="Hidden">Whether it is computed.</param>
internal sealed record PragmaColumn(string Name, string Type, bool NotNull, string? Default, int Key, int Hidden)
{
    internal static List<PragmaColumn> ReadAll(SqliteDatabase database, string table) =>
    [
        // Columns: cid, name, type, notnull, dflt_value, pk, hidden.
        .. database.Rows($"PRAGMA main.table_xinfo({SqliteDatabase.Quote(table)})", static s => new PragmaColumn(
            SqliteDatabase.Text(s, 1),
            SqliteDatabase.Text(s, 2),
            raw.sqlite3_column_int(s, 3) != 0,
            raw.sqlite3_column_type(s, 4) == raw.SQLITE_NULL ? null : SqliteDatabase.Text(s, 4),
            raw.sqlite3_column_int(s, 5),
            raw.sqlite3_column_int(s, 6))),
    ];
}
