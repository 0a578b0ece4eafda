using System.Security.Cryptography;

namespace EmrSim.Core.Encryption;

/// <summary>Finds out why a chunk is not authentic where it stands. What it names as the cause was proved with the file's key.</summary>
/// <param name="cipher">The file's cipher.</param>
/// <param name="path">The file, for errors.</param>
internal sealed class ChunkDiagnosis(ChunkCipher cipher, string path)
{
    // How many places on either side a chunk is looked for: 64 MB, which takes a fraction of a second.
    private const int Reach = 1024;

    private readonly byte[] _plain = new byte[ChunkCipher.PlainLength];

    /// <summary>The error of a chunk.</summary>
    /// <param name="counter">Its place.</param>
    /// <param name="chunk">Its bytes: a whole chunk, or all that is left of the file.</param>
    /// <param name="last">Whether nothing follows it.</param>
    /// <param name="chunks">How many chunks the file has by its length; null where that is not known.</param>
    internal EmrSimException Explain(long counter, ReadOnlySpan<byte> chunk, bool last, long? chunks)
    {
        try
        {
            return Find(counter, chunk, last, chunks);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(_plain);
        }
    }

    private EmrSimException Find(long counter, ReadOnlySpan<byte> chunk, bool last, long? chunks)
    {
        bool whole = chunk.Length == ChunkCipher.SealedLength;
        if (chunk.Length < Aead.TagLength) return Truncated("it ends before its last chunk");
        if (chunk.Length == Aead.TagLength && counter > 0 && Opens(counter, true, chunk)) return Damaged(counter, "is empty, which only that of an empty file may be");
        if (last && whole && Opens(counter, false, chunk)) return Truncated("it ends after a whole chunk that is not its last");
        if (!last && Opens(counter, true, chunk)) return Trailing(counter);

        var search = new TagSearch(cipher.TagKey(counter, last));
        if (search.IsOneByteOff(chunk)) return Damaged(counter, "differs in one byte from what was written");
        if (BeginsWithLast(counter, chunk)) return Trailing(counter);
        if (FindPlace(counter, chunk, whole) is { } place) return Misplaced(counter, place);
        if (chunks - 1 is { } end && end != counter && BeginsWithLast(end, chunk)) return Misplaced(counter, end);
        return last && !whole
            ? Truncated("it ends within a chunk, or that chunk is damaged")
            : Damaged(counter, "is not what was written");
    }

    private bool BeginsWithLast(long counter, ReadOnlySpan<byte> chunk)
    {
        int length = new TagSearch(cipher.TagKey(counter, last: true)).FindEnd(chunk);
        return length >= 0 && length < chunk.Length && Opens(counter, true, chunk[..length]);
    }

    private long? FindPlace(long counter, ReadOnlySpan<byte> chunk, bool whole)
    {
        for (int distance = 1; distance <= Reach; distance++)
        {
            if (OpensAt(counter + distance, chunk, whole)) return counter + distance;
            if (counter >= distance && OpensAt(counter - distance, chunk, whole)) return counter - distance;
        }

        return null;
    }

    private bool OpensAt(long counter, ReadOnlySpan<byte> chunk, bool whole) =>
        Opens(counter, true, chunk) || (whole && Opens(counter, false, chunk));

    private bool Opens(long counter, bool last, ReadOnlySpan<byte> chunk) => cipher.TryOpen(counter, last, chunk, _plain);

    private EmrSimException Truncated(string how) => new(ErrorCode.EncryptedFileTruncated, $"'{path}' is cut off: {how}.", path);

    private EmrSimException Damaged(long counter, string how) =>
        new(ErrorCode.EncryptedFileDamaged, $"'{path}' is damaged: its chunk {counter + 1} {how}.", path);

    private EmrSimException Misplaced(long counter, long place) => new(
        ErrorCode.EncryptedChunkMisplaced, $"'{path}' was rearranged: where chunk {counter + 1} belongs stands chunk {place + 1}.", path);

    private EmrSimException Trailing(long counter) => new(
        ErrorCode.EncryptedTrailingData, $"'{path}' goes on behind its end: bytes were added after its last chunk ({counter + 1}).", path);
}
