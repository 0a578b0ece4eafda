using EmrSim.Core.Files;
using Microsoft.Data.Sqlite;

namespace EmrSim.Tests.Worker;

/// <summary>Processes that are in the way of others.</summary>
internal static class Holder
{
    /// <summary>Runs SQL and keeps the connection, with its locks, open.</summary>
    internal static void Hold(string database, string sql)
    {
        using SqliteConnection connection = Connections.Open(database, busySeconds: 1);
        connection.Run(sql);
        Program.Say("ready");
        Program.WaitForTheEnd();
    }

    /// <summary>Keeps a file open, in a way that lets others do with it what they want.</summary>
    internal static void Open(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Program.Say("ready");
        Program.WaitForTheEnd();
    }

    /// <summary>Says who else has a file open, as far as this account may know.</summary>
    internal static void SayHolders(string path)
    {
        Program.Say("ready");
        FileHolders holders = FileHolders.Of(path);
        Program.Say($"{(holders.Count == 0 ? "none" : holders)}, {(holders.Complete ? "complete" : "incomplete")}");
    }

    /// <summary>Changes most pages in a transaction, with the changes already in the database file, and dies before it commits.</summary>
    internal static void LeaveHotJournal(string database)
    {
        using SqliteConnection connection = Connections.Open(database);
        // A cache of ten pages spills the changes into the database file as the statement runs, after their journal was synced.
        connection.Run("PRAGMA journal_mode = DELETE; PRAGMA cache_size = 10; BEGIN IMMEDIATE; UPDATE patients SET note = 'torn ' || note");
        Program.Say("ready");
        // No handler, no dispose: as a power cut leaves it.
        Environment.FailFast(null);
    }
}
