using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Stores;

/// <summary>A manifest that was found in a store, or why it cannot be used.</summary>
/// <param name="Backup">The backup, unless <paramref name="Error"/> is set.</param>
/// <param name="Error">What is wrong with its manifest.</param>
public sealed record StoreEntry(EmrBackup? Backup, EmrSimException? Error);

/// <summary>A folder of backups.</summary>
/// <param name="folder">An absolute path.</param>
internal sealed class FolderStore(string folder)
{
    /// <summary>The folder.</summary>
    internal string Folder { get; } = folder;

    /// <summary>All backups, or those of one set, oldest first by their recorded time; then what could not be read.</summary>
    /// <param name="set">A set's exact name, or null for all.</param>
    /// <exception cref="EmrSimException">DestinationNotFound, AccessDenied, IoError.</exception>
    internal IReadOnlyList<StoreEntry> List(string? set = null)
    {
        var good = new List<EmrBackup>();
        var bad = new List<StoreEntry>();
        foreach (string path in Files())
        {
            if (BackupFileName.Parse(Path.GetFileName(path)) is not { Suffix: BackupFileName.ManifestSuffix } name) continue;
            if (set is not null && !SetName.IsSame(name.Set, set)) continue;
            try
            {
                EmrBackup backup = ReadManifest(path);
                RequireStoredFile(backup);
                good.Add(backup);
            }
            catch (EmrSimException e) when (e.ErrorCode == ErrorCode.ManifestMissing)
            {
                // Removed between the listing and the reading.
            }
            catch (EmrSimException e)
            {
                bad.Add(new StoreEntry(null, e));
            }
        }

        // The manifest's own time decides; the name breaks ties, so the order is the same on every machine.
        return [.. good.OrderBy(b => b.CreatedUtc).ThenBy(b => b.Path, StringComparer.Ordinal).Select(b => new StoreEntry(b, null)), .. bad];
    }

    /// <summary>Whether a backup counts as verified: what it holds was checked, not only its bytes.</summary>
    internal static bool IsVerified(EmrBackup backup) =>
        backup.Verification is { Outcome: EmrOutcome.Passed, Level: >= EmrVerificationLevel.Integrity };

    /// <summary>The names of all sets in the folder.</summary>
    internal IReadOnlyList<string> Sets() =>
        [.. Files().Select(p => BackupFileName.Parse(Path.GetFileName(p)))
            .Where(n => n is { Suffix: BackupFileName.ManifestSuffix })
            .Select(n => n!.Value.Set).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Reads a manifest and requires that it describes the file beside it.</summary>
    /// <exception cref="EmrSimException">ManifestMissing, ManifestDamaged, ManifestTooNew, ManifestMismatch.</exception>
    internal static EmrBackup ReadManifest(string manifestPath)
    {
        BackupManifest manifest = ManifestFile.Read(manifestPath);
        string fileName = Path.GetFileName(manifestPath);
        string stem = fileName[..^BackupFileName.ManifestSuffix.Length];
        if (manifest.File != BackupFileName.Stored(stem, manifest.Stored.Compression, manifest.Stored.Encryption != EmrEncryption.None) ||
            BackupFileName.Parse(fileName) is { } parsed && parsed.Set != manifest.Name)
        {
            throw new EmrSimException(
                ErrorCode.ManifestMismatch,
                $"The manifest '{manifestPath}' describes another file: '{manifest.File}' of the set '{manifest.Name}'. " +
                "Files of a backup are renamed only together, never by hand.",
                manifestPath);
        }

        return manifest.ToBackup(manifestPath);
    }

    /// <summary>
    /// Finishes or clears away what killed runs left of a set. The caller holds the set's lock. What cannot be removed is in nobody's way,
    /// so it is only said.
    /// </summary>
    internal void Sweep(string set, ILogger logger)
    {
        var swept = new List<string>();
        foreach (string path in Files())
        {
            if (BackupFileName.Parse(Path.GetFileName(path)) is not { } name || !SetName.IsSame(name.Set, set)) continue;
            try
            {
                if (SweepOne(path, name.Stem, name.Suffix)) swept.Add(Path.GetFileName(path));
            }
            catch (Exception e) when (IoErrors.IsIo(e))
            {
                Log.LeftoverKept(logger, path, e.Message);
            }
        }

        if (swept.Count > 0) Log.LeftoversSwept(logger, string.Join(", ", swept));
    }

    /// <summary>Makes a verified backup visible: the stored file first, its manifest last. The files are flushed already.</summary>
    /// <param name="stagedFile">The complete stored file under its partial name.</param>
    /// <param name="manifest">What is known of it.</param>
    internal EmrBackup Publish(string stagedFile, BackupManifest manifest)
    {
        string stem = manifest.File[..manifest.File.IndexOf(BackupFileName.DatabaseSuffix, StemStart(manifest), StringComparison.Ordinal)];
        string manifestPath = Path.Combine(Folder, stem + BackupFileName.ManifestSuffix);
        // The manifest is whole on disk before the stored file gets its name, so a crash between the renames can be finished.
        DurableFile.Stage(manifestPath + DurableFile.PartialSuffix, ManifestFile.Serialize(manifest));
        PrivateFile.TakeModeFrom(stagedFile, manifestPath + DurableFile.PartialSuffix);
        DurableFile.Publish(stagedFile, Path.Combine(Folder, manifest.File));
        DurableFile.Publish(manifestPath + DurableFile.PartialSuffix, manifestPath);
        return manifest.ToBackup(manifestPath);
    }

    /// <summary>
    /// Removes a backup, both files or, after a crash, both at the next sweep; neither where the stored file must stay, as one that is open on
    /// Windows. The caller holds the set's lock.
    /// </summary>
    internal static void Remove(EmrBackup backup)
    {
        string tombstone = backup.ManifestPath + BackupFileName.RemovingSuffix;
        DurableFile.Publish(backup.ManifestPath, tombstone);
        try
        {
            File.Delete(backup.Path);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            DurableFile.Publish(tombstone, backup.ManifestPath);
            throw;
        }

        File.Delete(tombstone);
        DurableFile.FlushFolder(Path.GetDirectoryName(tombstone)!);
    }

    /// <summary>A stem that no file of the folder has, at or just after the given instant.</summary>
    internal (string Stem, DateTimeOffset CreatedUtc) UniqueStem(string set, DateTimeOffset instant)
    {
        DateTimeOffset created = new(instant.UtcTicks / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond, TimeSpan.Zero);
        HashSet<string> taken = [.. Files().Select(p => BackupFileName.Parse(Path.GetFileName(p))?.Stem).OfType<string>()];
        while (taken.Contains(BackupFileName.Stem(set, created))) created = created.AddMilliseconds(1);
        return (BackupFileName.Stem(set, created), created);
    }

    private static int StemStart(BackupManifest manifest) => manifest.Name.Length;

    private static void RequireStoredFile(EmrBackup backup)
    {
        var file = new FileInfo(backup.Path);
        if (!file.Exists)
        {
            throw new EmrSimException(
                ErrorCode.BackupFileMissing, $"The backup '{backup.Path}' is gone; only its manifest '{backup.ManifestPath}' is left.", backup.ManifestPath);
        }

        if (file.Length == backup.StoredLength) return;
        throw new EmrSimException(
            ErrorCode.BackupLengthMismatch,
            $"The backup '{backup.Path}' has {file.Length} bytes; its manifest says {backup.StoredLength}.",
            backup.ManifestPath);
    }

    private bool SweepOne(string path, string stem, string suffix)
    {
        if (suffix.EndsWith(BackupFileName.RemovingSuffix, StringComparison.Ordinal))
        {
            FinishRemoval(path, stem);
            return true;
        }

        if (!BackupFileName.IsUnfinished(suffix)) return false;
        if (suffix != BackupFileName.ManifestSuffix + DurableFile.PartialSuffix || !TryFinishPublication(path)) File.Delete(path);
        return true;
    }

    private void FinishRemoval(string tombstone, string stem)
    {
        foreach (string stored in BackupFileName.AllStored(stem)) File.Delete(Path.Combine(Folder, stored));

        File.Delete(tombstone);
    }

    private bool TryFinishPublication(string stagedManifest)
    {
        try
        {
            BackupManifest manifest = ManifestFile.Read(stagedManifest);
            var stored = new FileInfo(Path.Combine(Folder, manifest.File));
            if (!stored.Exists || stored.Length != manifest.Stored.Length) return false;
            DurableFile.Publish(stagedManifest, stagedManifest[..^DurableFile.PartialSuffix.Length]);
            return true;
        }
        catch (EmrSimException)
        {
            // Not whole: the run died while it wrote it, before the stored file had its name.
            return false;
        }
    }

    private string[] Files()
    {
        try
        {
            return Directory.GetFiles(Folder);
        }
        catch (DirectoryNotFoundException e)
        {
            throw new EmrSimException(ErrorCode.DestinationNotFound, $"There is no folder '{Folder}'.", Folder, e);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "The backups could not be listed", Folder);
        }
    }
}
