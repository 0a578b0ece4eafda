using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Migration.Planning;

/// <summary>How many rows a table has at most, for progress: SQLite would read a whole index to count them.</summary>
internal static class RowEstimate
{
    internal static long Of(SqliteDatabase database, SourceTable table)
    {
        string name = SqliteDatabase.Quote(table.Name);
        if (SourceRows.Rowid(table) is not { } rowid) return database.Integer($"SELECT count(*) FROM {name}");
        // Two seeks, where min and max in one statement would be a scan. Rowids span more than 64 bits at worst.
        long last = database.Integer($"SELECT max({rowid}) FROM {name}"), first = database.Integer($"SELECT min({rowid}) FROM {name}");
        return last - first is >= 0 and < long.MaxValue / 1024 and var span ? span + 1 : 0;
    }
}
