using System.Runtime.InteropServices;

namespace EmrSim.Core.Files;

/// <summary>Threads for long work, which would hold up what else waits for one of the pool's.</summary>
internal static partial class WorkThread
{
    // PRIO_PROCESS with 0 is the calling thread on Linux, and threads that it starts inherit its niceness: setpriority(2), sched(7).
    private const int CallingThread = 0;
    private const int Nice = 10;

    /// <summary>Runs work on a thread of its own, which on Linux is as nice as the caller.</summary>
    internal static Task<T> Run<T>(Func<T> work)
    {
        var task = new Task<T>(() =>
        {
            OneProcessor.Join();
            return work();
        });
        new Thread(() => task.RunSynchronously(TaskScheduler.Default)) { IsBackground = true }.Start();
        return task;
    }

    /// <summary>
    /// Runs work on a thread of its own that gives way to others: whoever commits to a database should not wait for its backup to be packed. The
    /// work must not use the pool, whose threads would inherit the niceness and keep it. (The thread of the runtime's background collections may
    /// inherit it; it collects beside the others and ends when it has had nothing to do for a while.)
    /// </summary>
    internal static Task<T> RunNicely<T>(Func<T> work) => Run(() =>
    {
        // .NET's priorities mean nothing on Linux; elsewhere niceness is the whole process'.
        // Whoever runs a backup still more nicely means it; root could undo that.
        if (OperatingSystem.IsLinux() && GetPriority(CallingThread, CallingThread) < Nice) _ = SetPriority(CallingThread, CallingThread, Nice);
        return work();
    });

    /// <summary>Waits until all of them have ended, however they end. Who wants to know how asks the task itself.</summary>
    internal static void Join(params ReadOnlySpan<Task> tasks)
    {
        foreach (Task task in tasks)
        {
            Task.WaitAny([task], CancellationToken.None);
            // Asked for, an exception counts as seen.
            _ = task.Exception;
        }
    }

    [LibraryImport("libc", EntryPoint = "getpriority")]
    private static partial int GetPriority(int which, int who);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
