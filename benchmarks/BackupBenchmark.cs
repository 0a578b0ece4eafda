namespace EmrSim.Benchmarks;

/// <summary>Backup-EmrDatabase beside the script that a careful admin writes with sqlite3, sha256sum and zstd.</summary>
internal static class BackupBenchmark
{
    private const double Limit = 0.5;
    private const double MemoryLimit = 200;

    internal static void Run(Workbench workbench)
    {
        string source = workbench.Sample(workbench.Options.Turns);
        Console.WriteLine($"\nbackup: {workbench.Options.Turns:N0} turns, {new FileInfo(source).Length / 1e6:0} MB, {workbench.Options.Rounds} rounds, taken in turn");
        List<double> peer = [], whole = [], command = [], processor = [], peak = [];
        for (int round = 0; round < workbench.Options.Rounds; round++)
        {
            string folder = workbench.EmptyFolder("peer");
            Workbench.Settle();
            peer.Add(Workbench.RunPeer(
                $"cd {folder}; sqlite3 {source} '.backup b'; test $(sqlite3 b 'PRAGMA integrity_check') = ok; sha256sum b >b.sha256; zstd -q -1 b").Seconds);

            folder = workbench.EmptyFolder("ours");
            Workbench.Settle();
            Timed run = workbench.RunModule(ModuleScript.Measured($"Backup-EmrDatabase {source} {folder}"));
            whole.Add(run.Seconds);
            command.Add(ModuleScript.Read(run).Seconds);
            processor.Add(ModuleScript.Read(run).ProcessorSeconds);
            peak.Add(ModuleScript.Read(run).PeakMegabytes);
        }

        Console.WriteLine($"  script .backup, integrity_check, sha256sum, zstd -1: {Statistics.Show(peer)}");
        Console.WriteLine($"  Backup-EmrDatabase, the command:                     {Statistics.Show(command)}");
        Console.WriteLine($"  Backup-EmrDatabase, with PowerShell's start:         {Statistics.Show(whole)}");
        Console.WriteLine($"  its processor time, PowerShell's start included:     {Statistics.Show(processor)}");
        Console.WriteLine($"  command to script: {Statistics.Ratio(Statistics.Median(command), Statistics.Median(peer), Limit)}");
        Console.WriteLine($"  process to script: {Statistics.Ratio(Statistics.Median(whole), Statistics.Median(peer), Limit)}");
        Console.WriteLine($"  peak memory of the process: {peak.Max():0} MB (target below {MemoryLimit:0} MB: {(peak.Max() < MemoryLimit ? "met" : "MISSED")})");
    }
}
