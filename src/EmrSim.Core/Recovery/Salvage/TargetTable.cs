using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Recovery.Salvage;

/// <summary>A table of the new database: which value of a record goes into which of its columns, and the statement that writes a row.</summary>
internal sealed class TargetTable : IDisposable
{
    private static readonly string[] s_rowidNames = ["rowid", "_rowid_", "oid"];

    private readonly SqliteDatabase _database;
    private readonly RowInsert _insert;
    private readonly int[] _parameters;
    private readonly int _rowidParameter;
    private readonly sqlite3_stmt? _defaults;

    private TargetTable(SqliteDatabase database, string name, SqliteEncoding encoding)
    {
        _database = database;
        string literal = TargetSchema.Literal(name);
        WithoutRowid = database.Integer($"SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = {literal}") != 0;
        List<TargetColumn> columns = [.. database.Rows($"PRAGMA table_xinfo({SqliteDatabase.Quote(name)})", Column)];
        Fields = InRecord(columns, WithoutRowid);
        Alias = WithoutRowid ? -1 : FindAlias(database, literal, Fields);

        List<string> names = [];
        _parameters = new int[Fields.Count];
        for (int i = 0; i < Fields.Count; i++)
        {
            if (Fields[i].IsGenerated) continue;
            names.Add(SqliteDatabase.Quote(Fields[i].Name));
            if (i == Alias) _rowidParameter = names.Count;
            else _parameters[i] = names.Count;
        }

        if (!WithoutRowid && Alias < 0 && s_rowidNames.FirstOrDefault(n => !columns.Exists(c => c.Name.Equals(n, StringComparison.OrdinalIgnoreCase))) is { } free)
        {
            names.Add(free);
            _rowidParameter = names.Count;
        }

        // Whatever the table says of conflicts: a row that is there is never replaced.
        string places = string.Join(", ", Enumerable.Range(1, names.Count).Select(i => $"?{i}"));
        _insert = new RowInsert(
            database, $"INSERT OR ABORT INTO main.{SqliteDatabase.Quote(name)}({string.Join(", ", names)}) VALUES ({places})", encoding);
        _defaults = Defaults(database, Fields);
    }

    /// <summary>Its columns as a record has them.</summary>
    internal IReadOnlyList<TargetColumn> Fields { get; }

    /// <summary>Whether it has no rowid.</summary>
    internal bool WithoutRowid { get; }

    /// <summary>The column that is another name of the rowid, which a record has as NULL; -1 where there is none.</summary>
    internal int Alias { get; }

    /// <summary>Looks at a table that was made, and prepares to fill it.</summary>
    /// <exception cref="SqliteFault">It cannot be filled here: a function or collation of the application's, say.</exception>
    internal static TargetTable Open(SqliteDatabase database, string name, SqliteEncoding encoding) => new(database, name, encoding);

    /// <summary>Writes a row; false where the table does not take it.</summary>
    internal bool Insert(long? rowid, SalvageRecord record)
    {
        if (_rowidParameter != 0) _insert.Bind(_rowidParameter, rowid);
        for (int i = record.Count; i < Fields.Count; i++)
        {
            // A record is shorter than its table where columns were added later, which then have their default.
            if (_parameters[i] == 0) continue;
            if (_defaults is null) _insert.Bind(_parameters[i], (long?)null);
            else _insert.Bind(_parameters[i], _defaults, i);
        }

        int rc = _insert.Run(record, _parameters);
        if (rc == raw.SQLITE_DONE) return true;
        // A value that is too long for this library cannot be kept either.
        if ((rc & 0xff) is raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH or raw.SQLITE_TOOBIG) return false;
        _database.Throw(rc);
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _insert.Dispose();
        _defaults?.Dispose();
    }

    private static TargetColumn Column(sqlite3_stmt s) => new(
        SqliteDatabase.Text(s, 1),
        TargetColumn.IsTextType(SqliteDatabase.Text(s, 2)),
        raw.sqlite3_column_int(s, 3) != 0,
        raw.sqlite3_column_type(s, 4) == raw.SQLITE_NULL ? null : SqliteDatabase.Text(s, 4),
        raw.sqlite3_column_int(s, 5),
        // https://sqlite.org/pragma.html#pragma_table_xinfo: 2 is virtual, 3 is stored.
        raw.sqlite3_column_int(s, 6) == 2,
        raw.sqlite3_column_int(s, 6) is 2 or 3);

    // Without a rowid the columns of the key come first: https://sqlite.org/fileformat2.html#representation_of_sql_tables.
    private static List<TargetColumn> InRecord(List<TargetColumn> columns, bool withoutRowid)
    {
        IEnumerable<TargetColumn> stored = columns.Where(c => !c.IsVirtual);
        return withoutRowid
            ? [.. stored.Where(c => c.KeyPlace > 0).OrderBy(c => c.KeyPlace), .. stored.Where(c => c.KeyPlace == 0)]
            : [.. stored];
    }

    // A primary key of one column that has no index of its own is the rowid: https://sqlite.org/lang_createtable.html#rowid.
    private static int FindAlias(SqliteDatabase database, string literal, IReadOnlyList<TargetColumn> fields)
    {
        int[] key = [.. Enumerable.Range(0, fields.Count).Where(i => fields[i].KeyPlace > 0)];
        return key.Length == 1 && database.Integer($"SELECT count(*) FROM pragma_index_list({literal}) WHERE origin = 'pk'") == 0 ? key[0] : -1;
    }

    // ALTER TABLE adds columns only with a default that is a constant: https://sqlite.org/lang_altertable.html#altertabaddcol.
    private static sqlite3_stmt? Defaults(SqliteDatabase database, IReadOnlyList<TargetColumn> fields)
    {
        string[] values = [.. fields.Select(f => IsConstant(f.Default) ? f.Default! : "NULL")];
        if (values.All(v => v == "NULL")) return null;
        if (raw.sqlite3_prepare_v2(database.Handle, $"SELECT {string.Join(", ", values)}", out sqlite3_stmt statement) != raw.SQLITE_OK)
        {
            statement.Dispose();
            return null;
        }

        raw.sqlite3_step(statement);
        return statement;
    }

    private static bool IsConstant(string? sql) =>
        sql is not null && !sql.Contains('(', StringComparison.Ordinal) && !sql.StartsWith("CURRENT_", StringComparison.OrdinalIgnoreCase);
}
