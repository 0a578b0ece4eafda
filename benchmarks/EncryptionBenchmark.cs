namespace EmrSim.Benchmarks;

/// <summary>Encrypted backups beside plain ones: to a recipient, and with a passphrase.</summary>
internal static class EncryptionBenchmark
{
    private const double Limit = 1.3;

    internal static void Run(Workbench workbench)
    {
        string source = workbench.Sample(workbench.Options.Turns);
        string keys = workbench.EmptyFolder("keys");
        workbench.RunModule($"[void](New-EmrBackupKey {keys}/key.txt); [IO.File]::WriteAllText('{keys}/passphrase', 'correct horse battery staple'); " +
            $"if (-not $IsWindows) {{ [IO.File]::SetUnixFileMode('{keys}/passphrase', 'UserRead') }}");
        string recipient = File.ReadLines(Path.Combine(keys, "key.txt")).Single(l => l.StartsWith("# public key: ", StringComparison.Ordinal))[14..];
        (string Name, string Options)[] ways =
            [("not encrypted", ""), ("to a recipient", $"-Recipient {recipient}"), ("with a passphrase", $"-PassphraseFile {keys}/passphrase")];
        Dictionary<string, List<double>> seconds = ways.ToDictionary(w => w.Name, _ => new List<double>());
        Dictionary<string, List<double>> peak = ways.ToDictionary(w => w.Name, _ => new List<double>());
        for (int round = 0; round < workbench.Options.Rounds; round++)
        {
            foreach ((string name, string options) in ways)
            {
                string folder = workbench.EmptyFolder("ours");
                Workbench.Settle();
                (double took, double megabytes, _) = ModuleScript.Read(workbench.RunModule(ModuleScript.Measured($"Backup-EmrDatabase {source} {folder} {options}")));
                seconds[name].Add(took);
                peak[name].Add(megabytes);
            }
        }

        Console.WriteLine($"\nencryption: {workbench.Options.Turns:N0} turns, {workbench.Options.Rounds} rounds, taken in turn");
        foreach ((string name, _) in ways)
        {
            string ratio = Statistics.Ratio(Statistics.Median(seconds[name]), Statistics.Median(seconds[ways[0].Name]), Limit);
            Console.WriteLine($"  {name,-18} {Statistics.Show(seconds[name])}, peak {peak[name].Max():0} MB, to plain: {ratio}");
        }
    }
}
