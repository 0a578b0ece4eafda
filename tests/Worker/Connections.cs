using Microsoft.Data.Sqlite;

namespace EmrSim.Tests.Worker;

/// <summary>Connections as an application opens them, without the engine.</summary>
internal static class Connections
{
    internal static SqliteConnection Open(string path, int busySeconds = 30)
    {
        var options = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = busySeconds };
        var connection = new SqliteConnection(options.ConnectionString);
        connection.Open();
        return connection;
    }

    internal static void Run(this SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
