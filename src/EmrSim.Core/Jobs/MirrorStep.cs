using EmrSim.Core.Backup;
using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using EmrSim.Core.Progress;
using EmrSim.Core.Stores;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Jobs;

/// <summary>What came of the copy in a second store.</summary>
/// <param name="IsCopied">Whether the new backup is there.</param>
/// <param name="Problems">MirrorFailed and HistoryNotWritten, where they happened.</param>
internal sealed record MirrorResult(bool IsCopied, IReadOnlyList<EmrSimException> Problems);

/// <summary>The copy of a job's backup in a second store.</summary>
internal sealed class MirrorStep(BackupRequest request, MirrorTarget target, ILogger logger, TimeProvider clock, IProgress<OperationProgress>? progress)
{
    /// <summary>Makes the copy.</summary>
    /// <param name="backup">The published backup.</param>
    /// <param name="token">Stops it; the backup stays.</param>
    internal MirrorResult Run(EmrBackup backup, CancellationToken token)
    {
        BackupStore first = BackupStores.Open(request.Destination, request.Access);
        var history = new RunHistory(first, EmrRunKind.Mirror, backup.Name, logger, clock);
        MirrorResult result = Copy(first, backup, token);
        EmrSimException? unwritten = history.Write(
            result.Problems.Count > 0 ? result.Problems[0] : null, BackupStores.NameOf(backup.Path), result.Problems.Count == 0 ? backup.StoredLength : null);
        return unwritten is null ? result : result with { Problems = [.. result.Problems, unwritten] };
    }

    private MirrorResult Copy(BackupStore first, EmrBackup backup, CancellationToken token)
    {
        try
        {
            BackupStore second = BackupStores.Open(target.Destination, target.Access);
            var mirror = new BackupMirror(first, second, target.Retention, request.WorkPath, logger, clock, progress);
            return Judge(backup, CopyWithRoom(mirror, backup, token));
        }
        catch (Exception e) when (e is EmrSimException || IoErrors.IsIo(e))
        {
            EmrSimException cause = e as EmrSimException ?? IoErrors.Translate(e, "The second store cannot be used", target.Destination);
            Log.MirrorFailed(logger, BackupStores.NameOf(backup.Path), target.Destination, cause.ErrorCode, cause.Message);
            return new MirrorResult(false, [Failed(cause, $"'{backup.Path}' stands, but its copy in '{target.Destination}' was not made")]);
        }
    }

    // A store that is full would else never be thinned out, be its policy ever so short. What it has loses nothing that the policy keeps.
    private IReadOnlyList<UncopiedBackup> CopyWithRoom(BackupMirror mirror, EmrBackup backup, CancellationToken token)
    {
        try
        {
            return mirror.Copy(backup, token);
        }
        catch (EmrSimException e) when (e.ErrorCode is ErrorCode.DiskFull or ErrorCode.StoreFull)
        {
            // Not asked in the filter: that runs while the copy still holds the set's lock.
            if (!MadeRoom(backup, token)) throw;
            return mirror.Copy(backup, token);
        }
    }

    private bool MadeRoom(EmrBackup backup, CancellationToken token) => target.Retention is { } policy && BackupStore.IsVerified(backup) &&
        new RotationStep(target.Destination, target.Access, policy, logger, clock).Run(backup.Name, token).Removed > 0;

    private MirrorResult Judge(EmrBackup backup, IReadOnlyList<UncopiedBackup> uncopied)
    {
        if (uncopied.Count == 0) return new MirrorResult(true, []);
        (EmrBackup worst, EmrSimException error) = uncopied[0];
        return worst.Id == backup.Id
            ? new MirrorResult(false, [Failed(error, $"'{backup.Path}' stands, but its copy in '{target.Destination}' was not made")])
            : new MirrorResult(true, [Failed(error, $"'{backup.Path}' was copied into '{target.Destination}', but '{worst.Path}', which is missing there, was not")]);
    }

    private EmrSimException Failed(EmrSimException cause, string what) =>
        new(ErrorCode.MirrorFailed, $"{what}: {cause.ErrorCode}: {cause.Message}", target.Destination, cause);
}
