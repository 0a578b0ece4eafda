using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Verification;

/// <summary>
/// Finds rows that break a CHECK constraint. SQLite leaves these constraints out of the schema of a database that it opened for reading
/// only, so neither integrity_check nor quick_check looks at them there.
/// </summary>
internal static class BrokenChecks
{
    private const string Tables =
        "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%CHECK%' " +
        "AND name IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'shadow'))";

    /// <summary>A line for each table that has such rows.</summary>
    /// <exception cref="SqliteFault">A constraint calls a function of the application's, which is not to be had here.</exception>
    internal static List<string> Find(SqliteDatabase database)
    {
        AllowQuotedText(database, true);
        try
        {
            return [.. database.Rows(Tables, static s => (SqliteDatabase.Text(s, 0), SqliteDatabase.Text(s, 1))).ToList()
                .Select(t => Find(database, t.Item1, t.Item2)).OfType<string>()];
        }
        finally
        {
            AllowQuotedText(database, false);
        }
    }

    private static string? Find(SqliteDatabase database, string table, string sql)
    {
        // As when a row is written, NULL is not false.
        string broken = string.Join(" OR ", CheckClauses.Find(sql).Select(c => $"NOT {c}"));
        if (broken.Length == 0) return null;
        long rows = database.Integer($"SELECT count(*) FROM {SqliteDatabase.Quote(table)} NOT INDEXED WHERE {broken}");
        return rows == 0 ? null : $"CHECK constraint failed in {rows} rows of {table}";
    }

    // In a schema "text" may stand for 'text', whatever a query may say: https://sqlite.org/quirks.html#dblquote
    private static void AllowQuotedText(SqliteDatabase database, bool allow) =>
        raw.sqlite3_db_config(database.Handle, raw.SQLITE_DBCONFIG_DQS_DML, allow ? 1 : 0, out _);
}
