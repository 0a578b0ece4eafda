namespace EmrSim.Core.Files;

/// <summary>Threads for long work, which would hold up what else waits for one of the pool's.</summary>
internal static class WorkThread
{
    /// <summary>Runs work on a thread of its own.</summary>
    internal static Task<T> Run<T>(Func<T> work)
    {
        var task = new Task<T>(work);
        new Thread(() => task.RunSynchronously(TaskScheduler.Default)) { IsBackground = true }.Start();
        return task;
    }

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
}
