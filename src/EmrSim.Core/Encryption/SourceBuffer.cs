namespace EmrSim.Core.Encryption;

/// <summary>Reads a stream several chunks at a time, and knows when it ends.</summary>
/// <param name="source">The stream.</param>
/// <param name="length">How long it is from here; null where that is not known.</param>
internal sealed class SourceBuffer(Stream source, long? length) : IDisposable
{
    private const int ChunksPerRead = 8;

    // One byte more, so that a full buffer always tells whether its last whole chunk is that of the file.
    private readonly byte[] _buffer = new byte[ChunksPerRead * ChunkCipher.SealedLength + 1];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>What is read and not consumed.</summary>
    internal ReadOnlySpan<byte> Available => _buffer.AsSpan(_start, _end - _start);

    /// <summary>How many bytes were consumed.</summary>
    internal long Consumed { get; private set; }

    /// <summary>How many bytes there are in all; null where that is not known yet.</summary>
    internal long? Length => _ended ? Consumed + Available.Length : length;

    /// <summary>Reads on until so many bytes are available, or the stream has ended.</summary>
    internal void Require(int count)
    {
        if (_end - _start >= count || _ended) return;
        Available.CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        while (_end < _buffer.Length && !_ended)
        {
            int read = source.Read(_buffer, _end, _buffer.Length - _end);
            _end += read;
            _ended = read == 0;
        }
    }

    internal void Consume(int count)
    {
        _start += count;
        Consumed += count;
    }

    public void Dispose() => source.Dispose();
}
