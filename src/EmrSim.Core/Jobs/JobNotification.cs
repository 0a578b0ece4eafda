using System.Diagnostics;
using EmrSim.Core.Alarms;
using EmrSim.Core.Backup;
using EmrSim.Core.Logging;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Jobs;

/// <summary>Notifies somebody of how a job ended. A notification never changes how it ended.</summary>
/// <param name="notify">Who is notified; null for nobody.</param>
/// <param name="limits">How patient the notifier is.</param>
/// <param name="logger">Is warned when nobody could be notified.</param>
/// <param name="clock">Dates the notice.</param>
internal sealed class JobNotification(NotifyRequest? notify, NotifyLimits limits, ILogger logger, TimeProvider clock)
{
    /// <summary>Runs a job and notifies of its end, whichever that is.</summary>
    /// <param name="request">What is backed up.</param>
    /// <param name="job">The job.</param>
    /// <param name="token">Tells a job that was stopped.</param>
    /// <returns>What the job gave. Its problems contain why nobody could be notified where -NotifyUri or its file makes no sense.</returns>
    internal async Task<BackupJobResult> AroundAsync(BackupRequest request, Func<JobState, Task<BackupJobResult>> job, CancellationToken token)
    {
        long started = Stopwatch.GetTimestamp();
        DateTimeOffset startedUtc = clock.GetUtcNow();
        var state = new JobState();
        try
        {
            BackupJobResult result = await job(state).ConfigureAwait(false);
            Notice notice = Notice.Published(request, result.Backup, result.Problems, startedUtc);
            return await SendAsync(notice, limits).ConfigureAwait(false) is { } error ? result with { Problems = [.. result.Problems, error] } : result;
        }
        catch (Exception e) when (notify is not null)
        {
            bool stopped = e is OperationCanceledException && token.IsCancellationRequested;
            EmrSimException? error = stopped ? null : e as EmrSimException ?? new EmrSimException(ErrorCode.InternalError, e.Message);
            Notice notice = state.Published is { } backup
                ? Notice.Unfinished(request, backup, state.Problems, error, startedUtc)
                : Notice.Failed(request, error, startedUtc, Stopwatch.GetElapsedTime(started));
            await FailedAsync(notice, stopped ? NotifyLimits.Hurried : limits).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Notifies of a job that could not begin.</summary>
    internal Task RefusedAsync(BackupRequest request, EmrSimException error) =>
        FailedAsync(Notice.Failed(request, error, clock.GetUtcNow(), TimeSpan.Zero), limits);

    // Why the job failed comes first; that nobody heard of it can only be warned of.
    private async Task FailedAsync(Notice notice, NotifyLimits patience)
    {
        if (await SendAsync(notice, patience).ConfigureAwait(false) is { } error) Log.NotificationFailed(logger, "-NotifyUri", notice.Name, error.Message);
    }

    private async Task<EmrSimException?> SendAsync(Notice notice, NotifyLimits patience)
    {
        if (notify is null) return null;
        try
        {
            await new Notifier(NotifyTarget.From(notify), patience, logger).SendAsync(notice).ConfigureAwait(false);
            return null;
        }
        catch (EmrSimException e)
        {
            // An alarm that nobody can ever hear is a fault of the job, unlike a service that is down for a night.
            return e;
        }
    }
}
