using EmrSim.Core.Files;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Files;

/// <summary>A process that keeps to one processor while somebody else writes, and has all of them again afterwards.</summary>
[Collection(nameof(OneProcessorTests))]
[CollectionDefinition(nameof(OneProcessorTests), DisableParallelization = true)]
public sealed class OneProcessorTests
{
    [Fact]
    public void The_runtime_and_our_work_are_on_one_until_the_last_is_done_and_nobody_else_is()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux confines threads here.");
        string[] before = Allowed(_ => true);
        Assert.SkipUnless(Environment.ProcessorCount == 2 && before.Length == 1, "There are not two processors, or somebody has divided the threads among them.");
        using var end = new ManualResetEventSlim();
        Thread[] threads = Start(end, "script");

        OneProcessor? first = OneProcessor.Take(), second = OneProcessor.Take();
        Assert.NotNull(first);
        Assert.NotNull(second);
        string one = Assert.Single(Allowed(n => n.StartsWith(".NET ", StringComparison.Ordinal)));
        Assert.True(int.TryParse(one, out _), $"The threads are allowed on {one}.");
        Assert.Equal(before, Allowed(n => n == "script"));
        Task<bool> work = WorkThread.Run(() =>
        {
            Thread.CurrentThread.Name = "work";
            end.Wait();
            return true;
        });
        Wait.Until(() => Allowed(n => n == "work").Length > 0, "the work runs");
        Assert.Equal([one], Allowed(n => n == "work"));

        first.Dispose();
        first.Dispose();
        Assert.Equal([one], Allowed(n => n == "work"));
        second.Dispose();

        Assert.Equal(before, Allowed(_ => true));
        end.Set();
        foreach (Thread thread in threads) thread.Join();
        WorkThread.Join(work);
    }

    private static Thread[] Start(ManualResetEventSlim end, string name)
    {
        Thread[] threads = [.. Enumerable.Range(0, 3).Select(_ => new Thread(end.Wait) { Name = name, IsBackground = true })];
        foreach (Thread thread in threads) thread.Start();
        // They are called so by their own hand.
        Wait.Until(() => Allowed(n => n == name).Length > 0, "the threads run");
        return threads;
    }

    // As the kernel says it: "0-1", or "1".
    private static string[] Allowed(Func<string, bool> called) =>
    [
        .. Directory.GetDirectories("/proc/self/task").Select(Status).Where(s => s.Length > 0 && called(s[0].Split('\t')[1])).SelectMany(s => s).Where(l => l.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal))
            .Select(l => l.Split(':')[1].Trim()).Distinct(),
    ];

    private static string[] Status(string task)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(task, "status"));
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return [];
        }
    }
}
