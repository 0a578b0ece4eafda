using EmrSim.Core.Files;

namespace EmrSim.Tests.Files;

/// <summary>A process that keeps to one processor while somebody else writes, and has all of them again afterwards.</summary>
[Collection(nameof(OneProcessorTests))]
[CollectionDefinition(nameof(OneProcessorTests), DisableParallelization = true)]
public sealed class OneProcessorTests
{
    [Fact]
    public void Every_thread_is_on_the_same_one_until_the_end_and_then_on_all_as_before()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux confines threads here.");
        string[] before = Allowed();
        Assert.SkipWhen(Environment.ProcessorCount == 1 || before.Length != 1, "There is one processor only, or somebody has divided the threads among them.");
        using var end = new ManualResetEventSlim();
        Thread[] early = Start(end);

        using (OneProcessor.Take())
        {
            string one = Assert.Single(Allowed());
            Assert.True(int.TryParse(one, out _), $"The threads are allowed on {one}.");
            // Who is confined has nothing to confine.
            Assert.Null(OneProcessor.Take());
            early = [.. early, .. Start(end)];
            Assert.Equal(one, Assert.Single(Allowed()));
        }

        Assert.Equal(before, Allowed());
        end.Set();
        foreach (Thread thread in early) thread.Join();
    }

    private static Thread[] Start(ManualResetEventSlim end)
    {
        Thread[] threads = [.. Enumerable.Range(0, 3).Select(_ => new Thread(end.Wait))];
        foreach (Thread thread in threads) thread.Start();
        return threads;
    }

    // As the kernel says it: "0-1", or "1".
    private static string[] Allowed() =>
    [
        .. Directory.GetDirectories("/proc/self/task").SelectMany(Status).Where(l => l.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal))
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
