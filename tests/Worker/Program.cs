namespace EmrSim.Tests.Worker;

/// <summary>
/// The other process in tests that need one: <c>emrsim-test-worker role argument …</c>. It says on stdout when it is ready, and ends with
/// stdin, so that it never outlives its test.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["transfer", string database]:
                Transfers.Run(database);
                return 0;
            case ["hold", string database, string begin]:
                Holder.Hold(database, begin);
                return 0;
            case ["open", string path]:
                Holder.Open(path);
                return 0;
            case ["holders", string path]:
                Holder.SayHolders(path);
                return 0;
            case ["crash", string database]:
                Holder.LeaveHotJournal(database);
                return 0;
            case ["backup", string database, string store, .. string[] options]:
                return Backups.Run(database, store, options);
            case ["restore" or "resume" or "undo", string store, string database, .. string[] mark]:
                return Restores.Run(arguments[0], store, database, mark.FirstOrDefault());
            case ["migrate", string database, string connection]:
                return Migrations.Run(database, connection);
            case ["drill", string backup, string work, string phase]:
                return Drills.Run(backup, work, phase);
            default:
                Console.Error.WriteLine(
                    "usage: emrsim-test-worker transfer <database> | hold <database> <sql> | open <file> | holders <file> | crash <database> | " +
                    "backup <database> <store> [options] | restore|resume|undo <store> <database> [mark] | drill <backup> <folder> <phase> | migrate <database> <connection string>");
                return 2;
        }
    }

    /// <summary>Says that the test may go on.</summary>
    internal static void Say(string line)
    {
        Console.WriteLine(line);
        Console.Out.Flush();
    }

    /// <summary>Waits until the test wants no more.</summary>
    internal static void WaitForTheEnd()
    {
        while (Console.In.ReadLine() is not null)
        {
        }
    }
}
