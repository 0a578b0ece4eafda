using System.Globalization;
using EmrSim.Core.Postgres;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Migration.Copying;

/// <summary>
/// Lets identity columns go on where SQLite would: after the greatest number there is, and after the greatest that ever was where the column is AUTOINCREMENT
/// (https://sqlite.org/autoinc.html), though its row is gone.
/// </summary>
/// <param name="source">The snapshot.</param>
/// <param name="session">The connection that holds the transaction.</param>
internal sealed class NextNumbers(SqliteDatabase source, PostgresSession session)
{
    private readonly bool _areKept = source.Integer("SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_sequence'") > 0;

    /// <summary>Sets them for a table.</summary>
    internal async Task SetAsync(EmrMigrationTable table, CancellationToken token)
    {
        foreach (EmrMigrationColumn column in table.Columns.Where(c => c.Identity))
        {
            // A sequence of PostgreSQL begins with 1 and does not go back.
            if (Last(table.Name, column.Name) is not (>= 1 and var last)) continue;
            await session.ExecuteAsync(
                $"SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence({PostgresNames.Literal(PostgresNames.Quote(table.TargetName))}, {PostgresNames.Literal(column.TargetName)}), " +
                $"{last.ToString(CultureInfo.InvariantCulture)})", token).ConfigureAwait(false);
        }
    }

    private long Last(string table, string column)
    {
        long last = source.Integer($"SELECT max({SqliteDatabase.Quote(column)}) FROM {SqliteDatabase.Quote(table)}");
        if (!_areKept) return last;
        string name = "'" + table.Replace("'", "''", StringComparison.Ordinal) + "'";
        return Math.Max(last, source.Integer($"SELECT max(CAST(seq AS INTEGER)) FROM sqlite_sequence WHERE name = {name}"));
    }
}
