using System.Collections.Concurrent;
using System.Security.Cryptography;
using EmrSim.Core.Files;
using EmrSim.Core.Progress;

namespace EmrSim.Core.Stores;

/// <summary>
/// Moves a stream to another in constant memory and hashes it on the way; hashing runs beside reading and writing. A file is written by the thread that hashes: what is read is then unpacked
/// or decrypted, and takes as long as both.
/// </summary>
internal static class HashingPump
{
    private const int BufferLength = 1024 * 1024;
    private const int SliceLength = 128 * 1024;
    private const int Buffers = 3;

    /// <summary>Moves everything.</summary>
    /// <param name="source">Read to its end.</param>
    /// <param name="target">Written to, or null where only the digest is wanted.</param>
    /// <param name="limit">The most bytes that may come.</param>
    /// <param name="meter">Is told of bytes moved.</param>
    /// <param name="token">Cancels between blocks.</param>
    /// <returns>Length and SHA-256 of what came.</returns>
    /// <exception cref="InvalidDataException">More bytes came than the limit.</exception>
    internal static ManifestPlain Run(Stream source, Stream? target, long limit, ProgressMeter meter, CancellationToken token)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        return Run(source, target, limit, hash, meter, token);
    }

    internal static ManifestPlain Run(Stream source, Stream? target, long limit, IncrementalHash hash, ProgressMeter meter, CancellationToken token)
    {
        // While blocks are hashed by a thread of their own, the next ones are read.
        using var full = new BlockingCollection<(byte[] Block, int Length)>(Buffers);
        using var free = new BlockingCollection<byte[]>(Buffers);
        for (int i = 0; i < Buffers; i++) free.Add(new byte[BufferLength], CancellationToken.None);
        Stream? file = target as FileStream;
        Task<string> hashing = WorkThread.Run(() => Hash(hash, file, full, free, token));
        long length = 0;
        try
        {
            // None come back when the hashing or the writing beside it has failed; the error is thrown below.
            while (free.TryTake(out byte[]? block, Timeout.Infinite, CancellationToken.None))
            {
                int read = source.Read(block);
                if (read == 0) break;
                token.ThrowIfCancellationRequested();
                length += read;
                if (length > limit) throw new InvalidDataException($"there are more than the expected {limit} bytes");
                if (file is null) Write(target, block.AsSpan(0, read), token);
                full.Add((block, read), CancellationToken.None);
                meter.Report(length);
            }
        }
        finally
        {
            full.CompleteAdding();
            WorkThread.Join(hashing);
        }

        return new ManifestPlain(length, hashing.GetAwaiter().GetResult());
    }

    private static string Hash(
        IncrementalHash hash, Stream? file, BlockingCollection<(byte[] Block, int Length)> full, BlockingCollection<byte[]> free, CancellationToken token)
    {
        try
        {
            foreach ((byte[] block, int length) in full.GetConsumingEnumerable(CancellationToken.None))
            {
                hash.AppendData(block, 0, length);
                Write(file, block.AsSpan(0, length), token);
                free.Add(block, CancellationToken.None);
            }

            return Hex.Of(hash.GetHashAndReset());
        }
        finally
        {
            free.CompleteAdding();
        }
    }

    // At its highest levels zstd takes a second for a megabyte, in which nobody could stop it.
    private static void Write(Stream? target, ReadOnlySpan<byte> bytes, CancellationToken token)
    {
        for (; target is not null && !bytes.IsEmpty; bytes = bytes[Math.Min(SliceLength, bytes.Length)..])
        {
            token.ThrowIfCancellationRequested();
            target.Write(bytes[..Math.Min(SliceLength, bytes.Length)]);
        }
    }
}
