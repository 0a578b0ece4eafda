using System.Globalization;

namespace EmrSim.Core.Files;

/// <summary>
/// Makes the thread on which .NET compiles hot code again give way as long as this lives. On two processors it is what made others wait longest: it
/// works for milliseconds at a stretch, and the longer a backup runs the more it finds to do.
/// </summary>
internal sealed class BackgroundCompiler : IDisposable
{
    // The runtime's ".NET Tiered Compilation Worker", as much of it as Linux keeps of a thread's name.
    private const string Name = ".NET Tiered Com";
    private const string Threads = "/proc/self/task";
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);
    private readonly Dictionary<int, int> _before = [];
    private readonly ManualResetEventSlim _ended = new();
    private readonly Thread _watcher;

    /// <summary>Begins. The runtime ends its compiler's thread when that has nothing to do, and starts another: it is looked for again and again.</summary>
    internal BackgroundCompiler()
    {
        _watcher = new Thread(Watch) { IsBackground = true };
        _watcher.Start();
    }

    /// <summary>Makes it as it was, where that is allowed.</summary>
    public void Dispose()
    {
        _ended.Set();
        _watcher.Join();
        _ended.Dispose();
        foreach ((int thread, int niceness) in _before) WorkThread.TrySetNiceness(thread, niceness);
    }

    private void Watch()
    {
        do
        {
            foreach (int thread in Compilers().Where(t => WorkThread.NicenessOf(t) < WorkThread.Nice)) GiveWay(thread);
        }
        while (!_ended.Wait(s_interval));
    }

    private void GiveWay(int thread)
    {
        int before = WorkThread.NicenessOf(thread);
        if (WorkThread.TrySetNiceness(thread, WorkThread.Nice)) _before.TryAdd(thread, before);
    }

    private static IEnumerable<int> Compilers()
    {
        foreach (string folder in Directory.EnumerateDirectories(Threads))
        {
            if (NameOf(folder).StartsWith(Name, StringComparison.Ordinal)) yield return int.Parse(Path.GetFileName(folder.AsSpan()), CultureInfo.InvariantCulture);
        }
    }

    private static string NameOf(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "comm"));
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            // It has ended.
            return "";
        }
    }
}
