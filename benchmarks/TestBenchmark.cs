namespace EmrSim.Benchmarks;

/// <summary>Test-EmrBackup beside unpacking, integrity_check and sha256sum.</summary>
internal static class TestBenchmark
{
    private const double Limit = 0.5;

    internal static void Run(Workbench workbench)
    {
        string source = workbench.Sample(workbench.Options.Turns);
        string folder = workbench.EmptyFolder("tested");
        workbench.RunModule($"Backup-EmrDatabase {source} {folder} -Name sample");
        string stored = Directory.GetFiles(folder, "*.zst").Single();
        Console.WriteLine($"\ntest: the backup of {workbench.Options.Turns:N0} turns, {workbench.Options.Rounds} rounds, taken in turn");
        var peer = new List<double>();
        var ours = EmrLevels.ToDictionary(l => l, _ => new List<double>());
        for (int round = 0; round < workbench.Options.Rounds; round++)
        {
            string unpacked = Path.Combine(workbench.EmptyFolder("peer"), "b");
            Workbench.Settle();
            peer.Add(Workbench.RunPeer($"zstd -q -d {stored} -o {unpacked}; test $(sqlite3 {unpacked} 'PRAGMA integrity_check') = ok; sha256sum {unpacked}").Seconds);
            foreach (string level in EmrLevels)
            {
                Workbench.Settle();
                ours[level].Add(ModuleScript.Read(workbench.RunModule(ModuleScript.Measured(
                    $"if ((Test-EmrBackup {stored} -Level {level}).Outcome -ne 'Passed') {{ throw 'not passed' }}; 1"))).Seconds);
            }
        }

        Console.WriteLine($"  zstd -d, integrity_check, sha256sum: {Statistics.Show(peer)}");
        foreach (string level in EmrLevels) Console.WriteLine($"  Test-EmrBackup -Level {level,-12} {Statistics.Show(ours[level])}");
        Console.WriteLine($"  Integrity: {Statistics.Ratio(Statistics.Median(ours["Integrity"]), Statistics.Median(peer), Limit)}");
    }

    private static string[] EmrLevels => ["Checksum", "Integrity", "Restore"];
}
