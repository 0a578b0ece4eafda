using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using EmrSim.Core.Progress;
using EmrSim.Core.Retention;
using EmrSim.Core.Stores;
using EmrSim.Core.Verification;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Jobs;

/// <summary>A backup that the second store lacks.</summary>
/// <param name="Backup">The backup, in the first store.</param>
/// <param name="Error">Why.</param>
internal sealed record UncopiedBackup(EmrBackup Backup, EmrSimException Error);

/// <summary>Copies backups of a set from one store into another, as they are: what is encrypted stays so, and needs no key.</summary>
internal sealed class BackupMirror(
    BackupStore first, BackupStore second, RetentionPolicy? policy, string? workPath, ILogger logger, TimeProvider clock, IProgress<OperationProgress>? progress)
{
    /// <summary>
    /// Copies a new backup, and what else the second store lacks: with a policy all that it keeps there, newest first, and without one what was
    /// made since its own newest copy, oldest first.
    /// </summary>
    /// <param name="backup">The new backup, in the first store.</param>
    /// <param name="token">Cancels; what was copied whole stays.</param>
    /// <returns>What was not copied, the new backup first if it is among them; empty where all was copied.</returns>
    /// <exception cref="EmrSimException">
    /// What either store says while the new backup is not copied yet; InvalidArgument where both are the same one; SetBelongsToAnotherSource where the
    /// second has copies of another database.
    /// </exception>
    internal IReadOnlyList<UncopiedBackup> Copy(EmrBackup backup, CancellationToken token)
    {
        second.Create(token);
        using IDisposable setLock = second.Lock(backup.Name, clock, token);
        second.Sweep(backup.Name, logger, token);
        var missing = new MissingCopies(backup, Backups(first, backup.Name, token), Backups(second, backup.Name, token));
        if (missing.IsThere) throw SameStore();
        if (missing.Stranger is { } stranger) throw OfAnother(stranger, backup);

        var uncopied = new List<UncopiedBackup>();
        bool isCopied = false;
        foreach (EmrBackup one in missing.Find(policy, clock.GetUtcNow()))
        {
            token.ThrowIfCancellationRequested();
            try
            {
                CopyOne(one, token);
                isCopied |= one.Id == backup.Id;
                Log.BackupMirrored(logger, BackupStores.NameOf(one.Path), second.Location);
            }
            catch (Exception e) when (Translate(e) is { } error)
            {
                if (!isCopied && !IsOfTheBackup(error, one)) throw error == e ? error : new EmrSimException(error.ErrorCode, error.Message, error.Target, e);
                Log.MirrorFailed(logger, BackupStores.NameOf(one.Path), second.Location, error.ErrorCode, error.Message);
                uncopied.Insert(one.Id == backup.Id ? 0 : uncopied.Count, new UncopiedBackup(one, error));
                // Where it is not the backup's fault the others would fare no better. The next run goes on with them.
                if (!IsOfTheBackup(error, one)) break;
            }
        }

        return uncopied;
    }

    // A copy that failed its test there is there all the same, and one that failed it here is not worth more than an older one that is good.
    private static EmrBackup[] Backups(BackupStore store, string set, CancellationToken token) => [.. new RetentionStore(store).List(set, token)];

    private EmrSimException? Translate(Exception e) => e as EmrSimException ?? (IoErrors.IsIo(e) ? IoErrors.Translate(e, "The second store cannot be used", second.Location) : null);

    // Of the first store's disk one sector may be bad, and one file be open for another program alone; the others must not wait for it.
    private static bool IsOfTheBackup(EmrSimException error, EmrBackup backup) =>
        (error.ErrorCode is ErrorCode.IoError or ErrorCode.AccessDenied && error.Target == backup.Path) ||
        error.ErrorCode is ErrorCode.BackupChecksumMismatch or ErrorCode.BackupNotFound or ErrorCode.UploadMismatch or
            ErrorCode.ManifestMissing or ErrorCode.ManifestDamaged or ErrorCode.ManifestMismatch or ErrorCode.ManifestTooNew;

    private void CopyOne(EmrBackup backup, CancellationToken token)
    {
        BackupManifest manifest = first.ReadManifest(BackupStores.NameOf(backup.ManifestPath), token);
        string activity = $"Copying {manifest.File} to the second store";
        using var scratch = new ScratchFiles();
        using WorkFolder work = new(workPath, logger);
        string staged = Stage(manifest, scratch, work, new ProgressMeter(progress, activity, "Reading", manifest.Stored.Length), token);
        second.Publish(staged, manifest, new ProgressMeter(progress, activity, "Uploading", manifest.Stored.Length).Report, token);
    }

    /// <summary>Brings the stored file to where the second store takes it from, and compares it with its manifest on the way.</summary>
    private string Stage(BackupManifest manifest, ScratchFiles scratch, WorkFolder work, ProgressMeter meter, CancellationToken token)
    {
        string? local = first.LocalPath(manifest.File);
        string staged = second.StagingFolder is { } folder
            ? scratch.Add(Path.Combine(folder, manifest.File + DurableFile.PartialSuffix))
            : local ?? Path.Combine(work.Path, manifest.File);
        bool inPlace = staged == local;
        if (!inPlace) FreeSpace.Require(Path.GetDirectoryName(staged)!, manifest.Stored.Length, $"the copy of '{manifest.File}'");

        ManifestPlain read;
        using (Stream source = OpenFirst(manifest.File))
        using (FileStream? target = inPlace ? null : PrivateFile.OpenNew(staged))
        {
            read = Read(source, target, manifest, meter, token);
            target?.Flush(flushToDisk: true);
        }

        if (read.Sha256 != manifest.Stored.Sha256 || read.Length != manifest.Stored.Length) throw Changed(manifest);
        if (inPlace) return staged;

        // What was written is read again: the disk of the second store is another one.
        ManifestPlain written = StoredFile.Hash(staged, meter, token);
        if (written.Sha256 != manifest.Stored.Sha256) throw Mismatch(manifest);
        if (local is not null) PrivateFile.TakeModeFrom(local, staged);
        return staged;
    }

    private GuardedReadStream OpenFirst(string name)
    {
        string path = first.Locate(name);
        return new GuardedReadStream(Guard(() => first.OpenRead(name)), Guard);

        T Guard<T>(Func<T> call)
        {
            try
            {
                return call();
            }
            catch (Exception e) when (IoErrors.IsIo(e))
            {
                throw IoErrors.Translate(e, "The backup could not be read", path);
            }
        }
    }

    private ManifestPlain Read(Stream source, Stream? target, BackupManifest manifest, ProgressMeter meter, CancellationToken token)
    {
        try
        {
            return HashingPump.Run(source, target, manifest.Stored.Length, meter, token);
        }
        catch (InvalidDataException)
        {
            throw Changed(manifest);
        }
    }

    private EmrSimException SameStore() => new(
        ErrorCode.InvalidArgument,
        $"'{second.Location}' is the first store by another name: the new backup is there already. A copy in the same place saves nothing; name another.",
        second.Location);

    private EmrSimException OfAnother(EmrBackup newest, EmrBackup backup) => new(
        ErrorCode.SetBelongsToAnotherSource,
        $"The set '{backup.Name}' in '{second.Location}' holds copies of {SourceIdentity.Of(newest)}, of which the first store knows nothing, and not of {SourceIdentity.Of(backup)}. " +
        $"Give this database a set of its own with -Name, or a second store of its own. If it is the same one that has only moved, copy '{newest}' with its manifest " +
        $"from there into '{first.Location}'; then both stores go on.",
        second.Location);

    private EmrSimException Changed(BackupManifest manifest) => new(
        ErrorCode.BackupChecksumMismatch,
        $"'{first.Locate(manifest.File)}' is not what its manifest says, so it was not copied. Test it, and the disk that holds it.",
        first.Locate(manifest.File));

    private EmrSimException Mismatch(BackupManifest manifest) => new(
        ErrorCode.UploadMismatch,
        $"What '{second.Location}' holds of '{manifest.File}' is not what was written there; it was not published. Check the disk, then run again.",
        second.Locate(manifest.File));
}
