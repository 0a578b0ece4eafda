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

    /// <summary>Runs it.</summary>
    /// <param name="request">What is to be done.</param>
    /// <param name="progress">Is told how far it has come; may be null.</param>
    /// <param name="token">Stops it; a published backup stays.</param>
    /// <exception cref="EmrSimException">What <see cref="BackupEngine"/> throws: there is no backup then.</exception>
    public Task<BackupJobResult> RunAsync(BackupJobRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.Run(() => RunCoreAsync(request, progress, token), token);
    }

    private async Task<BackupJobResult> RunCoreAsync(BackupJobRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        RequireTwoStores(request);
        EmrBackup backup = await new BackupEngine(loggers, clock).BackupAsync(request.Backup, progress, token).ConfigureAwait(false);
        var problems = new List<EmrSimException>();
        if (backup.Verification.Outcome != EmrOutcome.Passed) problems.Add(Unproved(backup));
        if (request.Mirror is { } mirror && Mirror(request.Backup, backup, mirror, progress, token) is { } missed) problems.Add(missed);
        return new BackupJobResult(backup, problems);
    }

    private EmrSimException? Mirror(
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

    private static void RequireTwoStores(BackupJobRequest request)
    {
        if (request.Mirror is not { } mirror) return;
        if (!Canonical(mirror.Destination).Equals(Canonical(request.Backup.Destination), SetName.Case)) return;
        throw new EmrSimException(
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
