using System.Collections.Concurrent;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using EmrSim.Core.Progress;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Stores.Blobs;

/// <summary>A container of Azure Blob Storage, or the blobs of it whose names begin alike. docs/formats.md says how it looks.</summary>
internal sealed class BlobStore : BackupStore
{
    private const int ManifestReaders = 8;
    private const string Listing = "The backups could not be listed";
    private const string Looking = "The store could not be read";
    private const string Reading = "The backup could not be read";
    private const string Removing = "The backup could not be removed";

    private readonly BlobAddress _address;
    private readonly BlobLimits _limits;
    private readonly BlobContainerClient _container;
    private readonly BlobContainerClient _transfers;
    private readonly BlobManifests _manifests;
    private readonly ConcurrentDictionary<string, BlobLock> _locks = new(StringComparer.Ordinal);

    /// <summary>Opens it; nothing is asked of the service yet.</summary>
    /// <exception cref="EmrSimException">InvalidArgument, StoreAccessDenied.</exception>
    internal BlobStore(BlobAddress address, StoreAccess? access)
    {
        _address = address;
        _limits = access?.Limits ?? BlobLimits.Default;
        _container = BlobAccess.Open(address, access?.Secret, _limits, _limits.AnswerTimeout);
        _transfers = BlobAccess.Open(address, access?.Secret, _limits, _limits.TransferTimeout);
        _manifests = new BlobManifests(_transfers, address);
    }

    /// <inheritdoc/>
    internal override string Location => _address.Location;

    /// <inheritdoc/>
    internal override string? StagingFolder => null;

    /// <inheritdoc/>
    protected override int Readers => ManifestReaders;

    // Who may only use a container cannot ask whether it exists, but can list it.
    /// <inheritdoc/>
    internal override void Create(CancellationToken token = default) => BlobErrors.Guard("The store could not be opened", Location, () =>
    {
        try
        {
            _ = _container.GetBlobs(BlobTraits.None, BlobStates.None, _address.BlobName("."), token).AsPages(pageSizeHint: 1).FirstOrDefault();
        }
        catch (Exception e) when (BlobErrors.Is(e, BlobErrorCode.ContainerNotFound))
        {
            MakeContainer(token);
        }

        return true;
    }, token);

    /// <inheritdoc/>
    internal override string Locate(string name) => _address.Locate(name);

    /// <inheritdoc/>
    internal override string? LocalPath(string name) => null;

    /// <inheritdoc/>
    internal override long? LengthOf(string name) => Properties(name)?.ContentLength;

    /// <inheritdoc/>
    internal override Stream OpenRead(string name) => new GuardedReadStream(
        BlobErrors.Guard(Reading, Locate(name), () => Blob(_transfers, name).DownloadStreaming().Value.Content), call => BlobErrors.Guard(Reading, Locate(name), call));

    /// <inheritdoc/>
    internal override IDisposable Lock(string set, TimeProvider clock, CancellationToken token = default)
    {
        var held = BlobLock.Acquire(_container, _address, set, _limits.Lease, clock, l => _locks.TryRemove(new(l.Set, l)), token);
        _locks[set] = held;
        return held;
    }

    /// <inheritdoc/>
    internal override bool IsLocked(string set) => Properties($".{set}.lock")?.LeaseState is LeaseState.Leased or LeaseState.Breaking;

    /// <inheritdoc/>
    internal override bool IsUnfinished(string storedName) => Properties(storedName) is not { } properties ||
        properties.Metadata.ContainsKey(BlobMetadata.Removing) || BlobSweep.ManifestOf(this, storedName, properties) is not null;

    /// <inheritdoc/>
    internal override void Sweep(string set, ILogger logger, CancellationToken token) => new BlobSweep(this, set, logger).Run(Objects(set, token), token);

    /// <inheritdoc/>
    internal override EmrBackup Publish(string stagedFile, BackupManifest manifest, Action<long>? uploaded, CancellationToken token)
    {
        byte[] serialized = ManifestFile.Serialize(manifest);
        BlockBlobClient blob = Blob(_transfers, manifest.File);
        new BlobUpload(blob, Locate(manifest.File), stagedFile, manifest.Stored, _limits, uploaded).Run(BlobMetadata.Of(manifest, serialized), token);
        try
        {
            if (manifest.Verification.Level == EmrVerificationLevel.Restore) RequireSame(manifest, token);
            token.ThrowIfCancellationRequested();
        }
        catch (Exception e) when (e is OperationCanceledException or EmrSimException { ErrorCode: ErrorCode.UploadMismatch })
        {
            // It is ours alone, since no manifest has named it yet.
            Delete(manifest.File, "What was uploaded could not be removed");
            throw;
        }

        RequireLock(manifest.Name);
        _manifests.WriteNew(BackupFileName.Manifest(manifest), serialized);
        return Describe(manifest);
    }

    // The mark on the stored file makes sure that the next run finishes what a kill interrupts: a file without manifest alone is kept.
    /// <inheritdoc/>
    internal override void Remove(EmrBackup backup)
    {
        string manifest = BackupStores.NameOf(backup.ManifestPath), stored = BackupStores.NameOf(backup.Path);
        RequireLock(backup.Name);
        // It may have been pinned since it was decided upon, by somebody who has the lock by now.
        (byte[] serialized, ETag version) = _manifests.ReadUnchanged(manifest);
        IDictionary<string, string>? metadata = Mark(stored);
        try
        {
            Delete(manifest, Removing, version);
        }
        catch (EmrSimException)
        {
            Unmark(stored, metadata);
            throw;
        }

        try
        {
            Delete(stored, Removing);
        }
        catch (EmrSimException e) when (e.ErrorCode != ErrorCode.StoreUnavailable)
        {
            _manifests.WriteNew(manifest, serialized);
            Unmark(stored, metadata);
            throw;
        }
    }

    /// <inheritdoc/>
    internal override EmrBackup ReplaceManifest(BackupManifest manifest)
    {
        string name = BackupFileName.Manifest(manifest);
        byte[] serialized = ManifestFile.Serialize(manifest);
        if ((_manifests.VersionOf(name) ?? Properties(name)?.ETag) is { } version)
        {
            _manifests.Replace(name, serialized, version);
        }
        else
        {
            RequireLock(manifest.Name);
            _manifests.WriteNew(name, serialized);
        }

        // A manifest that is made anew from it must not forget a pin.
        Unmark(manifest.File, BlobMetadata.Of(manifest, serialized));
        return Describe(manifest);
    }

    /// <inheritdoc/>
    internal override void AppendLine(string name, string line) => new BlobLines(_container, _address, name, _limits).Append(line);

    /// <inheritdoc/>
    internal override IReadOnlyList<string> ReadLines(string name) => new BlobLines(_transfers, _address, name, _limits).Read();

    /// <summary>A blob's properties; null where there is none of that name.</summary>
    internal BlobProperties? Properties(string name) => BlobErrors.Guard(Looking, Locate(name), () =>
    {
        try
        {
            return Blob(_container, name).GetProperties().Value;
        }
        catch (RequestFailedException e) when (e.Status == 404 && e.ErrorCode != BlobErrorCode.ContainerNotFound)
        {
            return null;
        }
    });

    /// <inheritdoc cref="BlobManifests.WriteNew"/>
    internal void WriteNewManifest(string name, byte[] serialized) => _manifests.WriteNew(name, serialized);

    /// <summary>Removes a blob with its snapshots; one that is gone is none to worry about.</summary>
    internal bool Delete(string name, string what, ETag? expected = null) => BlobErrors.Guard(what, Locate(name), () => Blob(_container, name)
        .DeleteIfExists(DeleteSnapshotsOption.IncludeSnapshots, expected is null ? null : new BlobRequestConditions { IfMatch = expected }).Value);

    /// <summary>Reads a stored file back and requires that it is the one that was uploaded.</summary>
    /// <exception cref="EmrSimException">UploadMismatch.</exception>
    internal void RequireSame(BackupManifest manifest, CancellationToken token)
    {
        using Stream source = OpenRead(manifest.File);
        ManifestPlain read = HashingPump.Run(source, null, long.MaxValue, new ProgressMeter(null, "", "", 0), token);
        if (read.Length == manifest.Stored.Length && read.Sha256 == manifest.Stored.Sha256) return;
        throw new EmrSimException(
            ErrorCode.UploadMismatch, $"'{Locate(manifest.File)}' has another SHA-256 when it is read back than the file that was uploaded.", Locate(manifest.File));
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<StoredObject> Objects(string? set, CancellationToken token) => BlobErrors.Guard<IReadOnlyList<StoredObject>>(Listing, Location, () =>
    {
        string folder = _address.BlobName("");
        // Only what lies right below the prefix: the delimiter folds what lies deeper.
        return
        [
            .. _container.GetBlobsByHierarchy(BlobTraits.None, BlobStates.None, "/", folder + set, token).Where(i => i.IsBlob)
                .Select(i => new StoredObject(i.Blob.Name[folder.Length..], i.Blob.Properties.ContentLength)),
        ];
    }, token);

    /// <inheritdoc/>
    protected override byte[] ReadManifestBytes(string name, CancellationToken token) => _manifests.Read(name, token);

    private void MakeContainer(CancellationToken token)
    {
        try
        {
            _container.CreateIfNotExists(cancellationToken: token);
        }
        catch (RequestFailedException e) when (e.Status is 401 or 403)
        {
            throw new EmrSimException(
                ErrorCode.DestinationNotFound, $"The container of '{Location}' does not exist, and this identity or secret may not make it. Make it first, or give more rights.", Location);
        }
    }

    private BlockBlobClient Blob(BlobContainerClient container, string name) => container.GetBlockBlobClient(_address.BlobName(name));

    // A lease ends where it could not be renewed in time, as on a machine that slept.
    private void RequireLock(string set)
    {
        if (_locks.TryGetValue(set, out BlobLock? held)) held.Require();
    }

    private IDictionary<string, string>? Mark(string stored)
    {
        if (Properties(stored) is not { } properties) return null;
        var marked = new Dictionary<string, string>(properties.Metadata) { [BlobMetadata.Removing] = "true" };
        BlobErrors.Guard(Removing, Locate(stored), () => Blob(_container, stored).SetMetadata(marked, new BlobRequestConditions { IfMatch = properties.ETag }).Value);
        return properties.Metadata;
    }

    // A mark beside a manifest means nothing, so it does no harm where it cannot be taken off.
    private void Unmark(string stored, IDictionary<string, string>? metadata)
    {
        if (metadata is null) return;
        try
        {
            BlobErrors.Guard(Removing, Locate(stored), () => Blob(_container, stored).SetMetadata(metadata).Value);
        }
        catch (EmrSimException)
        {
            // See above.
        }
    }
}
