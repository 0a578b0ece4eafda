using EmrSim.Core.Alarms;
using EmrSim.Core.Backup;
using EmrSim.Core.Logging;
using EmrSim.Core.Progress;
using EmrSim.Core.Recovery;
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
        return Task.Run(() => Notification(request).AroundAsync(request.Backup, state => RunCoreAsync(request, state, progress, token), token), token);
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

    private async Task<BackupJobResult> RunCoreAsync(BackupJobRequest request, JobState state, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        if (SameStore(request) is { } same)
        {
            BackupEngine.Refuse(loggers, request.Backup, same, clock.GetUtcNow());
            throw same;
        }

        (EmrBackup backup, IReadOnlyList<EmrSimException> errors) = await new BackupEngine(loggers, clock).RunAsync(request.Backup, progress, token).ConfigureAwait(false);
        state.Published = backup;
        List<EmrSimException> problems = state.Problems;
        problems.AddRange(errors);
        if (backup.Verification.Outcome != EmrOutcome.Passed) problems.Add(Unproved(backup));
        MirrorResult? mirrored = request.Mirror is { } mirror ? new MirrorStep(request.Backup, mirror, _logger, clock, progress).Run(backup, token) : null;
        problems.AddRange(mirrored?.Problems ?? []);
        // Nothing is removed for a backup that nobody can rely on, and no copy for one that was not copied.
        if (BackupStore.IsVerified(backup))
        {
            problems.AddRange(SafetyCopies.RemoveFor(request.Backup.SourcePath, backup.CreatedUtc, _logger));
            problems.AddRange(Rotate(request, backup.Name, mirrored?.IsCopied == true, token));
        }
        else if (request.Retention is not null || request.Mirror?.Retention is not null)
        {
            Log.RotationSkipped(_logger, backup.Name, BackupStores.NameOf(backup.Path), backup.Verification.Level, backup.Verification.Outcome);
        }

        return new BackupJobResult(backup, Once(problems));
    }

    // A history that cannot be written is said once, not after every step.
    private static List<EmrSimException> Once(List<EmrSimException> problems) =>
        [.. problems.Where((p, i) => p.ErrorCode != ErrorCode.HistoryNotWritten || problems.FindIndex(o => o.ErrorCode == p.ErrorCode && o.Target == p.Target) == i)];

    private List<EmrSimException> Rotate(BackupJobRequest request, string set, bool mirrored, CancellationToken token)
    {
        var problems = new List<EmrSimException>();
        BackupRequest backup = request.Backup;
        if (request.Retention is { } policy)
        {
            problems.AddRange(new RotationStep(backup.Destination, backup.Access, policy, _logger, clock).Run(set, token).Errors);
        }

        if (mirrored && request.Mirror is { Retention: { } other } mirror)
        {
            problems.AddRange(new RotationStep(mirror.Destination, mirror.Access, other, _logger, clock).Run(set, token).Errors);
        }

        return problems;
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
