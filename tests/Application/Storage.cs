using System.Globalization;
using Microsoft.Data.Sqlite;

namespace EmrSim.Tests.Application;

/// <summary>Where the application keeps its data: the database, or its memory when that does not open, as the reference application does without a word.</summary>
internal sealed class Storage : IDisposable
{
    private readonly SqliteConnection? _connection;
    private long _rowsInMemory;

    private Storage(SqliteConnection? connection, bool isTooNew = false)
    {
        _connection = connection;
        IsTooNew = isTooNew;
    }

    /// <summary>What the health check calls it.</summary>
    internal string Mode => _connection is null ? "memory" : "sqlite";

    /// <summary>Whether the database has a higher user_version than this application knows.</summary>
    internal bool IsTooNew { get; }

    internal static Storage Open(Settings settings)
    {
        if (settings.UseMemory || settings.Database is not { } path) return new Storage(null);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 5 }.ConnectionString);
        try
        {
            connection.Open();
            Run(connection, "PRAGMA journal_mode = WAL");
            long version = Convert.ToInt64(Run(connection, "PRAGMA user_version"), CultureInfo.InvariantCulture);
            Run(connection, "SELECT count(*) FROM sqlite_master");
            if (settings.WriteInterval > 0) Run(connection, "CREATE TABLE IF NOT EXISTS app_events(id INTEGER PRIMARY KEY, at TEXT NOT NULL)");
            return new Storage(connection, version > settings.MaximumUserVersion);
        }
        catch (SqliteException)
        {
            connection.Dispose();
            return new Storage(null);
        }
    }

    /// <summary>Writes a row.</summary>
    internal void Write()
    {
        if (_connection is null) _rowsInMemory++;
        else Run(_connection, "INSERT INTO app_events(at) VALUES (strftime('%Y-%m-%dT%H:%M:%fZ'))");
    }

    public void Dispose()
    {
        _connection?.Dispose();
        _rowsInMemory = 0;
    }

    private static object? Run(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
