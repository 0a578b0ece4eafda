using System.Security.Cryptography;

namespace EmrSim.Core.Encryption;

/// <summary>Decrypts a payload. It gives only bytes that are authentic and in their place, and it ends only behind the true last chunk.</summary>
/// <param name="source">The file, from the first chunk on; becomes the reader's own.</param>
/// <param name="cipher">The file's cipher; becomes the reader's own.</param>
/// <param name="path">The file, for errors.</param>
internal sealed class AgeReader(SourceBuffer source, ChunkCipher cipher, string path) : AgeStream
{
    private readonly byte[] _plain = new byte[ChunkCipher.PlainLength];
    private readonly long _payloadStart = source.Consumed;
    private int _start;
    private int _end;
    private long _counter;
    private bool _complete;
    private bool _disposed;
    private EmrSimException? _failure;

    public override bool CanRead => !_disposed;

    /// <summary>Reads on.</summary>
    /// <exception cref="EmrSimException">
    /// EncryptedFileTruncated, EncryptedFileDamaged, EncryptedChunkMisplaced, EncryptedTrailingData; from then on with every call.
    /// </exception>
    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (buffer.IsEmpty) return 0;
        while (_start == _end)
        {
            if (_failure is not null) throw _failure;
            if (_complete) return 0;
            // Whole chunks go straight to where they are wanted.
            if (buffer.Length >= ChunkCipher.PlainLength)
            {
                int length = OpenNext(buffer);
                if (length > 0) return length;
                continue;
            }

            _start = 0;
            _end = 0;
            _end = OpenNext(_plain);
        }

        int count = Math.Min(buffer.Length, _end - _start);
        _plain.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            cipher.Dispose();
            CryptographicOperations.ZeroMemory(_plain);
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    private int OpenNext(Span<byte> target)
    {
        // A chunk is the last one when nothing follows it.
        source.Require(ChunkCipher.SealedLength + 1);
        ReadOnlySpan<byte> chunk = source.Available;
        bool last = chunk.Length <= ChunkCipher.SealedLength;
        if (!last) chunk = chunk[..ChunkCipher.SealedLength];
        int length = chunk.Length - Aead.TagLength;
        // An empty chunk is that of an empty file, and of no other.
        if (length < 0 || (length == 0 && _counter > 0) || !cipher.TryOpen(_counter, last, chunk, target))
        {
            _failure = new ChunkDiagnosis(cipher, path).Explain(_counter, chunk, last, ChunksInAll);
            throw _failure;
        }

        source.Consume(chunk.Length);
        _counter++;
        _complete = last;
        return length;
    }

    private long? ChunksInAll => source.Length is { } length ? (length - _payloadStart + ChunkCipher.SealedLength - 1) / ChunkCipher.SealedLength : null;
}
