using System.Runtime.InteropServices;

namespace EmrSim.Core.Files;

/// <summary>Threads for long work, which would hold up what else waits for one of the pool's.</summary>
internal static partial class WorkThread
{
    // PRIO_PROCESS with 0 is the calling thread on Linux, and threads that it starts inherit its niceness: setpriority(2), sched(7).
    private const int CallingThread = 0;
    private const int Nice = 19;

    /// <summary>Runs work on a thread of its own that has the caller's priority.</summary>
    internal static Task<T> Run<T>(Func<T> work) => Start(work, Thread.CurrentThread.Priority, null);

    /// <summary>
    /// Runs work on a thread of its own that gives way to others: whoever commits to a database must not wait for its backup to be packed.
    /// </summary>
    internal static Task<T> RunInBackground<T>(Func<T> work) => Start(work, ThreadPriority.BelowNormal, GiveWay);

    private static Task<T> Start<T>(Func<T> work, ThreadPriority priority, Action? prepare)
    {
        var task = new Task<T>(() =>
        {
            prepare?.Invoke();
            return work();
        });
        var thread = new Thread(() => task.RunSynchronously(TaskScheduler.Default)) { IsBackground = true, Priority = priority };
        thread.Start();
        return task;
    }

    private static void GiveWay()
    {
        // .NET's priorities mean nothing on Linux; elsewhere niceness is the whole process'.
        if (OperatingSystem.IsLinux()) _ = SetPriority(CallingThread, CallingThread, Nice);
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
