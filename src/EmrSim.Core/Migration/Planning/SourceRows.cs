using System.Globalization;
using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Migration.Planning;

/// <summary>Counts and names rows of the source that stand in the way.</summary>
internal sealed class SourceRows(SqliteDatabase database)
{
    private const int Shown = 3;
    private const int LongestKey = 80;

    private static readonly string[] s_rowids = ["rowid", "_rowid_", "oid"];

    /// <summary>How many rows fulfil a condition, and the first of them by their keys.</summary>
    /// <param name="table">The table, which the condition may call c.</param>
    /// <param name="condition">SQL of ours.</param>
    internal (long Count, string Shown) Find(SourceTable table, string condition)
    {
        string from = $"FROM {SqliteDatabase.Quote(table.Name)} AS c WHERE {condition}";
        long count = database.Integer("SELECT count(*) " + from);
        if (count == 0) return (0, "");
        string[] keys = [.. database.Rows($"SELECT {Key(table)} {from} LIMIT {Shown}", static s => Shorten(SqliteDatabase.Text(s, 0)))];
        string more = count > keys.Length ? string.Create(CultureInfo.InvariantCulture, $" and {count - keys.Length} more") : "";
        return (count, string.Join("; ", keys) + more);
    }

    /// <summary>Whether any row fulfils a condition.</summary>
    internal bool Any(SourceTable table, string condition) =>
        database.Integer($"SELECT EXISTS (SELECT 1 FROM {SqliteDatabase.Quote(table.Name)} AS c WHERE {condition})") != 0;

    /// <summary>Whether two rows have the same values of some expressions, none of them NULL.</summary>
    internal bool HasDoubles(SourceTable table, IReadOnlyList<string> expressions, string? where)
    {
        string condition = string.Join(" AND ", expressions.Select(e => $"{e} IS NOT NULL")) + (where is null ? "" : $" AND ({where}\n)");
        return database.Integer(
            $"SELECT EXISTS (SELECT 1 FROM {SqliteDatabase.Quote(table.Name)} AS c WHERE {condition} GROUP BY {string.Join(", ", expressions)} HAVING count(*) > 1)") != 0;
    }

    /// <summary>The greatest number of an expression over the rows of a table; 0 where it has none.</summary>
    internal long Greatest(SourceTable table, string expression, string? where) =>
        database.Integer($"SELECT max({expression}) FROM {SqliteDatabase.Quote(table.Name)} AS c" + (where is null ? "" : $" WHERE {where}"));

    /// <summary>Hands each value of a column to an action.</summary>
    internal void ForEach(SourceTable table, string column, Action<StatementRow> action) =>
        database.ForEach($"SELECT {SqliteDatabase.Quote(column)} FROM {SqliteDatabase.Quote(table.Name)}", action);

    /// <summary>The name by which the rowid can be asked for; null where there is none.</summary>
    internal static string? Rowid(SourceTable table) => table.WithoutRowid ? null : s_rowids.FirstOrDefault(r => table.Column(r) is null);

    // In a key that may hold NULL only the rowid tells the rows apart.
    private static string Key(SourceTable table)
    {
        if (table.RowidAlias is { } alias) return Part(alias);
        if (table.PrimaryKey is { } key && (table.WithoutRowid || key.Columns.All(c => table.Column(c.Column!)!.NotNull)))
        {
            return string.Join(" || ', ' || ", key.Columns.Select(c => Part(c.Column!)));
        }

        return Rowid(table) is { } rowid ? $"'rowid=' || c.{rowid}" : "'a row'";
    }

    private static string Part(string column) => $"'{column.Replace("'", "''", StringComparison.Ordinal)}=' || quote(c.{SqliteDatabase.Quote(column)})";

    private static string Shorten(string key) => key.Length <= LongestKey ? key : PgNames.Cut(key, LongestKey) + "…";
}
