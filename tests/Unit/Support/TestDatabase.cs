using Microsoft.Data.Sqlite;

namespace EmrSim.Tests.Support;

/// <summary>Small real databases for tests, written with Microsoft.Data.Sqlite, not with the code under test.</summary>
public static class TestDatabase
{
    public const string Schema =
        "CREATE TABLE patients(id INTEGER PRIMARY KEY, name TEXT NOT NULL, note TEXT); CREATE UNIQUE INDEX patients_name ON patients(name);";

    /// <summary>Opens a connection of its own that lets go of the file when it is closed.</summary>
    public static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString);
        connection.Open();
        return connection;
    }

    /// <summary>Makes a database with a table of patients.</summary>
    public static string Create(string path, int rows = 500, string journalMode = "WAL", string pragmas = "")
    {
        using SqliteConnection connection = Open(path);
        Run(connection, pragmas + $"PRAGMA journal_mode={journalMode}; " + Schema);
        AddPatients(connection, rows);
        return path;
    }

    public static void AddPatients(SqliteConnection connection, int rows) => Run(
        connection,
        "INSERT INTO patients(name, note) WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < " + rows + ") " +
        "SELECT 'Patient ' || hex(randomblob(8)), 'Schmerzen – näher zu klären 🩺 ' || hex(randomblob(40)) FROM c");

    public static void Run(string path, string sql)
    {
        using SqliteConnection connection = Open(path);
        Run(connection, sql);
    }

    public static void Run(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static object? Scalar(string path, string sql)
    {
        using SqliteConnection connection = Open(path);
        return Scalar(connection, sql);
    }

    public static object? Scalar(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
