using System.Globalization;

namespace EmrSim.Benchmarks;

/// <summary>Measures EmrSim beside its peers: <c>bench [name …] [-Turns n] [-Rounds n]</c>; all benchmarks without a name.</summary>
internal static class Program
{
    private static readonly Dictionary<string, Action<Workbench>> s_benchmarks = new(StringComparer.OrdinalIgnoreCase)
    {
        ["backup"] = BackupBenchmark.Run,
        ["test"] = TestBenchmark.Run,
        ["restore"] = RestoreBenchmark.Run,
        ["migration"] = MigrationBenchmark.Run,
        ["compare"] = CompareBenchmark.Run,
        ["migration-memory"] = MigrationMemoryBenchmark.Run,
        ["memory"] = MemoryBenchmark.Run,
        ["writer"] = WriterBenchmark.Run,
        ["import"] = ImportBenchmark.Run,
        ["catalog"] = CatalogBenchmark.Run,
        ["retention"] = RetentionBenchmark.Run,
        ["encryption"] = EncryptionBenchmark.Run,
    };

    private static int Main(string[] arguments)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        if (Options.Parse(arguments) is not { } options || options.Names.Any(n => !s_benchmarks.ContainsKey(n)))
        {
            Console.Error.WriteLine($"usage: bench [{string.Join(" | ", s_benchmarks.Keys)}] … [-Turns <n>] [-Rounds <n>]");
            return 2;
        }

        using var workbench = new Workbench(options);
        Console.WriteLine(Machine.Describe());
        // The issue's command: everything that concerns a backup in one run.
        IEnumerable<string> names = options.Names is [] or ["backup"] ? s_benchmarks.Keys.Where(n => !n.EndsWith("memory", StringComparison.Ordinal) || options.Names is []) : options.Names;
        foreach (string name in names) s_benchmarks[name](workbench);
        return 0;
    }
}
