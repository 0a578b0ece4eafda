using System.Globalization;

namespace EmrSim.Benchmarks;

/// <summary>Peak memory of a migration: of the sample database, of one ten times as large, and of a huge blob with columns behind it. Takes minutes and 15 GB of disk.</summary>
internal static class MigrationMemoryBenchmark
{
    private const int Factor = 10;
    private const double Limit = 200;
    private const double BlobMegabytes = 200;
    private const double BlobLimit = 3;

    internal static void Run(Workbench workbench)
    {
        using var server = new PostgresServer();
        Console.WriteLine($"\nmigration-memory: peak of the process, its PowerShell included");
        foreach (long turns in new[] { workbench.Options.Turns, workbench.Options.Turns * Factor })
        {
            (double seconds, double peak) = Migrate(workbench, server, workbench.Sample(turns));
            Console.WriteLine($"  {turns,12:N0} turns: {peak:0} MB (limit {Limit:0}) in {seconds:0.0} s, {turns / seconds:N0} rows/s with the whole proof");
        }

        string folder = workbench.EmptyFolder("migration-memory"), blob = Path.Combine(folder, "blob.db");
        string size = (BlobMegabytes * 1e6).ToString("0", CultureInfo.InvariantCulture);
        Workbench.RunPeer($"sqlite3 {blob} \"CREATE TABLE files(id INTEGER PRIMARY KEY, content BLOB, name TEXT, size INTEGER, a INTEGER, b INTEGER); INSERT INTO files VALUES (1, randomblob({size}), 'scan', {size}, 1, 2)\"");
        (double time, double most) = Migrate(workbench, server, blob);
        Console.WriteLine($"  a blob of {BlobMegabytes:0} MB: {most:0} MB in {time:0.0} s, {Statistics.Ratio(most, BlobMegabytes, BlobLimit)} of its size");
    }

    private static (double Seconds, double Peak) Migrate(Workbench workbench, PostgresServer server, string source)
    {
        string database = server.NewDatabase();
        (double seconds, double peak, _) = ModuleScript.Read(workbench.RunModule(ModuleScript.Measured(
            $"$m = Invoke-EmrMigration {source} -ConnectionString {server.Uri(database)} -NoBackup -Confirm:$false; if ($m.Outcome -ne 'Passed') {{ throw 'not proved' }}; $m")));
        server.Drop(database);
        return (seconds, peak);
    }
}
