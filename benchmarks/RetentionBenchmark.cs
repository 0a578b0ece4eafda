using System.Diagnostics;
using EmrSim.Core.Retention;

namespace EmrSim.Benchmarks;

/// <summary>A plan for ten thousand backups of one set, in memory: the reading of manifests is what the catalogue's benchmark measures.</summary>
internal static class RetentionBenchmark
{
    private const int Backups = 10_000;
    private const double LimitSeconds = 0.2;
    private static readonly DateTimeOffset s_now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    internal static void Run(Workbench workbench)
    {
        // One in ten is not verified, so that both kinds of rules have work to do; the zone has daylight saving.
        EmrBackup[] backups = [.. Enumerable.Range(0, Backups).Select(i => Backup(s_now.AddHours(-9 * i), verified: i % 10 != 3))];
        var policy = new RetentionPolicy { Last = 3, Yearly = 10, TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin") };
        double[] seconds = [.. Enumerable.Range(0, workbench.Options.Rounds).Select(_ => Measure(backups, policy))];
        Console.WriteLine($"\nretention: a plan for {Backups:N0} backups: first {seconds[0] * 1000:0} ms, median {Statistics.Median(seconds) * 1000:0} ms");
        Console.WriteLine($"  target below {LimitSeconds:0.0} s, the first one too: {(seconds.Max() < LimitSeconds ? "met" : "MISSED")}");
    }

    private static double Measure(EmrBackup[] backups, RetentionPolicy policy)
    {
        long started = Stopwatch.GetTimestamp();
        RetentionPlan plan = RetentionPlanner.Plan(backups, policy, s_now);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (plan.Decisions.Count != Backups || plan.Decisions.All(d => d.Action == EmrRetentionAction.Keep)) throw new InvalidOperationException("misplanned");
        return seconds;
    }

    private static EmrBackup Backup(DateTimeOffset created, bool verified) => SimulatedBackup.At("app", created) with
    {
        Path = $"/store/app-{created:yyyyMMddTHHmmssfff}Z.sqlite.zst",
        Verification = new EmrBackupVerification(EmrVerificationLevel.Integrity, verified ? EmrOutcome.Passed : EmrOutcome.Inconclusive, created),
    };
}
