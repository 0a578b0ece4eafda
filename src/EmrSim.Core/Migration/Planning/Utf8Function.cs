using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Migration.Planning;

/// <summary>A function for queries on UTF-16 databases: the bytes that a value has in PostgreSQL, where texts are UTF-8. SQLite's own functions give those of the database's encoding.</summary>
internal static class Utf8Function
{
    internal const string Name = "emr_utf8";

    /// <summary>Gives it to a connection.</summary>
    internal static void Add(SqliteDatabase database)
    {
        int rc = raw.sqlite3_create_function(database.Handle, Name, 1, raw.SQLITE_UTF8 | raw.SQLITE_DETERMINISTIC, null, Bytes);
        if (rc != raw.SQLITE_OK) database.Throw(rc);
    }

    private static void Bytes(sqlite3_context context, object state, sqlite3_value[] arguments)
    {
        sqlite3_value value = arguments[0];
        int type = raw.sqlite3_value_type(value);
        if (type == raw.SQLITE_NULL)
        {
            raw.sqlite3_result_null(context);
            return;
        }

        // Asked for as UTF-8 it becomes such, and a blob of it has those bytes; one that is a blob stays as it is.
        if (type != raw.SQLITE_BLOB) raw.sqlite3_value_text(value);
        raw.sqlite3_result_blob(context, raw.sqlite3_value_blob(value));
    }
}
