using System.Globalization;
using System.Runtime.InteropServices;
using EmrSim.Core.Files;

namespace EmrSim.Tests.Files;

/// <summary>How nice threads are.</summary>
public sealed class WorkThreadTests
{
    private const int CallingThread = 0;

    [Theory]
    [InlineData(0, 10)]
    [InlineData(15, 15)]
    public async Task Work_that_gives_way_does_so_and_never_less_than_who_started_it(int starter, int expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has niceness of threads, and /proc to tell of it.");
        Assert.SkipWhen(Niceness() > starter, "These tests run more nicely than this one needs.");

        Assert.Equal((starter, expected, expected), await WorkThread.Run(() => Start(starter)));
    }

    private static (int Before, int Work, int Below) Start(int starter)
    {
        int failed = SetPriority(CallingThread, CallingThread, starter);
        int before = Niceness() + failed;
        (int work, int below) = WorkThread.RunNicely(() => (Niceness(), WorkThread.Run(Niceness).Result)).Result;
        return (before, work, below);
    }

    // The 17th field behind the name, which stands in parentheses: proc(5).
    private static int Niceness()
    {
        string stat = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    private static extern int SetPriority(int which, int who, int priority);
}
