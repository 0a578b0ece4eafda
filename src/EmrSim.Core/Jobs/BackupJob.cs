using System.Diagnostics;
using EmrSim.Core.Alarms;
using EmrSim.Core.Backup;
using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using EmrSim.Core.Progress;
using EmrSim.Core.Stores;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Jobs;

/// <summary>
/// A whole backup job: the backup, its copy in a second store, the rotation of both. What fails after the backup was published does not spoil it,
/// and is a problem of the job.
/// </summary>
/// <param name="loggers">Where events go.</param>
/// <param name="clock">Dates everything.</param>
public sealed class BackupJob(ILoggerFactory loggers, TimeProvider clock)
{
    private readonly ILogger _logger = loggers.CreateLogger("EmrSim.Backup");

    /// <summary>How patient the notifier is.</summary>
    internal NotifyLimits Limits { get; init; } = NotifyLimits.Default;

    /// <summary>Runs it.</summary>
    /// <param name="request">What is to be done.</param>
    /// <param name="progress">Is told how far it has come; may be null.</param>
    /// <param name="token">Stops it; a published backup stays.</param>
    /// <exception cref="EmrSimException">What <see cref="BackupEngine"/> throws: there is no backup then.</exception>
    public Task<BackupJobResult> RunAsync(BackupJobRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.Run(() => Notification(request).AroundAsync(request.Backup, () => RunCoreAsync(request, progress, token), token), token);
    }

    /// <summary>Logs and notifies a job that could not begin, tells the store's history where there is one, and throws the error.</summary>
    /// <param name="request">What was to be done.</param>
    /// <param name="error">Why it was not.</param>
    /// <returns>Never.</returns>
    /// <exception cref="EmrSimException">The error.</exception>
    public async Task<BackupJobResult> RefuseAsync(BackupJobRequest request, EmrSimException error)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(error);
        BackupEngine.Refuse(loggers, request.Backup, error, clock.GetUtcNow());
        await Notification(request).RefusedAsync(request.Backup, error).ConfigureAwait(false);
        throw error;
    }

    private JobNotification Notification(BackupJobRequest request) => new(request.Notify, Limits, _logger, clock);

    private async Task<BackupJobResult> RunCoreAsync(BackupJobRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        if (SameStore(request) is { } same)
        {
            BackupEngine.Refuse(loggers, request.Backup, same, clock.GetUtcNow());
            throw same;
        }

        (EmrBackup backup, IReadOnlyList<EmrSimException> errors) = await new BackupEngine(loggers, clock).RunAsync(request.Backup, progress, token).ConfigureAwait(false);
        var problems = new List<EmrSimException>(errors);
        if (backup.Verification.Outcome != EmrOutcome.Passed) problems.Add(Unproved(backup));
        if (request.Mirror is { } mirror) problems.AddRange(Mirror(request.Backup, backup, mirror, progress, token));
        return new BackupJobResult(backup, problems);
    }

    private List<EmrSimException> Mirror(
        BackupRequest request, EmrBackup backup, MirrorTarget target, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        (long started, DateTimeOffset startedUtc) = (Stopwatch.GetTimestamp(), clock.GetUtcNow());
        EmrSimException? missed = Copy(request, backup, target, progress, token);
        var entry = new EmrHistoryEntry
        {
            StartedUtc = startedUtc,
            Kind = EmrRunKind.Mirror,
            Name = backup.Name,
            Outcome = missed is null ? EmrOutcome.Passed : EmrOutcome.Failed,
            Duration = Stopwatch.GetElapsedTime(started),
            File = BackupStores.NameOf(backup.Path),
            StoredLength = missed is null ? backup.StoredLength : null,
            Error = missed?.ErrorCode,
            Reason = missed?.Message,
            Host = Environment.MachineName,
        };
        EmrSimException? unwritten = History.Append(BackupStores.Open(request.Destination, request.Access), entry, _logger);
        return [.. new[] { missed, unwritten }.OfType<EmrSimException>()];
    }

    private EmrSimException? Copy(
        BackupRequest request, EmrBackup backup, MirrorTarget target, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        string file = BackupStores.NameOf(backup.Path);
        try
        {
            BackupStore first = BackupStores.Open(request.Destination, request.Access);
            BackupStore second = BackupStores.Open(target.Destination, target.Access);
            new BackupMirror(first, second, request.WorkPath, _logger, clock, progress).Copy(backup, token);
            return null;
        }
        catch (Exception e) when (e is EmrSimException || IoErrors.IsIo(e))
        {
            EmrSimException cause = e as EmrSimException ?? IoErrors.Translate(e, "The second store cannot be used", target.Destination);
            Log.MirrorFailed(_logger, file, target.Destination, cause.ErrorCode, cause.Message);
            return new EmrSimException(
                ErrorCode.MirrorFailed,
                $"'{backup.Path}' stands, but its copy in '{target.Destination}' was not made: {cause.ErrorCode}: {cause.Message} The next run makes up for it.",
                target.Destination,
                cause);
        }
    }

    private static EmrSimException? SameStore(BackupJobRequest request)
    {
        if (request.Mirror is not { } mirror) return null;
        if (!Canonical(mirror.Destination).Equals(Canonical(request.Backup.Destination), SetName.Case)) return null;
        return new EmrSimException(
            ErrorCode.InvalidArgument, $"'{mirror.Destination}' is both the first and the second store. A copy in the same place saves nothing; name another.", mirror.Destination);
    }

    private static string Canonical(string location) => BackupStores.IsAddress(location)
        ? location.TrimEnd('/')
        : Path.TrimEndingDirectorySeparator(Sqlite.SqliteSource.Resolve(location));

    private static EmrSimException Unproved(EmrBackup backup) => new(
        ErrorCode.VerificationInconclusive,
        $"'{backup.Path}' was published, but a check could not run, so it does not count as verified. See the warnings above, or Test-EmrBackup.",
        backup.Path);
}
