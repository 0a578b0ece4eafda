using System.Globalization;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace EmrSim.Core.Stores.Blobs;

/// <summary>
/// Uploads one file as one block blob. Blocks that an earlier attempt has staged under the same name are used again, and the blob becomes
/// visible only when all of them are there and the file is the one that was expected.
/// </summary>
internal sealed class BlobUpload(BlockBlobClient blob, string location, string file, ManifestStored expected, BlobLimits limits, Action<long>? uploaded)
{
    private const int MostBlocks = 50_000;
    private const int MostDamaged = 3;
    private const string What = "The upload failed";

    private readonly BlockStaging _staging = new(blob, location, file, uploaded);

    /// <summary>Uploads and commits it.</summary>
    /// <param name="metadata">What is to be noted with the blob.</param>
    /// <param name="token">Cancels; staged blocks stay for a later attempt, invisible, until the service clears them after a week.</param>
    /// <exception cref="EmrSimException">UploadMismatch, StoreUnavailable, StoreAccessDenied, StoreFull.</exception>
    internal void Run(IDictionary<string, string> metadata, CancellationToken token)
    {
        StagedFile staged = Stage(token);
        if (staged.Length != expected.Length || staged.Sha256 != expected.Sha256)
        {
            throw Mismatch($"'{file}' is not the file that was verified: it was changed before it was uploaded");
        }

        Commit(staged, metadata, token);
        RequireContent(staged, token);
    }

    // A line that breaks off is taken up again for as long as each attempt gets further than the last; then with one block at a time.
    private StagedFile Stage(CancellationToken token)
    {
        for (int attempt = 1; ; attempt++)
        {
            int before = _staging.Sent;
            try
            {
                return _staging.RunAsync(BlockLength(), Present(token), attempt == 1 ? limits.Uploads : 1, token).GetAwaiter().GetResult();
            }
            catch (EmrSimException e) when (e.ErrorCode == ErrorCode.StoreUnavailable && _staging.Sent > before || e.ErrorCode == ErrorCode.UploadMismatch && attempt < MostDamaged)
            {
                // The service has told which blocks arrived, or will when it is back.
            }
        }
    }

    private int BlockLength() => (int)Math.Max(limits.BlockLength, Math.Min(int.MaxValue, (expected.Length + MostBlocks - 1) / MostBlocks));

    private Dictionary<string, long> Present(CancellationToken token) => BlobErrors.Guard(What, location, () =>
    {
        try
        {
            BlockList list = blob.GetBlockList(BlockListTypes.Uncommitted, cancellationToken: token);
            return list.UncommittedBlocks.ToDictionary(b => b.Name, b => b.SizeLong, StringComparer.Ordinal);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return [];
        }
    }, token);

    private void Commit(StagedFile staged, IDictionary<string, string> metadata, CancellationToken token) => BlobErrors.Guard(What, location, () =>
    {
        try
        {
            return blob.CommitBlockList(
                staged.Blocks.Select(b => b.Id),
                new CommitBlockListOptions
                {
                    Metadata = metadata,
                    HttpHeaders = new BlobHttpHeaders { ContentType = "application/octet-stream" },
                    Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
                },
                token).GetRawResponse().Status;
        }
        catch (Exception e) when (BlobErrors.Is(e, BlobErrorCode.BlobAlreadyExists))
        {
            // Perhaps by this very commit, whose answer was lost. What is there is compared next.
            return 0;
        }
    }, token);

    private void RequireContent(StagedFile staged, CancellationToken token)
    {
        BlockList list = BlobErrors.Guard(What, location, () => blob.GetBlockList(BlockListTypes.Committed, cancellationToken: token).Value, token);
        if (!list.CommittedBlocks.Select(b => (b.Name, b.SizeLong)).SequenceEqual(staged.Blocks.Select(b => (b.Id, (long)b.Length))))
        {
            throw Mismatch("the service holds other blocks under this name than those that were sent");
        }

        long length = BlobErrors.Guard(What, location, () => blob.GetProperties(cancellationToken: token).Value.ContentLength, token);
        if (length != expected.Length) throw Mismatch(string.Create(CultureInfo.InvariantCulture, $"the service holds {length} bytes of {expected.Length}"));
    }

    private EmrSimException Mismatch(string why) => new(
        ErrorCode.UploadMismatch, $"'{location}' is not what was uploaded: {why}. No manifest was written, so it does not count as a backup. Run again.", location);
}
