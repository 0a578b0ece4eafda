using EmrSim.Core.Files;

namespace EmrSim.Core.Applications;

/// <summary>Watches an application that was stopped.</summary>
/// <param name="control">What stopped it; null where nobody did.</param>
/// <param name="database">Its database.</param>
/// <param name="time">The clock.</param>
internal sealed class ApplicationWatch(IApplicationControl? control, string database, TimeProvider? time = null)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Waits until nobody has the database or a file beside it open.</summary>
    /// <returns>Who has it open after all, this process too: none, and complete, where nobody has.</returns>
    internal async Task<FileHolders> ReleaseAsync(TimeSpan timeout, CancellationToken token)
    {
        FileHolders holders = Holders();
        await new StopPatience(timeout, _time).UntilAsync(
            () =>
            {
                holders = Holders();
                return Task.FromResult(holders.Count == 0);
            },
            token).ConfigureAwait(false);
        return holders;
    }

    /// <summary>Sees for a while whether it comes back by itself.</summary>
    /// <param name="settle">How long.</param>
    /// <param name="token">Ends it.</param>
    /// <exception cref="EmrSimException">ApplicationCameBack.</exception>
    internal async Task SettleAsync(TimeSpan settle, CancellationToken token)
    {
        long started = _time.GetTimestamp();
        while (true)
        {
            await RequireStoppedAsync(token).ConfigureAwait(false);
            if (_time.GetElapsedTime(started) >= settle) return;
            await Task.Delay(s_interval, _time, token).ConfigureAwait(false);
        }
    }

    /// <summary>Refuses one that runs again.</summary>
    /// <exception cref="EmrSimException">ApplicationCameBack.</exception>
    internal async Task RequireStoppedAsync(CancellationToken token)
    {
        FileHolder[] holders = [.. Holders().Where(h => h.Certain)];
        if (holders.Length > 0) throw CameBack($"{string.Join(", ", holders.Select(h => h.ToString()).Distinct())} opened '{database}'", database);
        if (control is not null and not CommandControl && await control.IsRunningAsync(token).ConfigureAwait(false) == true)
        {
            throw CameBack($"{control.Description} runs again", database);
        }
    }

    /// <summary>What to say of an application that does not stay stopped.</summary>
    /// <param name="how">How that was seen.</param>
    /// <param name="target">Its database or its root.</param>
    internal static EmrSimException CameBack(string how, string target) => new(
        ErrorCode.ApplicationCameBack,
        $"The application was stopped and came back by itself: {how}. Something starts it again: PM2, the recovery actions of a Windows service, " +
        "Restart= or a socket of systemd, or a watchdog. Stop that too, or name what really runs the application, and try again.",
        target);

    // EmrSim itself has nothing open by now: what this process has is another module's, and would go on writing to the file that was replaced.
    private FileHolders Holders() => DatabaseFiles.HoldersOf(database, ownToo: true);
}
