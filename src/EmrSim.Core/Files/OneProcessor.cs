using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace EmrSim.Core.Files;

/// <summary>
/// Keeps our work and the runtime's own threads on one of the two processors that this process may use, so that another program always finds the other one free: what compiles and collects garbage
/// beside our work cannot be told to give way. Threads that run somebody's scripts are left alone, since what they start would keep the one processor for its life. Linux only; elsewhere, and
/// where the system does not allow it, nothing happens.
/// </summary>
internal sealed partial class OneProcessor : IDisposable
{
    private const string Tasks = "/proc/self/task";

    // So the runtime calls its threads, the pool's among them, on which the engine runs.
    private const string OfRuntime = ".NET ";

    // The kernel's own masks have at most that many bits by default.
    private const int MaskLength = 1024 / 8;
    private const int CallingThread = 0;
    private const int Two = 2;

    private static readonly object s_gate = new();
    private static int s_holders;
    private static Confinement? s_confinement;

    private bool _disposed;

    private OneProcessor()
    {
    }

    /// <summary>Whether there are so few processors that another program may find none free beside our work.</summary>
    internal static bool AreFew => Environment.ProcessorCount <= Two;

    /// <summary>Confines them until the last one who asked for it is done; null where there are not two processors to choose from.</summary>
    internal static OneProcessor? Take()
    {
        if (!OperatingSystem.IsLinux()) return null;
        lock (s_gate)
        {
            s_confinement ??= Confinement.Begin();
            if (s_confinement is null) return null;
            s_confinement.Confine(CallingThread);
            s_holders++;
            return new OneProcessor();
        }
    }

    /// <summary>Puts the calling thread beside the others where they are confined: the runtime gives a new thread the processors of the first one, and not those of the one that starts it.</summary>
    internal static void Join()
    {
        if (!OperatingSystem.IsLinux()) return;
        lock (s_gate) s_confinement?.Confine(CallingThread);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (s_gate)
        {
            if (_disposed) return;
            _disposed = true;
            if (--s_holders > 0) return;
            s_confinement!.End();
            s_confinement = null;
        }
    }

    private static byte[]? MaskOf(int thread)
    {
        byte[] mask = new byte[MaskLength];
        return GetAffinity(thread, MaskLength, mask) < 0 ? null : mask;
    }

    private static void Set(int thread, byte[] mask) => _ = SetAffinity(thread, MaskLength, mask);

    // One may start while they are gone through: until there is no other one.
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
            // Nobody shows the threads, so they stay as they are: a backup does not fail for that.
        }
    }

    private static bool IsOfRuntime(int thread)
    {
        try
        {
            return File.ReadAllText($"{Tasks}/{thread}/comm").StartsWith(OfRuntime, StringComparison.Ordinal);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            // It has ended meanwhile.
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nint length, byte[] mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nint length, byte[] mask);

    [LibraryImport("libc", EntryPoint = "sched_getcpu")]
    private static partial int CurrentProcessor();

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int CurrentThread();

    /// <summary>From the two processors to one, and back.</summary>
    private sealed class Confinement(byte[] before, byte[] one)
    {
        private readonly HashSet<int> _confined = [];

        /// <summary>Null where this process may use another number of processors than two: of many, the one that is left need not be free.</summary>
        internal static Confinement? Begin()
        {
            if (MaskOf(CallingThread) is not { } allowed || allowed.Sum(b => BitOperations.PopCount(b)) != Two) return null;
            int current = CurrentProcessor();
            if (current is < 0 or >= MaskLength * 8 || (allowed[current / 8] & (1 << (current % 8))) == 0) return null;
            byte[] one = new byte[MaskLength];
            one[current / 8] = (byte)(1 << (current % 8));
            var confinement = new Confinement(allowed, one);
            ForEachThread(thread =>
            {
                if (IsOfRuntime(thread)) confinement.Confine(thread);
            });
            return confinement;
        }

        // A thread that somebody has given processors of its own keeps them.
        internal void Confine(int thread)
        {
            if (MaskOf(thread) is not { } mask || !mask.AsSpan().SequenceEqual(before)) return;
            Set(thread, one);
            _confined.Add(thread == CallingThread ? CurrentThread() : thread);
        }

        // First those that are known, for which no file need be opened; then any other.
        internal void End()
        {
            foreach (int thread in _confined) Free(thread);
            ForEachThread(Free);
        }

        private void Free(int thread)
        {
            if (MaskOf(thread) is { } mask && mask.AsSpan().SequenceEqual(one)) Set(thread, before);
        }
    }
}
