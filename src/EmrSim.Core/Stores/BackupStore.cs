using System.Globalization;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Stores;

/// <summary>A manifest that was found in a store, or why it cannot be used.</summary>
/// <param name="Backup">The backup, unless <paramref name="Error"/> is set.</param>
/// <param name="Error">What is wrong with its manifest.</param>
public sealed record StoreEntry(EmrBackup? Backup, EmrSimException? Error);

/// <summary>A file or blob of a store.</summary>
/// <param name="Name">Its name in the store.</param>
/// <param name="Length">Its length in bytes, where the listing says it.</param>
internal sealed record StoredObject(string Name, long? Length);

/// <summary>
/// A place that holds backups: a folder, or a container of blobs. In both a backup is a stored file and its manifest, and becomes visible with the
/// manifest. Errors are EmrSimExceptions: DestinationNotFound, AccessDenied, IoError, DiskFull from folders; StoreUnavailable, StoreAccessDenied,
/// StoreFull, UploadMismatch from services.
/// </summary>
internal abstract class BackupStore
{
    /// <summary>The store as the user names it, without any secret.</summary>
    internal abstract string Location { get; }

    /// <summary>The folder in which a stored file must lie to be published; null where it is uploaded from anywhere.</summary>
    internal abstract string? StagingFolder { get; }

    /// <summary>How many manifests are read at once.</summary>
    protected abstract int Readers { get; }

    /// <summary>Makes the store where it is missing and can be made.</summary>
    internal abstract void Create(CancellationToken token = default);

    /// <summary>The path or address of a file of this store.</summary>
    internal abstract string Locate(string name);

    /// <summary>A file's path on this machine; null where it must be fetched.</summary>
    internal abstract string? LocalPath(string name);

    /// <summary>A file's length now; null where there is none of that name.</summary>
    internal abstract long? LengthOf(string name);

    /// <summary>Opens a file for reading from its beginning to its end.</summary>
    internal abstract Stream OpenRead(string name);

    /// <summary>Takes the lock of a set, or says who has it.</summary>
    /// <exception cref="EmrSimException">SetLocked.</exception>
    internal abstract IDisposable Lock(string set, TimeProvider clock, CancellationToken token = default);

    /// <summary>Whether somebody has the lock of a set now.</summary>
    internal abstract bool IsLocked(string set);

    /// <summary>Whether the next run of its set finishes what a killed one began with a stored file that has no manifest.</summary>
    internal abstract bool IsUnfinished(string storedName);

    /// <summary>Finishes or clears away what killed runs left of a set. The caller holds the set's lock.</summary>
    /// <param name="set">The set.</param>
    /// <param name="logger">Is told what was cleared and what could not be.</param>
    /// <param name="token">Cancels; what is left is for the next run.</param>
    internal abstract void Sweep(string set, ILogger logger, CancellationToken token);

    /// <summary>Makes a verified backup visible: the stored file first, its manifest last.</summary>
    /// <param name="stagedFile">The complete stored file under its partial name, flushed.</param>
    /// <param name="manifest">What is known of it.</param>
    /// <param name="uploaded">Is told of bytes uploaded; may be null.</param>
    /// <param name="token">Cancels before the manifest is written.</param>
    internal abstract EmrBackup Publish(string stagedFile, BackupManifest manifest, Action<long>? uploaded, CancellationToken token);

    /// <summary>Removes both files of a backup, or neither where that cannot be done. The caller holds the set's lock.</summary>
    internal abstract void Remove(EmrBackup backup);

    /// <summary>Replaces a backup's manifest as a whole, or makes it where there is none. The caller holds the set's lock.</summary>
    internal abstract EmrBackup ReplaceManifest(BackupManifest manifest);

    /// <summary>Appends a line to a file of the store, whole and durable. Several processes may do so at once.</summary>
    /// <param name="name">The file's name; made when it is missing.</param>
    /// <param name="line">Without a line break.</param>
    internal abstract void AppendLine(string name, string line);

    /// <summary>The lines of a file; none where it is missing.</summary>
    internal abstract IReadOnlyList<string> ReadLines(string name);

    /// <summary>All files of the store, or at least those of one set and of sets whose names begin like its name.</summary>
    protected abstract IReadOnlyList<StoredObject> Objects(string? set, CancellationToken token);

    /// <summary>The bytes of a manifest.</summary>
    /// <exception cref="EmrSimException">ManifestMissing, ManifestDamaged where it is too long.</exception>
    protected abstract byte[] ReadManifestBytes(string name, CancellationToken token);

    /// <summary>
    /// All backups, or those of one set, oldest first by their recorded time; then what could not be read; then stored files without manifest.
    /// </summary>
    /// <param name="set">A set's exact name, or null for all.</param>
    /// <param name="held">Whether the caller holds the lock of that set, so that nobody is publishing.</param>
    /// <param name="token">Cancels, also while a service does not answer.</param>
    internal IReadOnlyList<StoreEntry> List(string? set = null, bool held = false, CancellationToken token = default)
    {
        IReadOnlyList<StoredObject> objects = Objects(set, token);
        var lengths = new Dictionary<string, long?>(objects.Count, StringComparer.Ordinal);
        foreach (StoredObject stored in objects) lengths[stored.Name] = stored.Length;
        string[] manifests = [.. objects.Select(o => o.Name).Where(n => IsManifest(n, set))];

        var entries = new StoreEntry?[manifests.Length];
        if (Readers == 1) for (int i = 0; i < manifests.Length; i++) entries[i] = Entry(manifests[i], lengths, token);
        else ReadSideBySide(manifests, entries, lengths, token);

        StoreEntry?[] all = [.. entries, .. new OrphanSearch(this, held).Find(lengths.Keys, set).Select(o => Lonely(o, lengths, token))];
        // The manifest's own time decides; the name breaks ties, so the order is the same on every machine.
        return
        [
            .. all.OfType<StoreEntry>().Where(e => e.Backup is not null)
                .OrderBy(e => e.Backup!.CreatedUtc).ThenBy(e => e.Backup!.Path, StringComparer.Ordinal),
            .. all.OfType<StoreEntry>().Where(e => e.Backup is null),
        ];
    }

    /// <summary>The names of all sets in the store.</summary>
    internal IReadOnlyList<string> Sets(CancellationToken token = default) =>
        [.. Objects(null, token).Select(o => BackupFileName.Parse(o.Name))
            .Where(n => n is { Suffix: BackupFileName.ManifestSuffix } || n is not null && BackupFileName.ParseStored(n.Value.Stem + n.Value.Suffix) is not null)
            .Select(n => n!.Value.Set).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Reads a manifest and requires that it describes the file beside it.</summary>
    /// <exception cref="EmrSimException">ManifestMissing, ManifestDamaged, ManifestTooNew, ManifestMismatch.</exception>
    internal BackupManifest ReadManifest(string name, CancellationToken token = default)
    {
        string path = Locate(name);
        BackupManifest manifest = ManifestFile.Parse(ReadManifestBytes(name, token), path);
        string stem = name[..^BackupFileName.ManifestSuffix.Length];
        if (manifest.File != BackupFileName.Stored(stem, manifest.Stored.Compression, manifest.Stored.Encryption != EmrEncryption.None) ||
            BackupFileName.Parse(name) is { } parsed && parsed.Set != manifest.Name)
        {
            throw new EmrSimException(
                ErrorCode.ManifestMismatch,
                $"The manifest '{path}' describes another file: '{manifest.File}' of the set '{manifest.Name}'. " +
                "Files of a backup are renamed only together, never by hand.",
                path);
        }

        return manifest;
    }

    /// <summary>A manifest of this store as the public model.</summary>
    internal EmrBackup Describe(BackupManifest manifest) => manifest.ToBackup(Locate(manifest.File), Locate(BackupFileName.Manifest(manifest)));

    /// <summary>A stem that no file of the store has, at or just after the given instant.</summary>
    internal (string Stem, DateTimeOffset CreatedUtc) UniqueStem(string set, DateTimeOffset instant, CancellationToken token)
    {
        DateTimeOffset created = new(instant.UtcTicks / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond, TimeSpan.Zero);
        HashSet<string> taken = [.. Objects(set, token).Select(o => BackupFileName.Parse(o.Name)?.Stem).OfType<string>()];
        while (taken.Contains(BackupFileName.Stem(set, created))) created = created.AddMilliseconds(1);
        return (BackupFileName.Stem(set, created), created);
    }

    /// <summary>Whether a backup counts as verified: what it holds was checked, not only its bytes.</summary>
    internal static bool IsVerified(EmrBackup backup) =>
        backup.Verification is { Outcome: EmrOutcome.Passed, Level: >= EmrVerificationLevel.Integrity };

    /// <summary>Whether a manifest that cannot be read speaks of a pin. It may be wrong; but what was pinned must not go because of a damaged manifest.</summary>
    internal bool MayBePinned(string manifestName)
    {
        try
        {
            return ReadManifestBytes(manifestName, CancellationToken.None).AsSpan().IndexOf("\"pinned\": true"u8) >= 0;
        }
        catch (EmrSimException e) when (e.ErrorCode is ErrorCode.ManifestMissing or ErrorCode.ManifestDamaged)
        {
            return false;
        }
    }

    private static bool IsManifest(string name, string? set) =>
        BackupFileName.Parse(name) is { Suffix: BackupFileName.ManifestSuffix } parsed && (set is null || SetName.IsSame(parsed.Set, set));

    private void ReadSideBySide(string[] manifests, StoreEntry?[] entries, Dictionary<string, long?> lengths, CancellationToken token)
    {
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = Readers, CancellationToken = token };
            Parallel.For(0, manifests.Length, options, i => entries[i] = Entry(manifests[i], lengths, token));
        }
        catch (AggregateException e)
        {
            token.ThrowIfCancellationRequested();
            // When the store goes away all readers fail alike.
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    private StoreEntry? Entry(string name, Dictionary<string, long?> lengths, CancellationToken token)
    {
        try
        {
            BackupManifest manifest = ReadManifest(name, token);
            RequireStoredFile(manifest, lengths);
            return new StoreEntry(Describe(manifest), null);
        }
        catch (EmrSimException e) when (e.ErrorCode == ErrorCode.ManifestMissing)
        {
            // Removed between the listing and the reading.
            return null;
        }
        catch (EmrSimException e) when (e.ErrorCode is not (ErrorCode.StoreUnavailable or ErrorCode.StoreAccessDenied))
        {
            return new StoreEntry(null, e);
        }
    }

    // What is seen now counts: the listing may be from the moment between the two files of a backup that was published or removed.
    private StoreEntry? Lonely((string Stored, string Manifest) orphan, Dictionary<string, long?> lengths, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        if (LengthOf(orphan.Manifest) is not null) return Entry(orphan.Manifest, lengths, token);
        if (LengthOf(orphan.Stored) is null || IsUnfinished(orphan.Stored)) return null;
        string path = Locate(orphan.Stored);
        return new StoreEntry(null, new EmrSimException(ErrorCode.ManifestMissing, $"'{path}' has no manifest; Repair-EmrBackup makes one.", path));
    }

    private void RequireStoredFile(BackupManifest manifest, Dictionary<string, long?> lengths)
    {
        // A listing is not one state: what it lacks may have come while it was made.
        long? length = lengths.GetValueOrDefault(manifest.File);
        if (length != manifest.Stored.Length) length = LengthOf(manifest.File);
        if (length == manifest.Stored.Length) return;

        string stored = Locate(manifest.File), path = Locate(BackupFileName.Manifest(manifest));
        throw length is null
            ? new EmrSimException(ErrorCode.BackupFileMissing, $"The backup '{stored}' is gone; only its manifest '{path}' is left.", path)
            : new EmrSimException(
                ErrorCode.BackupLengthMismatch,
                string.Create(CultureInfo.InvariantCulture, $"The backup '{stored}' has {length} bytes; its manifest says {manifest.Stored.Length}."),
                path);
    }
}
