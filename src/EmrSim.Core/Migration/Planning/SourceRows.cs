using System.Globalization;
using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Migration.Planning;

/// <summary>
/// Counts and names rows of the source that stand in the way. A table has its own name in every query, since a condition of the schema may call it so.
/// </summary>
internal sealed class SourceRows
{
    private const int Shown = 3;
    private const int LongestKey = 80;

    private static readonly string[] s_rowids = ["rowid", "_rowid_", "oid"];

    private readonly SqliteDatabase _database;
    private readonly bool _isUtf16;

    internal SourceRows(SqliteDatabase database)
    {
        _database = database;
        _isUtf16 = Encoding.StartsWith("UTF-16", StringComparison.Ordinal);
        if (_isUtf16) Utf8Function.Add(database);
    }

    /// <summary>That of the database, as PRAGMA encoding says it.</summary>
    internal string Encoding => _database.Text("PRAGMA encoding");

    /// <summary>A column as a condition names it.</summary>
    internal static string Name(SourceTable table, string column) => $"{SqliteDatabase.Quote(table.Name)}.{SqliteDatabase.Quote(column)}";

    /// <summary>The bytes of a value, those of a text in UTF-8; a CAST gives them in the encoding of the database.</summary>
    internal string Bytes(string value) => _isUtf16 ? $"{Utf8Function.Name}({value})" : $"CAST({value} AS BLOB)";

    /// <summary>How many rows fulfil a condition, and the first of them by their keys.</summary>
    /// <param name="table">The table.</param>
    /// <param name="condition">SQL that names columns alone or by the table's own name.</param>
    internal (long Count, string Shown) Find(SourceTable table, string condition)
    {
        string from = $"{From(table)} WHERE {condition}";
        long count = _database.Integer("SELECT count(*) " + from);
        if (count == 0) return (0, "");
        string[] keys = [.. _database.Rows($"SELECT {Key(table)} {from} LIMIT {Shown}", static s => Shorten(SqliteDatabase.Text(s, 0)))];
        string more = count > keys.Length ? string.Create(CultureInfo.InvariantCulture, $" and {count - keys.Length} more") : "";
        return (count, string.Join("; ", keys) + more);
    }

    /// <summary>Whether any row fulfils a condition.</summary>
    internal bool Any(SourceTable table, string condition) =>
        _database.Integer($"SELECT EXISTS (SELECT 1 {From(table)} WHERE {condition})") != 0;

    /// <summary>Whether two rows have the same values of some expressions, none of them NULL.</summary>
    internal bool HasDoubles(SourceTable table, IReadOnlyList<string> expressions, string? where)
    {
        string condition = string.Join(" AND ", expressions.Select(e => $"{e} IS NOT NULL")) + (where is null ? "" : $" AND ({where}\n)");
        return _database.Integer(
            $"SELECT EXISTS (SELECT 1 {From(table)} WHERE {condition} GROUP BY {string.Join(", ", expressions)} HAVING count(*) > 1)") != 0;
    }

    /// <summary>The greatest number of an expression over the rows of a table; 0 where it has none.</summary>
    internal long Greatest(SourceTable table, string expression, string? where) =>
        _database.Integer($"SELECT max({expression}) {From(table)}" + (where is null ? "" : $" WHERE {where}"));

    /// <summary>Hands each value of a column to an action.</summary>
    internal void ForEach(SourceTable table, string column, Action<StatementRow> action) =>
        _database.ForEach($"SELECT {SqliteDatabase.Quote(column)} {From(table)}", action);

    /// <summary>Hands each row to an action: some expressions of it, and last what names it.</summary>
    /// <param name="table">The table.</param>
    /// <param name="expressions">SQL.</param>
    /// <param name="condition">Which rows; null for all.</param>
    /// <param name="action">Takes a row.</param>
    internal void ForEach(SourceTable table, IEnumerable<string> expressions, string? condition, Action<StatementRow> action) =>
        _database.ForEach($"SELECT {string.Join(", ", expressions.Append(Key(table)))} {From(table)}" + (condition is null ? "" : $" WHERE {condition}"), action);

    /// <summary>The greatest number that SQLite remembers to have given to a row of an AUTOINCREMENT table; 0 where it remembers none.</summary>
    internal long LastNumber(SourceTable table) => _database.Integer("SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_sequence'") == 0
        ? 0
        : _database.Integer($"SELECT max(CAST(seq AS INTEGER)) FROM sqlite_sequence WHERE name = '{table.Name.Replace("'", "''", StringComparison.Ordinal)}'");

    // Without the application nobody can read an index that has a collation of its own, not even to count its rows.
    private static string From(SourceTable table) => $"FROM {SqliteDatabase.Quote(table.Name)}{(Collations.HasForeignIndex(table) ? " NOT INDEXED" : "")}";

    /// <summary>The name by which the rowid can be asked for; null where there is none.</summary>
    internal static string? Rowid(SourceTable table) => table.WithoutRowid ? null : s_rowids.FirstOrDefault(r => table.Column(r) is null);

    // In a key that may hold NULL only the rowid tells the rows apart.
    private static string Key(SourceTable table)
    {
        if (table.RowidAlias is { } alias) return Part(table, alias);
        if (table.PrimaryKey is { } key && (table.WithoutRowid || key.Columns.All(c => table.Column(c.Column!)!.NotNull)))
        {
            return string.Join(" || ', ' || ", key.Columns.Select(c => Part(table, c.Column!)));
        }

        return Rowid(table) is { } rowid ? $"'rowid=' || {SqliteDatabase.Quote(table.Name)}.{rowid}" : "'a row'";
    }

    private static string Part(SourceTable table, string column) => $"'{column.Replace("'", "''", StringComparison.Ordinal)}=' || quote({Name(table, column)})";

    /// <summary>What names a row, for a message.</summary>
    internal static string Shorten(string key) => key.Length <= LongestKey ? key : PgNames.Cut(key, LongestKey) + "…";
}
