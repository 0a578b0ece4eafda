using System.Security.Cryptography;
using EmrSim.Core.Files;
using EmrSim.Core.Progress;

namespace EmrSim.Core.Stores;

/// <summary>Moves a stream to another in constant memory and hashes it on the way; hashing runs beside reading and writing.</summary>
internal static class HashingPump
{
    private const int BufferLength = 1024 * 1024;
    private const int SliceLength = 128 * 1024;

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
        // While one block is hashed the next one is read into the other buffer.
        byte[] current = new byte[BufferLength], next = new byte[BufferLength];
        Task hashing = Task.CompletedTask;
        long length = 0;
        try
        {
            int read;
            while ((read = source.Read(current)) > 0)
            {
                token.ThrowIfCancellationRequested();
                length += read;
                if (length > limit) throw new InvalidDataException($"there are more than the expected {limit} bytes");
                hashing.GetAwaiter().GetResult();
                (byte[] block, int count) = (current, read);
                hashing = Task.Run(() => hash.AppendData(block, 0, count), CancellationToken.None);
                Write(target, current.AsSpan(0, read), token);
                meter.Report(length);
                (current, next) = (next, current);
            }
        }
        finally
        {
            hashing.Wait(CancellationToken.None);
        }

        return new ManifestPlain(length, Hex.Of(hash.GetHashAndReset()));
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
