using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using EmrSim.Core.Progress;
using EmrSim.Core.Stores;
using EmrSim.Core.Verification;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Jobs;

/// <summary>Copies backups of a set from one store into another, as they are: what is encrypted stays so, and needs no key.</summary>
internal sealed class BackupMirror(
    BackupStore first, BackupStore second, string? workPath, ILogger logger, TimeProvider clock, IProgress<OperationProgress>? progress)
{
    /// <summary>
    /// Copies a new backup, and before it those verified ones that the second store missed since its own newest one. A second store that has
    /// none yet gets only the new one.
    /// </summary>
    /// <param name="backup">The new backup, in the first store.</param>
    /// <param name="token">Cancels; what was copied whole stays.</param>
    /// <returns>The copies, oldest first.</returns>
    /// <exception cref="EmrSimException">What either store says; UploadMismatch where the first store gives other bytes than its manifest says.</exception>
    internal IReadOnlyList<EmrBackup> Copy(EmrBackup backup, CancellationToken token)
    {
        second.Create();
        using IDisposable setLock = second.Lock(backup.Name, clock);
        second.Sweep(backup.Name, logger);
        IReadOnlyList<StoreEntry> there = second.List(backup.Name);
        HashSet<Guid> known = [.. there.Select(e => e.Backup?.Id).OfType<Guid>()];
        DateTimeOffset newest = there.Select(e => e.Backup?.CreatedUtc).Max() ?? DateTimeOffset.MaxValue;
        IEnumerable<EmrBackup> missed = first.List(backup.Name).Select(e => e.Backup).OfType<EmrBackup>()
            .Where(b => b.CreatedUtc > newest && b.Id != backup.Id && BackupStore.IsVerified(b));

        var copies = new List<EmrBackup>();
        foreach (EmrBackup one in missed.Append(backup).Where(b => !known.Contains(b.Id)))
        {
            token.ThrowIfCancellationRequested();
            copies.Add(CopyOne(one, token));
            Log.BackupMirrored(logger, BackupStores.NameOf(one.Path), second.Location);
        }

        return copies;
    }

    private EmrBackup CopyOne(EmrBackup backup, CancellationToken token)
    {
        BackupManifest manifest = first.ReadManifest(BackupStores.NameOf(backup.ManifestPath));
        string activity = $"Copying {manifest.File} to the second store";
        using var scratch = new ScratchFiles();
        using WorkFolder work = new(workPath, logger);
        string staged = Stage(manifest, scratch, work, new ProgressMeter(progress, activity, "Reading", manifest.Stored.Length), token);
        return second.Publish(staged, manifest, new ProgressMeter(progress, activity, "Uploading", manifest.Stored.Length).Report, token);
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
        using (Stream source = first.OpenRead(manifest.File))
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

    private EmrSimException Changed(BackupManifest manifest) => new(
        ErrorCode.BackupChecksumMismatch,
        $"'{first.Locate(manifest.File)}' is not what its manifest says, so it was not copied. Test it, and the disk that holds it.",
        first.Locate(manifest.File));

    private EmrSimException Mismatch(BackupManifest manifest) => new(
        ErrorCode.UploadMismatch,
        $"What '{second.Location}' holds of '{manifest.File}' is not what was written there; it was not published. Check the disk, then run again.",
        second.Locate(manifest.File));
}
