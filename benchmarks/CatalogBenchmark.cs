using EmrSim.Core.Stores;

namespace EmrSim.Benchmarks;

/// <summary>Get-EmrBackup over a store of a thousand backups, each of which was drilled once.</summary>
internal static class CatalogBenchmark
{
    private const int Backups = 1_000;
    private const double LimitSeconds = 0.5;

    internal static void Run(Workbench workbench)
    {
        string folder = workbench.EmptyFolder("catalog");
        workbench.RunModule($"Backup-EmrDatabase {workbench.Sample(10)} {folder} -Name sample | Test-EmrBackup -Level Restore");
        Multiply(folder);
        double[] seconds = [.. Enumerable.Range(0, workbench.Options.Rounds)
            .Select(_ => ModuleScript.Read(workbench.RunModule(ModuleScript.Measured($"if (@(Get-EmrBackup {folder} | Where-Object LastProved).Count -ne {Backups}) {{ throw 'miscounted' }}; 1"))).Seconds)];
        double median = Statistics.Median(seconds);
        Console.WriteLine($"\ncatalog: Get-EmrBackup of {Backups:N0} backups, first call of a session: {Statistics.Show(seconds)}");
        Console.WriteLine($"  target below {LimitSeconds:0.0} s: {(median < LimitSeconds ? "met" : "MISSED")}");
    }

    // Real backups of a small database differ in nothing but their time and id; writing their manifests directly saves minutes.
    private static void Multiply(string folder)
    {
        string manifestPath = Directory.GetFiles(folder, "sample-*.json").Single();
        BackupManifest first = ManifestFile.Parse(File.ReadAllBytes(manifestPath), manifestPath);
        string[] evidence = [Path.Combine(folder, HistoryFile.Name), Path.Combine(folder, DrillFile.Name)], lines = [.. evidence.Select(File.ReadAllText)];
        for (int i = 1; i < Backups; i++)
        {
            DateTimeOffset created = first.CreatedUtc.AddHours(-i);
            string stem = BackupFileName.Stem(first.Name, created);
            BackupManifest next = first with { Id = Guid.NewGuid(), CreatedUtc = created, File = BackupFileName.Stored(stem, first.Stored.Compression, encrypted: false) };
            File.Copy(Path.Combine(folder, first.File), Path.Combine(folder, next.File));
            File.WriteAllBytes(Path.Combine(folder, stem + BackupFileName.ManifestSuffix), ManifestFile.Serialize(next));
            for (int e = 0; e < evidence.Length; e++) File.AppendAllText(evidence[e], lines[e].Replace(first.File, next.File, StringComparison.Ordinal));
        }
    }
}
