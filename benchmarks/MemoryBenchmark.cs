namespace EmrSim.Benchmarks;

/// <summary>Peak memory of a backup and a test, for the sample database and for one ten times as large. Takes minutes and 10 GB of disk.</summary>
internal static class MemoryBenchmark
{
    private const int Factor = 10;

    internal static void Run(Workbench workbench)
    {
        Console.WriteLine($"\nmemory: peak of the process, its PowerShell included");
        foreach (long turns in new[] { workbench.Options.Turns, workbench.Options.Turns * Factor })
        {
            string source = workbench.Sample(turns);
            string folder = workbench.EmptyFolder("memory");
            (double seconds, double backup, _) = ModuleScript.Read(workbench.RunModule(ModuleScript.Measured($"Backup-EmrDatabase {source} {folder}")));
            (double testSeconds, double test, _) = ModuleScript.Read(workbench.RunModule(ModuleScript.Measured($"Test-EmrBackup {folder}/*.zst")));
            Console.WriteLine(
                $"  {turns,12:N0} turns, {new FileInfo(source).Length / 1e6,6:0} MB: backup {backup:0} MB in {seconds:0.0} s, test {test:0} MB in {testSeconds:0.0} s");
        }
    }
}
