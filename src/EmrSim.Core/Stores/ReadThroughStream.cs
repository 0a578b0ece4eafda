using System.Buffers.Binary;
using System.Security.Cryptography;
using EmrSim.Core.Files;

namespace EmrSim.Core.Stores;

/// <summary>Reads through from another stream, which it leaves open, and keeps count, SHA-256 and the last four bytes of what passed.</summary>
/// <param name="source">Where the bytes come from.</param>
/// <param name="digest">Whether the digest is wanted.</param>
internal sealed class ReadThroughStream(Stream source, bool digest) : Stream
{
    private const int TailLength = sizeof(uint);
    private const int DrainLength = 64 * 1024;

    private readonly IncrementalHash? _hash = digest ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    private readonly byte[] _tail = new byte[TailLength];
    private long _count;

    /// <summary>The last four bytes as a little-endian number; null where fewer have passed.</summary>
    internal uint? LastUInt32 => _count < TailLength ? null : BinaryPrimitives.ReadUInt32LittleEndian(_tail);

    /// <summary>The digest of what passed, as lower-case hex, where it was wanted.</summary>
    internal string Digest() => Hex.Of(_hash!.GetHashAndReset());

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _count; set => throw new NotSupportedException(); }

    /// <summary>Reads what is left.</summary>
    internal void Drain()
    {
        var buffer = new byte[DrainLength];
        while (Read(buffer.AsSpan()) > 0)
        {
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int read = source.Read(buffer);
        Remember(buffer[..read]);
        _hash?.AppendData(buffer[..read]);
        _count += read;
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _hash?.Dispose();
        base.Dispose(disposing);
    }

    private void Remember(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= TailLength)
        {
            bytes[^TailLength..].CopyTo(_tail);
            return;
        }

        _tail.AsSpan(bytes.Length).CopyTo(_tail);
        bytes.CopyTo(_tail.AsSpan(TailLength - bytes.Length));
    }
}
