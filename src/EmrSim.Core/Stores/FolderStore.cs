using System.Collections.Concurrent;
using System.Text;
using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Stores;

/// <summary>A folder of backups.</summary>
/// <param name="folder">An absolute path.</param>
internal sealed class FolderStore(string folder) : BackupStore
{
    private const int AppendAttempts = 100;
    private static readonly TimeSpan s_appendDelay = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<string, SetLock> _locks = new(StringComparer.FromComparison(SetName.Case));

    /// <inheritdoc/>
    internal override string Location => folder;

    /// <inheritdoc/>
    internal override string StagingFolder => folder;

    /// <inheritdoc/>
    protected override int Readers => 1;

    /// <inheritdoc/>
    internal override void Create(CancellationToken token = default)
    {
        if (File.Exists(folder))
        {
            throw new EmrSimException(ErrorCode.DestinationNotFound, $"'{folder}' is a file; name a folder for the backups.", folder);
        }

        Directory.CreateDirectory(folder);
    }

    /// <inheritdoc/>
    internal override string Locate(string name) => Path.Combine(folder, name);

    /// <inheritdoc/>
    internal override string LocalPath(string name) => Locate(name);

    /// <inheritdoc/>
    internal override long? LengthOf(string name) => new FileInfo(Locate(name)) is { Exists: true } file ? file.Length : null;

    /// <inheritdoc/>
    internal override Stream OpenRead(string name) => StoredFile.OpenRead(Locate(name));

    /// <inheritdoc/>
    internal override IDisposable Lock(string set, TimeProvider clock, CancellationToken token = default) => _locks[set] = SetLock.Acquire(folder, set, clock);

    /// <inheritdoc/>
    internal override bool IsLocked(string set) => SetLock.IsHeld(folder, set);

    /// <inheritdoc/>
    internal override bool IsUnfinished(string storedName)
    {
        string manifest = Locate(BackupFileName.Parse(storedName)!.Value.Stem + BackupFileName.ManifestSuffix);
        try
        {
            return File.Exists(manifest + BackupFileName.RemovingSuffix) || HasWholeManifest(manifest + DurableFile.PartialSuffix);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            // What cannot be read cannot be counted on.
            return false;
        }
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<StoredObject> Objects(string? set, CancellationToken token) => [.. Files().Select(p => new StoredObject(Path.GetFileName(p), null))];

    /// <inheritdoc/>
    protected override byte[] ReadManifestBytes(string name, CancellationToken token)
    {
        string path = Locate(name);
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > ManifestFile.Longest }) throw ManifestFile.TooLong(path);
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new EmrSimException(ErrorCode.ManifestMissing, $"There is no manifest at '{path}'.", path, e);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "The manifest could not be read", path);
        }
    }

    /// <inheritdoc/>
    internal override void AppendLine(string name, string line)
    {
        string path = Locate(name);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                using FileStream file = PrivateFile.OpenOrCreateAlone(path);
                // It tells of databases that not everybody may know of. Once it is there its mode is the user's.
                if (file.Length == 0) PrivateFile.TakeCommonModeFrom(Manifests(), path);
                file.Seek(0, SeekOrigin.End);
                // A power cut may have left half a line; what follows must not become a part of it.
                file.Write(Encoding.UTF8.GetBytes(EndsInLineBreak(file) ? line + "\n" : "\n" + line + "\n"));
                file.Flush(flushToDisk: true);
                return;
            }
            catch (IOException e) when (IoErrors.IsHeldByAnother(e) && attempt < AppendAttempts)
            {
                Thread.Sleep(s_appendDelay);
            }
        }
    }

    /// <inheritdoc/>
    internal override IReadOnlyList<string> ReadLines(string name)
    {
        string path = Locate(name);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file, Encoding.UTF8);
            var lines = new List<string>();
            while (reader.ReadLine() is { } line) if (line.Length > 0) lines.Add(line);
            return lines;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, $"'{name}' could not be read", path);
        }
    }

    // What cannot be removed is in nobody's way, so it is only said.
    /// <inheritdoc/>
    internal override void Sweep(string set, ILogger logger, CancellationToken token)
    {
        var swept = new List<string>();
        foreach (string path in Files())
        {
            token.ThrowIfCancellationRequested();
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

    /// <inheritdoc/>
    internal override EmrBackup Publish(string stagedFile, BackupManifest manifest, Action<long>? uploaded, CancellationToken token)
    {
        string manifestPath = Locate(BackupFileName.Manifest(manifest));
        // The manifest is whole on disk before the stored file gets its name, so a crash between the renames can be finished.
        DurableFile.Stage(manifestPath + DurableFile.PartialSuffix, ManifestFile.Serialize(manifest));
        PrivateFile.TakeModeFrom(stagedFile, manifestPath + DurableFile.PartialSuffix);
        RequireLock(manifest.Name);
        DurableFile.Publish(stagedFile, Locate(manifest.File));
        DurableFile.Publish(manifestPath + DurableFile.PartialSuffix, manifestPath);
        return Describe(manifest);
    }

    // After a crash both files go at the next sweep; neither goes where the stored file must stay, as one that is open on Windows.
    /// <inheritdoc/>
    internal override void Remove(EmrBackup backup)
    {
        RequireLock(backup.Name);
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

    /// <inheritdoc/>
    internal override EmrBackup ReplaceManifest(BackupManifest manifest)
    {
        string path = Locate(BackupFileName.Manifest(manifest));
        string staged = path + DurableFile.PartialSuffix;
        RequireLock(manifest.Name);
        File.Delete(staged);
        DurableFile.Stage(staged, ManifestFile.Serialize(manifest));
        PrivateFile.TakeModeFrom(File.Exists(path) ? path : Locate(manifest.File), staged);
        DurableFile.Publish(staged, path);
        return Describe(manifest);
    }

    private void RequireLock(string set)
    {
        if (_locks.TryGetValue(set, out SetLock? held)) held.Require();
    }

    private static bool EndsInLineBreak(FileStream file)
    {
        if (file.Length == 0) return true;
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
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
        foreach (string stored in BackupFileName.AllStored(stem)) File.Delete(Path.Combine(folder, stored));

        File.Delete(tombstone);
    }

    private bool TryFinishPublication(string stagedManifest)
    {
        if (!HasWholeManifest(stagedManifest)) return false;
        DurableFile.Publish(stagedManifest, stagedManifest[..^DurableFile.PartialSuffix.Length]);
        return true;
    }

    private bool HasWholeManifest(string stagedManifest)
    {
        try
        {
            BackupManifest manifest = ManifestFile.Parse(File.ReadAllBytes(stagedManifest), stagedManifest);
            return LengthOf(manifest.File) == manifest.Stored.Length;
        }
        catch (Exception e) when (e is EmrSimException or FileNotFoundException)
        {
            // Not whole: the run died while it wrote it.
            return false;
        }
    }

    private string[] Manifests() => [.. Files().Where(f => BackupFileName.Parse(Path.GetFileName(f)) is { Suffix: BackupFileName.ManifestSuffix })];

    private string[] Files()
    {
        try
        {
            return Directory.GetFiles(folder);
        }
        catch (DirectoryNotFoundException e)
        {
            throw new EmrSimException(ErrorCode.DestinationNotFound, $"There is no folder '{folder}'.", folder, e);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "The backups could not be listed", folder);
        }
    }
}
