using SQLitePCL;

namespace EmrSim.Core.Sqlite;

/// <summary>A prepared statement that is run many times with other values.</summary>
internal sealed class SqliteInsert : IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly sqlite3_stmt _statement;

    internal SqliteInsert(SqliteDatabase database, string sql)
    {
        _database = database;
        int rc = raw.sqlite3_prepare_v2(database.Handle, sql, out _statement);
        if (rc != raw.SQLITE_OK) database.Throw(rc);
    }

    /// <summary>Binds the values in order, null as NULL, and runs the statement.</summary>
    internal void Run(params ReadOnlySpan<SqliteValue> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            int rc = values[i] switch
            {
                { Text: { } text } => raw.sqlite3_bind_text(_statement, i + 1, text),
                { Integer: { } integer } => raw.sqlite3_bind_int64(_statement, i + 1, integer),
                _ => raw.sqlite3_bind_null(_statement, i + 1),
            };
            if (rc != raw.SQLITE_OK) _database.Throw(rc);
        }

        int ended = raw.sqlite3_step(_statement);
        raw.sqlite3_reset(_statement);
        if (ended != raw.SQLITE_DONE) _database.Throw(ended);
    }

    /// <inheritdoc/>
    public void Dispose() => _statement.Dispose();
}

/// <summary>A value to bind: text, an integer or NULL.</summary>
internal readonly record struct SqliteValue(string? Text, long? Integer)
{
    public static implicit operator SqliteValue(string? text) => new(text, null);

    public static implicit operator SqliteValue(long? integer) => new(null, integer);
}
