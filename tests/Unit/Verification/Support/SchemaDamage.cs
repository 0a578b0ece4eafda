using CsCheck;
using EmrSim.Tests.Support;
using Microsoft.Data.Sqlite;
using static EmrSim.Tests.Verification.Support.SqlLiteral;

namespace EmrSim.Tests.Verification.Support;

/// <summary>Statements that make a schema and its trees disagree, such as only PRAGMA writable_schema allows.</summary>
internal static class SchemaDamage
{
    /// <summary>A random disagreement for a generated database; none where it has no table or index to spoil.</summary>
    internal static Gen<string[]> Of(GeneratedDatabase database)
    {
        Gen<string[]>[] kinds = [.. database.Tables.SelectMany(t => t.Indexes.SelectMany(i => (Gen<string[]>[])
        [
            GeneratedIndex.Of(t.Name, t.Columns).Select(other => Redefined(i.Name, other.Sql)),
            Gen.OneOf(Twists(i.Sql)).Select(sql => Redefined(i.Name, sql)),
            Gen.Select(Change(t), Change(t), (first, second) => Stale(i.Name, i.Sql, first, second)),
        ]))];
        return kinds.Length == 0 ? Gen.Const(Array.Empty<string>()) : Gen.OneOf(kinds);
    }

    /// <summary>The index keeps its tree and gets another definition.</summary>
    internal static string[] Redefined(string name, string sql) =>
        ["PRAGMA writable_schema=ON", $"UPDATE sqlite_schema SET sql = {Text(sql)} WHERE name = {Text(name)}"];

    /// <summary>The index is hidden while its table changes.</summary>
    internal static string[] Stale(string name, string sql, params string[] changes) =>
    [
        "PRAGMA writable_schema=ON",
        "CREATE TEMP TABLE hidden AS SELECT * FROM sqlite_schema WHERE type = 'index' AND name = " + Text(name),
        $"UPDATE sqlite_schema SET type = 'table', tbl_name = name, sql = 'CREATE TABLE ' || {Text(Quote(name))} || '(x, y PRIMARY KEY) WITHOUT ROWID' " +
        $"WHERE type = 'index' AND name = {Text(name)} AND sql = {Text(sql)}",
        "PRAGMA writable_schema=RESET",
        .. changes,
        "PRAGMA writable_schema=ON",
        "UPDATE sqlite_schema SET (type, tbl_name, sql) = (SELECT h.type, h.tbl_name, h.sql FROM hidden h WHERE h.name = sqlite_schema.name) " +
        "WHERE name IN (SELECT name FROM hidden)",
    ];

    /// <summary>Runs statements; one that SQLite refuses is left out, since any disagreement will do.</summary>
    internal static void Apply(string path, string[] statements)
    {
        using SqliteConnection connection = TestDatabase.Open(path);
        foreach (string sql in (string[])["PRAGMA synchronous=0", "PRAGMA journal_mode=MEMORY", .. statements])
        {
            try
            {
                TestDatabase.Run(connection, sql);
            }
            catch (SqliteException)
            {
                // Left out.
            }
        }
    }

    private static string[] Twists(string sql) =>
    [
        sql.Replace("CREATE INDEX", "CREATE UNIQUE INDEX", StringComparison.Ordinal),
        sql.Replace("\")", "\" DESC)", StringComparison.Ordinal),
        sql.Replace(" DESC", "", StringComparison.Ordinal),
        sql.Replace("COLLATE NOCASE", "", StringComparison.Ordinal),
        sql.Replace("\",", "\" COLLATE NOCASE,", StringComparison.Ordinal),
        sql.Replace("\")", "\" COLLATE NOCASE)", StringComparison.Ordinal),
        sql.Replace("\")", "\" COLLATE RTRIM)", StringComparison.Ordinal),
    ];

    private static string Where(string table, string column, int row) =>
        $"WHERE {column} IS (SELECT {column} FROM {Quote(table)} LIMIT 1 OFFSET {row})";

    private static Gen<string> Change(GeneratedTable table) => Gen.Select(
        Gen.OneOf([.. table.Columns.Select(Quote)]), Any, Any, Gen.Int[0, 20], Gen.Int[0, 2], (column, value, other, row, kind) => kind switch
        {
            0 => $"UPDATE OR IGNORE {Quote(table.Name)} SET {column} = {value} {Where(table.Name, column, row)}",
            1 => $"DELETE FROM {Quote(table.Name)} {Where(table.Name, column, row)}",
            _ => $"INSERT OR IGNORE INTO {Quote(table.Name)}({string.Join(", ", table.Columns.Take(2).Select(Quote))}) VALUES({value}, {other})",
        });
}
