using Microsoft.Data.Sqlite;

namespace EmrSim.Tests.Worker;

/// <summary>Moves amounts between accounts, two updates a transaction: any snapshot of whole transactions has the same sum.</summary>
internal static class Transfers
{
    private const int LargestAmount = 100;

    internal static void Run(string database)
    {
        using SqliteConnection connection = Connections.Open(database);
        // SQLite's own waiting; the library's polls so seldom that one of four writers can starve.
        connection.Run("PRAGMA busy_timeout = 30000");
        using SqliteCommand count = connection.CreateCommand();
        count.CommandText = "SELECT count(*) FROM accounts";
        long accounts = (long)count.ExecuteScalar()!;

        using var stop = new CancellationTokenSource();
        Task waiting = Task.Run(() =>
        {
            Program.WaitForTheEnd();
            stop.Cancel();
        });
        long transfers = 0;
        Program.Say("ready");
        while (!stop.IsCancellationRequested)
        {
            Transfer(connection, Random.Shared.NextInt64(accounts) + 1, Random.Shared.NextInt64(accounts) + 1);
            transfers++;
        }

        waiting.Wait();
        Program.Say($"{transfers}");
    }

    private static void Transfer(SqliteConnection connection, long from, long to)
    {
        int amount = Random.Shared.Next(LargestAmount);
        // A read transaction that becomes a write is refused at once when another writer was faster.
        connection.Run("BEGIN IMMEDIATE");
        connection.Run($"UPDATE accounts SET amount = amount - {amount}, note = hex(randomblob(20)) WHERE id = {from}");
        connection.Run($"UPDATE accounts SET amount = amount + {amount} WHERE id = {to}");
        connection.Run("COMMIT");
    }
}
