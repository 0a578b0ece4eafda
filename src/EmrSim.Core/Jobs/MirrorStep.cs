using EmrSim.Core.Backup;
using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using EmrSim.Core.Progress;
using EmrSim.Core.Stores;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Jobs;

/// <summary>The copy of a job's backup in a second store.</summary>
internal sealed class MirrorStep(BackupRequest request, MirrorTarget target, ILogger logger, TimeProvider clock, IProgress<OperationProgress>? progress)
{
    /// <summary>Makes the copy.</summary>
    /// <param name="backup">The published backup.</param>
    /// <param name="token">Stops it; the backup stays.</param>
    /// <returns>MirrorFailed and HistoryNotWritten, where they happened.</returns>
    internal IReadOnlyList<EmrSimException> Run(EmrBackup backup, CancellationToken token)
    {
        BackupStore first = BackupStores.Open(request.Destination, request.Access);
        var history = new RunHistory(first, EmrRunKind.Mirror, backup.Name, logger, clock);
        EmrSimException? missed = Copy(first, backup, token);
        EmrSimException? unwritten = history.Write(missed, BackupStores.NameOf(backup.Path), missed is null ? backup.StoredLength : null);
        return [.. new[] { missed, unwritten }.OfType<EmrSimException>()];
    }

    private EmrSimException? Copy(BackupStore first, EmrBackup backup, CancellationToken token)
    {
        try
        {
            BackupStore second = BackupStores.Open(target.Destination, target.Access);
            IReadOnlyList<UncopiedBackup> uncopied = new BackupMirror(first, second, request.WorkPath, logger, clock, progress).Copy(backup, token);
            if (uncopied.Count == 0) return null;
            bool itself = uncopied[^1].Backup.Id == backup.Id;
            UncopiedBackup worst = uncopied[itself ? ^1 : 0];
            return Failed(worst.Error, itself
                ? $"'{backup.Path}' stands, but its copy in '{target.Destination}' was not made"
                : $"'{backup.Path}' was copied into '{target.Destination}', but what was missed there before, '{worst.Backup.Path}', cannot be");
        }
        catch (Exception e) when (e is EmrSimException || IoErrors.IsIo(e))
        {
            EmrSimException cause = e as EmrSimException ?? IoErrors.Translate(e, "The second store cannot be used", target.Destination);
            Log.MirrorFailed(logger, BackupStores.NameOf(backup.Path), target.Destination, cause.ErrorCode, cause.Message);
            return Failed(cause, $"'{backup.Path}' stands, but its copy in '{target.Destination}' was not made");
        }
    }

    private EmrSimException Failed(EmrSimException cause, string what) =>
        new(ErrorCode.MirrorFailed, $"{what}: {cause.ErrorCode}: {cause.Message}", target.Destination, cause);
}
