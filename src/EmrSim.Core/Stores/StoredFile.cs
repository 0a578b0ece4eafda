using System.IO.Compression;
using EmrSim.Core.Encryption;
using EmrSim.Core.Files;
using EmrSim.Core.Progress;
using ZstdSharp;

namespace EmrSim.Core.Stores;

/// <summary>The lengths and digests of a database and of its stored form.</summary>
/// <param name="Plain">The database.</param>
/// <param name="StoredLength">The stored file's length in bytes.</param>
/// <param name="StoredSha256">The digest of what was written into it.</param>
/// <param name="PackedSha256">The digest of what was encrypted; null where nothing was.</param>
/// <param name="Proved">Whether all that was packed was seen to unpack into the database.</param>
internal sealed record PackedFile(ManifestPlain Plain, long StoredLength, string StoredSha256, string? PackedSha256, bool Proved);

/// <summary>How a database is stored.</summary>
/// <param name="Compression">How it is compressed.</param>
/// <param name="Level">The codec's own level.</param>
/// <param name="Encryption">What it is encrypted with; null where it is not.</param>
internal sealed record StoredForm(EmrCompression Compression, int Level, AgeSession? Encryption)
{
    /// <summary>Whether the database itself is the stored file.</summary>
    internal bool IsPlain => Compression == EmrCompression.None && Encryption is null;
}

/// <summary>Packs a database into its stored form and unpacks it again, hashing both sides on the way, in constant memory.</summary>
internal static class StoredFile
{
    private const int BufferLength = 1024 * 1024;
    // Above it zstd takes seconds for a frame, in which nobody could stop it, and gains from a window longer than a frame.
    private const int HighestFrameLevel = 9;

    /// <summary>Compresses, encrypts and hashes in one pass and flushes the result to disk.</summary>
    /// <param name="plain">The database; nobody changes it meanwhile.</param>
    /// <param name="stored">The stored file to write; ignored where the database itself is stored.</param>
    /// <param name="form">How it is stored.</param>
    /// <param name="meter">Is told of plain bytes done.</param>
    /// <param name="token">Cancels between blocks.</param>
    /// <param name="sideBySide">Whether several blocks may be packed at once.</param>
    internal static PackedFile Pack(
        string plain, string stored, StoredForm form, ProgressMeter meter, CancellationToken token, bool sideBySide = true)
    {
        if (form.IsPlain)
        {
            ManifestPlain digest = Hash(plain, meter, token);
            DurableFile.Flush(plain);
            return new PackedFile(digest, digest.Length, digest.Sha256, null, true);
        }

        using FileStream source = OpenRead(plain);
        using FileStream target = PrivateFile.OpenNew(stored);
        using var counted = new HashingStream(target);
        PackedFile packed = form.Encryption is { } session
            ? PackEncrypted(source, counted, session, form, meter, sideBySide, token)
            : PackInto(source, counted, form, meter, sideBySide, token);
        target.Flush(flushToDisk: true);
        return packed with { StoredLength = counted.Count, StoredSha256 = counted.Digest() };
    }

    /// <summary>Unpacks into a plain file.</summary>
    /// <param name="source">The stored bytes, read from their beginning to their end.</param>
    /// <param name="stored">Where they come from, for errors.</param>
    /// <param name="plain">The database to write, or null to only read it through.</param>
    /// <param name="compression">How it is compressed.</param>
    /// <param name="limit">The most plain bytes to write: a damaged file may unpack into any number.</param>
    /// <param name="meter">Is told of plain bytes done.</param>
    /// <param name="token">Cancels between blocks.</param>
    /// <returns>Length and SHA-256 of the plain database.</returns>
    /// <exception cref="EmrSimException">BackupUnreadable.</exception>
    internal static ManifestPlain Unpack(
        Stream source, string stored, string? plain, EmrCompression compression, long limit, ProgressMeter meter, CancellationToken token)
    {
        using Stream? target = plain is null ? null : PrivateFile.OpenNew(plain);
        try
        {
            using var tail = new ReadThroughStream(source, digest: false);
            using Stream unpacker = Decompressor(tail, compression);
            ManifestPlain plainDigest = HashingPump.Run(unpacker, target, limit, meter, token);
            // Whatever checks the source at its end must see that end.
            tail.Drain();
            if (compression == EmrCompression.Gzip) RequireTrailer(tail, plainDigest.Length);
            return plainDigest;
        }
        catch (Exception e) when (e is ZstdException or InvalidDataException or EndOfStreamException)
        {
            throw new EmrSimException(
                ErrorCode.BackupUnreadable, $"'{stored}' cannot be unpacked: it is cut off or damaged ({e.Message}).", stored, e);
        }
    }

    /// <summary>Length and SHA-256 of a file.</summary>
    internal static ManifestPlain Hash(string path, ProgressMeter meter, CancellationToken token)
    {
        using FileStream source = OpenRead(path);
        return Hash(source, meter, token);
    }

    /// <summary>Hashes what is left of a file that is open, and leaves it open.</summary>
    internal static ManifestPlain Hash(FileStream source, ProgressMeter meter, CancellationToken token) => HashingPump.Run(source, null, long.MaxValue, meter, token);

    private static PackedFile PackEncrypted(
        FileStream source, HashingStream target, AgeSession session, StoredForm form, ProgressMeter meter, bool sideBySide, CancellationToken token)
    {
        using AgeWriter writer = session.Begin(target, leaveOpen: true);
        using var packed = new HashingStream(writer);
        PackedFile result = PackInto(source, packed, form, meter, sideBySide, token);
        writer.Complete();
        return result with { PackedSha256 = packed.Digest() };
    }

    private static PackedFile PackInto(
        FileStream source, HashingStream target, StoredForm form, ProgressMeter meter, bool sideBySide, CancellationToken token)
    {
        if (form.Compression == EmrCompression.Zstd && form.Level <= HighestFrameLevel)
        {
            return new PackedFile(FrameCompressor.Run(source, target, form.Level, meter, sideBySide, token), 0, "", null, true);
        }

        if (form.Compression == EmrCompression.None) return new PackedFile(HashingPump.Run(source, target, long.MaxValue, meter, token), 0, "", null, true);
        using Stream packer = Compressor(target, form.Compression, form.Level);
        return new PackedFile(HashingPump.Run(source, packer, long.MaxValue, meter, token), 0, "", null, false);
    }

    private static Stream Compressor(Stream target, EmrCompression compression, int level)
    {
        if (compression == EmrCompression.Gzip) return new GZipStream(target, GzipLevel(level), leaveOpen: true);
        var packer = new CompressionStream(target, level, BufferLength, leaveOpen: true);
        // The frame's own checksum lets `zstd -t` find damage without EmrSim.
        packer.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        return packer;
    }

    private static Stream Decompressor(Stream source, EmrCompression compression) => compression switch
    {
        EmrCompression.Gzip => new GZipStream(source, CompressionMode.Decompress, leaveOpen: true),
        EmrCompression.Zstd => new DecompressionStream(source, BufferLength, checkEndOfStream: true, leaveOpen: true),
        _ => source,
    };

    // .NET takes the end of a file that is cut off for the end of its data. A gzip file ends in the length of what it holds, modulo 2^32.
    private static void RequireTrailer(ReadThroughStream tail, long length)
    {
        uint named = tail.LastUInt32 ?? throw new EndOfStreamException("it is too short for a gzip file");
        if (named != (uint)(length & uint.MaxValue)) throw new InvalidDataException($"it holds {length} bytes, and its end names another length; a gzip file of several parts must be unpacked with gunzip first");
    }

    private static CompressionLevel GzipLevel(int level) =>
        level <= 3 ? CompressionLevel.Fastest : level <= 6 ? CompressionLevel.Optimal : CompressionLevel.SmallestSize;

    /// <summary>Opens a file to be read once from its beginning to its end.</summary>
    internal static FileStream OpenRead(string path) =>
        // SQLite has a copy open for writing while it is packed; that nobody writes is our own doing.
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.SequentialScan);
}
