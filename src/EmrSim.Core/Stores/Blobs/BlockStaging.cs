using System.Collections.Concurrent;
using System.Security.Cryptography;
using Azure.Storage;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using EmrSim.Core.Files;

namespace EmrSim.Core.Stores.Blobs;

/// <summary>A block that the service has.</summary>
internal readonly record struct StagedBlock(string Id, int Length);

/// <summary>A file whose blocks are all staged.</summary>
internal sealed record StagedFile(IReadOnlyList<StagedBlock> Blocks, long Length, string Sha256);

/// <summary>
/// Reads a file once, from its beginning to its end, and stages those of its blocks that the service does not have, several at once, in as many
/// buffers as there are uploads. The service checks each by its MD5, which all versions and emulators of it can.
/// </summary>
internal sealed class BlockStaging(BlockBlobClient blob, string location, string file, Action<long>? uploaded)
{
    private readonly object _gate = new();
    private int _sent;

    /// <summary>How many blocks have arrived, of all attempts together.</summary>
    internal int Sent => _sent;

    /// <summary>Stages everything.</summary>
    /// <param name="blockLength">The bytes of a block.</param>
    /// <param name="present">Ids and lengths of the blocks that are there.</param>
    /// <param name="uploads">How many are sent at once.</param>
    /// <param name="token">Cancels; blocks that are on their way may still arrive.</param>
    internal async Task<StagedFile> RunAsync(int blockLength, Dictionary<string, long> present, int uploads, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        using var free = new BlockingCollection<byte[]>();
        for (int i = 0; i < uploads; i++) free.Add(new byte[blockLength], CancellationToken.None);
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using FileStream source = StoredFile.OpenRead(file);
        var blocks = new List<StagedBlock>();
        var running = new List<Task>();
        var meter = new Meter(uploaded);
        long length = 0;
        try
        {
            while (true)
            {
                byte[] buffer = free.Take(stop.Token);
                int read = source.ReadAtLeast(buffer, blockLength, throwOnEndOfStream: false);
                if (read == 0) break;
                length += read;
                whole.AppendData(buffer, 0, read);
                string id = BlockId.Of(blocks.Count, buffer.AsSpan(0, read));
                blocks.Add(new StagedBlock(id, read));
                running.RemoveAll(t => t.IsCompletedSuccessfully);
                running.Add(SendAsync(id, buffer, read, present, free, meter, stop));
            }
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            // A block failed; its own error comes with the tasks.
        }
        finally
        {
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (running.Find(t => t.IsFaulted) is { } failed) await failed.ConfigureAwait(false);
        token.ThrowIfCancellationRequested();
        return new StagedFile(blocks, length, Hex.Of(whole.GetHashAndReset()));
    }

    private async Task SendAsync(
        string id, byte[] buffer, int length, Dictionary<string, long> present, BlockingCollection<byte[]> free, Meter meter, CancellationTokenSource stop)
    {
        try
        {
            if (!present.TryGetValue(id, out long there) || there != length)
            {
                await StageAsync(id, buffer, length, stop.Token).ConfigureAwait(false);
                Interlocked.Increment(ref _sent);
            }

            lock (_gate) meter.Add(length);
            free.Add(buffer, CancellationToken.None);
        }
        catch
        {
            // The others are not worth their while any more, and the reader must not wait for a buffer that never comes.
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private Task<int> StageAsync(string id, byte[] buffer, int length, CancellationToken token) => BlobErrors.GuardAsync("The upload failed", location, async () =>
    {
        try
        {
            using var content = new MemoryStream(buffer, 0, length, writable: false);
            await blob.StageBlockAsync(id, content, s_checked, token).ConfigureAwait(false);
            return length;
        }
        catch (Exception e) when (BlobErrors.Is(e, BlobErrorCode.Md5Mismatch))
        {
            throw new EmrSimException(
                ErrorCode.UploadMismatch, $"A block of '{location}' was damaged on its way, each time that it was sent. Something between here and the service changes data.", location);
        }
    }, token);

    private static readonly BlockBlobStageBlockOptions s_checked = new()
    {
        TransferValidation = new UploadTransferValidationOptions { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5 },
    };

    private sealed class Meter(Action<long>? report)
    {
        private long _done;

        internal void Add(int length)
        {
            _done += length;
            report?.Invoke(_done);
        }
    }
}
