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

    [Fact]
    public async Task The_thread_that_compiles_in_the_background_gives_way_as_long_as_such_work_lasts()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has niceness of threads, and /proc to tell of it.");
        Assert.SkipWhen(Niceness() > 0, "These tests run more nicely than this one needs.");
        using var compiler = new NamedThread(".NET Tiered Compilation Worker");
        using var other = new NamedThread(".NET Another");
        int before = WorkThread.NicenessOf(compiler.Id);

        // What follows an await would go on upon the nice thread.
        (int during, int besides) = await WorkThread.Run(() => WorkThread.RunNicely(() =>
        {
            SpinWait.SpinUntil(() => WorkThread.NicenessOf(compiler.Id) == WorkThread.Nice, TimeSpan.FromSeconds(30));
            return (WorkThread.NicenessOf(compiler.Id), WorkThread.NicenessOf(other.Id));
        }).Result);

        Assert.Equal((0, WorkThread.Nice, 0), (before, during, besides));
        // Only root may take it back.
        if (Environment.IsPrivilegedProcess) Assert.Equal(0, WorkThread.NicenessOf(compiler.Id));
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

    [DllImport("libc", EntryPoint = "gettid")]
    private static extern int GetThread();

    [DllImport("libc", EntryPoint = "setpriority")]
    private static extern int SetPriority(int which, int who, int priority);

    /// <summary>A thread that does nothing under a name, as long as this lives.</summary>
    private sealed class NamedThread : IDisposable
    {
        private readonly ManualResetEventSlim _ended = new();
        private readonly Thread _thread;

        internal NamedThread(string name)
        {
            using var started = new ManualResetEventSlim();
            _thread = new Thread(() =>
            {
                Id = GetThread();
                started.Set();
                _ended.Wait();
            }) { Name = name };
            _thread.Start();
            started.Wait();
        }

        internal int Id { get; private set; }

        public void Dispose()
        {
            _ended.Set();
            _thread.Join();
            _ended.Dispose();
        }
    }
}
