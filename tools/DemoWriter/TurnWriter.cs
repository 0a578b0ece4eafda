using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace EmrSim.DemoWriter;

/// <summary>Adds turns of a conversation, each in a transaction of its own, as a chat application does.</summary>
internal sealed class TurnWriter(string database)
{
    private const string IdAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz-";
    private const int IdLength = 21;

    private long _committed;
    private long _longestTicks;

    /// <summary>The rows committed so far, and the longest commit since the last report in milliseconds.</summary>
    internal string Report()
    {
        double longest = Stopwatch.GetElapsedTime(0, Interlocked.Exchange(ref _longestTicks, 0)).TotalMilliseconds;
        return string.Create(CultureInfo.InvariantCulture, $"{Volatile.Read(ref _committed)} {longest:0}");
    }

    internal void Run(CancellationToken token)
    {
        var options = new SqliteConnectionStringBuilder { DataSource = database, Mode = SqliteOpenMode.ReadWrite, Pooling = false };
        using var connection = new SqliteConnection(options.ConnectionString);
        connection.Open();
        using SqliteCommand insert = Insert(connection);
        while (!token.IsCancellationRequested)
        {
            insert.Parameters["$id"].Value = RandomNumberGenerator.GetString(IdAlphabet, IdLength);
            insert.Parameters["$text"].Value = string.Create(CultureInfo.InvariantCulture, $"Message {_committed} of the demo");
            insert.Parameters["$at"].Value = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            long started = Stopwatch.GetTimestamp();
            // Outside an explicit transaction a statement is its own transaction: it returns when the row is committed.
            insert.ExecuteNonQuery();
            long took = Stopwatch.GetTimestamp() - started;
            if (took > Volatile.Read(ref _longestTicks)) Interlocked.Exchange(ref _longestTicks, took);
            Interlocked.Increment(ref _committed);
            token.WaitHandle.WaitOne(1);
        }
    }

    private static SqliteCommand Insert(SqliteConnection connection)
    {
        SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL; SELECT id FROM sessions LIMIT 1";
        using (SqliteDataReader reader = command.ExecuteReader())
        {
            reader.NextResult();
            if (!reader.Read()) throw new InvalidOperationException("The database holds no session to write to.");
            command.Parameters.AddWithValue("$session", reader.GetString(0));
        }

        command.CommandText = "INSERT INTO turns (id, session_id, role, text, created_at) VALUES ($id, $session, 'user', $text, $at)";
        foreach (string name in new[] { "$id", "$text", "$at" }) command.Parameters.Add(name, SqliteType.Text);
        return command;
    }
}
