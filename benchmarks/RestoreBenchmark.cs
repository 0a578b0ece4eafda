namespace EmrSim.Benchmarks;

/// <summary>Restore-EmrDatabase over a database that is there, beside unpacking, integrity_check and copying.</summary>
internal static class RestoreBenchmark
{
    private const double Limit = 0.5;

    internal static void Run(Workbench workbench)
    {
        string source = workbench.Sample(workbench.Options.Turns);
        string folder = workbench.EmptyFolder("restored");
        workbench.RunModule($"Backup-EmrDatabase {source} {folder} -Name sample");
        string stored = Directory.GetFiles(folder, "*.zst").Single();
        Console.WriteLine($"\nrestore: the backup of {workbench.Options.Turns:N0} turns over a database that is there, {workbench.Options.Rounds} rounds, taken in turn");
        List<double> peer = [], ours = [], down = [];
        for (int round = 0; round < workbench.Options.Rounds; round++)
        {
            string theirs = Path.Combine(workbench.EmptyFolder("peer"), "app.db");
            File.Copy(source, theirs);
            Workbench.Settle();
            peer.Add(Workbench.RunPeer($"zstd -q -d {stored} -o {theirs}.new; test $(sqlite3 {theirs}.new 'PRAGMA integrity_check') = ok; cp {theirs}.new {theirs}").Seconds);

            string live = Path.Combine(workbench.EmptyFolder("ours"), "app.db");
            File.Copy(source, live);
            Workbench.Settle();
            double[] figures = workbench.RunModule(
                $"$down = 0.0; $watch = [System.Diagnostics.Stopwatch]::StartNew(); $restored = Restore-EmrDatabase {stored} {live} -Force -Confirm:$false; " +
                // For how long an application would have been down: all steps but the one before its stop.
                "$seconds = $watch.Elapsed.TotalSeconds; if ($restored.Outcome -ne 'Passed') { throw 'not restored' }; " +
                "$restored.Steps | Where-Object Name -ne Preflight | ForEach-Object { $down += $_.Duration.TotalSeconds }; \"$seconds $down\"").Figures;
            ours.Add(figures[0]);
            down.Add(figures[1]);
        }

        Console.WriteLine($"  zstd -d, integrity_check, cp: {Statistics.Show(peer)}");
        Console.WriteLine($"  Restore-EmrDatabase:          {Statistics.Show(ours)}");
        Console.WriteLine($"  of it an application is down: {Statistics.Show(down)}");
        Console.WriteLine($"  command to script: {Statistics.Ratio(Statistics.Median(ours), Statistics.Median(peer), Limit)}");
    }
}
