using System.Buffers;
using System.Security.Cryptography;
using EmrSim.Core.Files;
using EmrSim.Core.Progress;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace EmrSim.Core.Stores;

/// <summary>
/// Compresses a stream into zstd frames of 4 MB each, several at a time. Frames in a row are one zstd file (RFC 8878, section 3), and
/// each is compressed in one piece, which is faster than a stream whose window wraps around in its buffer.
/// </summary>
internal static class FrameCompressor
{
    private const int FrameLength = 4 * 1024 * 1024;
    // Each frame in flight holds its plain and its packed bytes.
    private const int MostWorkers = 3;

    /// <summary>Compresses everything.</summary>
    /// <param name="source">Read to its end.</param>
    /// <param name="target">Gets the frames, in order.</param>
    /// <param name="level">zstd's level.</param>
    /// <param name="meter">Is told of plain bytes read.</param>
    /// <param name="token">Cancels between frames.</param>
    /// <returns>Length and SHA-256 of what was read.</returns>
    internal static ManifestPlain Run(Stream source, Stream target, int level, ProgressMeter meter, CancellationToken token)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var inFlight = new Queue<Task<Frame>>();
        int workers = Math.Clamp(Environment.ProcessorCount, 1, MostWorkers);
        long length = 0;
        try
        {
            while (true)
            {
                token.ThrowIfCancellationRequested();
                byte[] block = ArrayPool<byte>.Shared.Rent(FrameLength);
                int count = source.ReadAtLeast(block.AsSpan(0, FrameLength), FrameLength, throwOnEndOfStream: false);
                // An empty source is one empty frame.
                if (count > 0 || length == 0) inFlight.Enqueue(Task.Run(() => Compress(block, count, level), CancellationToken.None));
                hash.AppendData(block, 0, count);
                length += count;
                meter.Report(length);
                if (inFlight.Count > workers) Write(inFlight.Dequeue(), target);
                if (count < FrameLength) break;
            }

            while (inFlight.TryDequeue(out Task<Frame>? next)) Write(next, target);
        }
        finally
        {
            // After an error the frames that are still being made must end before their buffers are given back.
            foreach (Task<Frame> left in inFlight) left.GetAwaiter().GetResult().Return();
        }

        return new ManifestPlain(length, Hex.Of(hash.GetHashAndReset()));
    }

    private static void Write(Task<Frame> task, Stream target)
    {
        Frame frame = task.GetAwaiter().GetResult();
        target.Write(frame.Packed, 0, frame.PackedLength);
        frame.Return();
    }

    private static Frame Compress(byte[] block, int count, int level)
    {
        using var compressor = new Compressor(level);
        // The frame's own checksum lets `zstd -t` find damage without EmrSim.
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        byte[] packed = ArrayPool<byte>.Shared.Rent(Compressor.GetCompressBound(FrameLength));
        return new Frame(block, packed, compressor.Wrap(block.AsSpan(0, count), packed));
    }

    private sealed record Frame(byte[] Block, byte[] Packed, int PackedLength)
    {
        internal void Return()
        {
            ArrayPool<byte>.Shared.Return(Block);
            ArrayPool<byte>.Shared.Return(Packed);
        }
    }
}
