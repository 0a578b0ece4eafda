using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using EmrSim.Core.Files;
using EmrSim.Core.Progress;

namespace EmrSim.Core.Stores;

/// <summary>
/// Compresses a stream into zstd frames of 2 MB each, several at a time. Frames in a row are one zstd file (RFC 8878, section 3), and
/// each is compressed in one piece, which is faster than a stream whose window wraps around in its buffer. Each frame is unpacked again
/// and compared with what it was made of, before it is written.
/// </summary>
internal static class FrameCompressor
{
    private const int FrameLength = 2 * 1024 * 1024;
    // Each frame in flight holds its plain bytes, its packed bytes and the unpacked ones.
    private const int MostWorkers = 3;

    /// <summary>Compresses everything.</summary>
    /// <param name="source">Read to its end.</param>
    /// <param name="target">Gets the frames, in order.</param>
    /// <param name="level">zstd's level.</param>
    /// <param name="meter">Is told of plain bytes read.</param>
    /// <param name="sideBySide">Whether several frames may be made at once; else this thread makes them.</param>
    /// <param name="token">Cancels between frames.</param>
    /// <returns>Length and SHA-256 of what was read.</returns>
    /// <exception cref="InvalidDataException">A frame did not unpack into what it was made of.</exception>
    internal static ManifestPlain Run(Stream source, Stream target, int level, ProgressMeter meter, bool sideBySide, CancellationToken token)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var jobs = new BlockingCollection<Job>();
        int count = sideBySide ? Math.Clamp(Environment.ProcessorCount, 1, MostWorkers) : 0;
        var codecs = new List<FrameCodec>();
        var workers = new List<Task>();
        var inFlight = new Queue<Job>();
        long length = 0;
        int read;
        try
        {
            // Made before any thread starts: what a worker could fail with concerns a job, and reaches whoever waits for that.
            for (int i = 0; i < Math.Max(count, 1); i++) codecs.Add(new FrameCodec(level, FrameLength));
            foreach (FrameCodec codec in codecs.Take(count)) workers.Add(WorkThread.Run(() => Work(jobs, codec, token)));
            do
            {
                token.ThrowIfCancellationRequested();
                byte[] block = ArrayPool<byte>.Shared.Rent(FrameLength);
                read = source.ReadAtLeast(block.AsSpan(0, FrameLength), FrameLength, throwOnEndOfStream: false);
                // An empty source is one empty frame.
                if (read > 0 || length == 0) inFlight.Enqueue(Hand(jobs, block, read));
                if (count == 0 && jobs.TryTake(out Job? own)) Work(own, codecs[0], token);
                hash.AppendData(block, 0, read);
                length += read;
                meter.Report(length);
                if (inFlight.Count > count) Write(inFlight.Dequeue(), target);
            }
            while (read == FrameLength);

            while (inFlight.TryDequeue(out Job? next)) Write(next, target);
        }
        finally
        {
            jobs.CompleteAdding();
            WorkThread.Join([.. workers]);
            foreach (FrameCodec codec in codecs) codec.Dispose();
        }

        return new ManifestPlain(length, Hex.Of(hash.GetHashAndReset()));
    }

    private static Job Hand(BlockingCollection<Job> jobs, byte[] block, int length)
    {
        var job = new Job(block, length);
        jobs.Add(job);
        return job;
    }

    private static void Write(Job job, Stream target)
    {
        (byte[] packed, int length) = job.Result.Task.GetAwaiter().GetResult();
        target.Write(packed, 0, length);
        // The block goes back only now: until its frame was finished, its hash may still have been taken from it.
        ArrayPool<byte>.Shared.Return(job.Block);
        ArrayPool<byte>.Shared.Return(packed);
    }

    private static bool Work(BlockingCollection<Job> jobs, FrameCodec codec, CancellationToken token)
    {
        foreach (Job job in jobs.GetConsumingEnumerable(CancellationToken.None)) Work(job, codec, token);
        return true;
    }

    private static void Work(Job job, FrameCodec codec, CancellationToken token)
    {
        try
        {
            token.ThrowIfCancellationRequested();
            byte[] packed = ArrayPool<byte>.Shared.Rent(codec.PackedBound);
            job.Result.SetResult((packed, codec.Pack(job.Block.AsSpan(0, job.Length), packed)));
        }
        catch (Exception e)
        {
            job.Result.SetException(e);
        }
    }

    /// <summary>A block to be packed, and the frame that comes of it.</summary>
    private sealed record Job(byte[] Block, int Length)
    {
        internal TaskCompletionSource<(byte[] Packed, int Length)> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
