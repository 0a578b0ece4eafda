using System.Diagnostics;
using EmrSim.Core.Sqlite;

namespace EmrSim.Benchmarks;

/// <summary>The commit times of a writer beside a backup, and alone.</summary>
internal static class WriterBenchmark
{
    private const double Limit = 2;
    private const double AloneSeconds = 5;
    private const double Tail = 0.99;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(2);

    internal static void Run(Workbench workbench)
    {
        string source = Path.Combine(workbench.EmptyFolder("writer"), "app.db");
        File.Copy(workbench.Sample(workbench.Options.Turns), source);
        List<double> alone = [], beside = [], ratios = [];
        for (int round = 0; round < workbench.Options.Rounds; round++)
        {
            Workbench.Settle();
            string folder = workbench.EmptyFolder("ours");
            // The session is open before and after, as that of a person or of a job with more than one database.
            using Session session = workbench.OpenModule();
            session.Run("1");
            List<double> first = Write(source, Task.Delay(TimeSpan.FromSeconds(AloneSeconds)));
            List<double> second = Write(source, Task.Run(() => session.Run($"Backup-EmrDatabase {source} {folder} | Out-Null")));
            ratios.Add(Statistics.Percentile(second, Tail) / Statistics.Percentile(first, Tail));
            alone.AddRange(first);
            beside.AddRange(second);
        }

        Console.WriteLine($"\nwriter: one row a commit, WAL, synchronous FULL, a pause of {s_pause.TotalMilliseconds:0} ms, {workbench.Options.Rounds} rounds");
        Show("alone", alone);
        Show("during a backup", beside);
        Console.WriteLine($"  p99 during to alone: pooled {Statistics.Ratio(Statistics.Percentile(beside, Tail), Statistics.Percentile(alone, Tail), Limit)}, " +
            $"median of the rounds {Statistics.Median(ratios):0.00}");
    }

    private static List<double> Write(string source, Task until)
    {
        using SqliteDatabase database = SqliteDatabase.Open(source, SqliteAccess.ReadWrite, default);
        database.Execute("PRAGMA busy_timeout=10000; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS benchmark_commit (at INTEGER)");
        var seconds = new List<double>();
        while (!until.IsCompleted)
        {
            long started = Stopwatch.GetTimestamp();
            database.Execute("INSERT INTO benchmark_commit VALUES (1)");
            seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            Thread.Sleep(s_pause);
        }

        until.GetAwaiter().GetResult();
        return seconds;
    }

    private static void Show(string when, List<double> seconds) => Console.WriteLine(
        $"  {when,-16} {seconds.Count,6} commits, p50 {Statistics.Median(seconds) * 1000:0.00} ms, p99 {Statistics.Percentile(seconds, Tail) * 1000:0.00} ms, " +
        $"most {seconds.Max() * 1000:0.0} ms");
}
