using System.Collections.Concurrent;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace EmrSim.Core.Stores.Blobs;

/// <summary>
/// The manifests of a container. It remembers in which version each was read, so that one that somebody else has changed since is neither replaced
/// nor removed.
/// </summary>
/// <param name="container">A client that is patient enough for a long manifest.</param>
/// <param name="address">The store.</param>
internal sealed class BlobManifests(BlobContainerClient container, BlobAddress address)
{
    private const string Writing = "The manifest could not be written";

    private readonly ConcurrentDictionary<string, ETag> _read = new(StringComparer.Ordinal);

    /// <summary>The version in which it was read or written last; null where it was not.</summary>
    internal ETag? VersionOf(string name) => _read.TryGetValue(name, out ETag version) ? version : null;

    /// <summary>Reads one.</summary>
    /// <exception cref="EmrSimException">ManifestMissing; ManifestDamaged where it is too long.</exception>
    internal byte[] Read(string name, CancellationToken token = default) => BlobErrors.Guard("The manifest could not be read", address.Locate(name), () =>
    {
        try
        {
            using BlobDownloadStreamingResult answer = Blob(name).DownloadStreaming(cancellationToken: token);
            if (answer.Details.ContentLength > ManifestFile.Longest) throw ManifestFile.TooLong(address.Locate(name));
            using var content = new MemoryStream();
            answer.Content.CopyTo(content);
            _read[name] = answer.Details.ETag;
            return content.ToArray();
        }
        catch (RequestFailedException e) when (e.Status == 404 && e.ErrorCode != BlobErrorCode.ContainerNotFound)
        {
            throw new EmrSimException(ErrorCode.ManifestMissing, $"There is no manifest at '{address.Locate(name)}'.", address.Locate(name));
        }
    }, token);

    /// <summary>Reads one that is to be removed, and requires that it is still the one that was decided upon.</summary>
    /// <exception cref="EmrSimException">SetLocked where somebody has changed it since, as by a pin.</exception>
    internal (byte[] Serialized, ETag Version) ReadUnchanged(string name)
    {
        ETag? decided = VersionOf(name);
        byte[] serialized = Read(name);
        ETag version = _read[name];
        return decided is null || decided == version ? (serialized, version) : throw Changed(name);
    }

    /// <summary>Writes a manifest where there is none.</summary>
    /// <exception cref="EmrSimException">UploadMismatch where there is another.</exception>
    internal void WriteNew(string name, byte[] serialized) => BlobErrors.Guard(Writing, address.Locate(name), () =>
    {
        try
        {
            return _read[name] = Put(name, serialized, new BlobRequestConditions { IfNoneMatch = ETag.All });
        }
        catch (Exception e) when (BlobErrors.Is(e, BlobErrorCode.BlobAlreadyExists))
        {
            // Perhaps by this very request, whose answer was lost.
            return Read(name).AsSpan().SequenceEqual(serialized) ? _read[name] : throw new EmrSimException(
                ErrorCode.UploadMismatch, $"There is another manifest '{address.Locate(name)}' already; it was left as it is. Run again.", address.Locate(name));
        }
    });

    /// <summary>Replaces one that is still in a version.</summary>
    /// <exception cref="EmrSimException">SetLocked where somebody has changed it since.</exception>
    internal void Replace(string name, byte[] serialized, ETag expected) => BlobErrors.Guard("The manifest could not be replaced", address.Locate(name), () =>
    {
        try
        {
            return _read[name] = Put(name, serialized, new BlobRequestConditions { IfMatch = expected });
        }
        catch (Exception e) when (BlobErrors.Is(e, BlobErrorCode.ConditionNotMet))
        {
            throw Changed(name);
        }
    });

    private BlockBlobClient Blob(string name) => container.GetBlockBlobClient(address.BlobName(name));

    private EmrSimException Changed(string name) => new(
        ErrorCode.SetLocked, $"The manifest '{address.Locate(name)}' was changed by somebody else meanwhile, so it was left as it is. Run again.", address.Locate(name));

    private ETag Put(string name, byte[] bytes, BlobRequestConditions conditions)
    {
        using var content = new MemoryStream(bytes, writable: false);
        return Blob(name).Upload(content, new BlobUploadOptions
        {
            Conditions = conditions,
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" },
            TransferValidation = new UploadTransferValidationOptions { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5 },
        }).Value.ETag;
    }
}
