namespace EmrSim.Benchmarks;

/// <summary>Compare-EmrDatabase beside reading both sides to nowhere.</summary>
internal static class CompareBenchmark
{
    private const double Limit = 1.2;

    internal static void Run(Workbench workbench)
    {
        string source = workbench.Sample(workbench.Options.Turns);
        using var server = new PostgresServer();
        string database = server.NewDatabase();
        workbench.RunModule($"Invoke-EmrMigration {source} -ConnectionString {server.Uri(database)} -NoBackup -Confirm:$false | Out-Null");
        Console.WriteLine($"\ncompare: {workbench.Options.Turns:N0} turns, {workbench.Options.Rounds} rounds, taken in turn");
        List<double> peer = [], ours = [];
        for (int round = 0; round < workbench.Options.Rounds; round++)
        {
            double theirs = server.Psql(database, "\\copy (select * from turns) to /dev/null").Seconds;
            peer.Add(theirs + Workbench.RunPeer($"sqlite3 {source} 'select * from turns' > /dev/null").Seconds);
            ours.Add(ModuleScript.Read(workbench.RunModule(ModuleScript.Measured(
                $"$found = @(Compare-EmrDatabase {source} -ConnectionString {server.Uri(database)}); if ($found.Count -gt 0) {{ throw 'differences' }}; $found"))).Seconds);
        }

        Console.WriteLine($"  psql and sqlite3 to /dev/null: {Statistics.Show(peer)}");
        Console.WriteLine($"  Compare-EmrDatabase:           {Statistics.Show(ours)}");
        Console.WriteLine($"  command to scripts: {Statistics.Ratio(Statistics.Median(ours), Statistics.Median(peer), Limit)}");
    }
}
