using System.Globalization;
using System.Runtime.InteropServices;

namespace EmrSim.Core.Files;

/// <summary>
/// Keeps this process on one processor of a machine that has two, so that another program always finds the other one free: what compiles and collects garbage beside our work cannot be told to
/// be nice to it. Linux only; elsewhere, and where the system does not allow it, nothing happens.
/// </summary>
internal sealed partial class OneProcessor : IDisposable
{
    private const string Tasks = "/proc/self/task";

    // The kernel's own masks have at most that many bits by default.
    private const int MaskLength = 1024 / 8;

    private const int Few = 2;

    private readonly byte[] _before;
    private readonly byte[] _one;

    private OneProcessor(byte[] before, byte[] one)
    {
        _before = before;
        _one = one;
        ForEachThread(id => Set(id, _one));
    }

    /// <summary>Whether there are so few processors that another program may find none free beside our work.</summary>
    internal static bool AreFew => Environment.ProcessorCount <= Few;

    /// <summary>Confines the process where there are few, until it is disposed of.</summary>
    internal static OneProcessor? TakeOfFew() => AreFew ? Take() : null;

    /// <summary>Confines the process until it is disposed of; null where there is nothing to confine.</summary>
    internal static OneProcessor? Take()
    {
        byte[] allowed = new byte[MaskLength];
        if (!OperatingSystem.IsLinux() || GetAffinity(0, MaskLength, allowed) < 0) return null;
        int current = CurrentProcessor();
        if (current is < 0 or >= MaskLength * 8) return null;
        byte[] one = new byte[MaskLength];
        one[current / 8] = (byte)(1 << (current % 8));
        return one.AsSpan().SequenceEqual(allowed) ? null : new OneProcessor(allowed, one);
    }

    /// <inheritdoc/>
    public void Dispose() => ForEachThread(id =>
    {
        // A thread that somebody has put elsewhere meanwhile stays there.
        byte[] now = new byte[MaskLength];
        if (GetAffinity(id, MaskLength, now) >= 0 && now.AsSpan().SequenceEqual(_one)) Set(id, _before);
    });

    private static void Set(int thread, byte[] mask) => _ = SetAffinity(thread, MaskLength, mask);

    // A thread inherits its processors from the one that starts it, and one may start while they are gone through: until there is no other one.
    private static void ForEachThread(Action<int> action)
    {
        HashSet<string> seen = [];
        try
        {
            while (true)
            {
                string[] added = [.. Directory.GetDirectories(Tasks).Where(seen.Add)];
                if (added.Length == 0) return;
                foreach (string task in added) action(int.Parse(Path.GetFileName(task), CultureInfo.InvariantCulture));
            }
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            // Nobody shows the threads here, so they stay as they are: a backup does not fail for that.
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nint length, byte[] mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nint length, byte[] mask);

    [LibraryImport("libc", EntryPoint = "sched_getcpu")]
    private static partial int CurrentProcessor();
}
