namespace EmrSim.Benchmarks;

/// <summary>What Import-Module costs over an empty session.</summary>
internal static class ImportBenchmark
{
    private const int Factor = 4;
    private const double LimitMilliseconds = 150;

    internal static void Run(Workbench workbench)
    {
        List<double> empty = [], with = [];
        for (int round = 0; round < workbench.Options.Rounds * Factor; round++)
        {
            empty.Add(workbench.RunBare("1").Seconds);
            with.Add(workbench.RunModule("1").Seconds);
        }

        double cost = (Statistics.Median(with) - Statistics.Median(empty)) * 1000;
        Console.WriteLine($"\nimport: {empty.Count} rounds, taken in turn");
        Console.WriteLine($"  empty session {Statistics.Median(empty) * 1000:0} ms, with the module {Statistics.Median(with) * 1000:0} ms");
        Console.WriteLine($"  Import-Module costs {cost:0} ms (target at most {LimitMilliseconds:0} ms: {(cost <= LimitMilliseconds ? "met" : "MISSED")})");
    }
}
