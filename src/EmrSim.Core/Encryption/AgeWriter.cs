using System.Security.Cryptography;

namespace EmrSim.Core.Encryption;

/// <summary>
/// Encrypts what is written into it. The file is whole only after <see cref="Complete"/>: one that is disposed of before lacks its last chunk, and
/// every reader says so.
/// </summary>
internal sealed class AgeWriter : AgeStream
{
    private const int ChunksPerWrite = 8;

    private readonly Stream _target;
    private readonly ChunkCipher _cipher;
    private readonly bool _leaveOpen;
    private readonly byte[] _plain = new byte[ChunkCipher.PlainLength];
    private readonly byte[] _sealed = new byte[ChunksPerWrite * ChunkCipher.SealedLength];
    private int _plainLength;
    private int _sealedLength;
    private long _counter;
    private State _state;

    /// <summary>Begins the payload.</summary>
    /// <param name="target">Where it goes, behind the header.</param>
    /// <param name="cipher">The file's cipher, which becomes the writer's own.</param>
    /// <param name="leaveOpen">Whether the target outlives the writer.</param>
    internal AgeWriter(Stream target, ChunkCipher cipher, bool leaveOpen)
    {
        _target = target;
        _cipher = cipher;
        _leaveOpen = leaveOpen;
    }

    private enum State
    {
        Open,
        Writing,
        Complete,
        Disposed,
    }

    public override bool CanWrite => _state == State.Open;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        RequireOpen();
        while (!buffer.IsEmpty)
        {
            // A full chunk waits for what follows: if nothing does, it is the last one and is sealed as such.
            if (_plainLength == ChunkCipher.PlainLength)
            {
                Seal(_plain, last: false);
                _plainLength = 0;
            }

            if (_plainLength == 0 && buffer.Length > ChunkCipher.PlainLength)
            {
                Seal(buffer[..ChunkCipher.PlainLength], last: false);
                buffer = buffer[ChunkCipher.PlainLength..];
                continue;
            }

            int taken = Math.Min(buffer.Length, ChunkCipher.PlainLength - _plainLength);
            buffer[..taken].CopyTo(_plain.AsSpan(_plainLength));
            _plainLength += taken;
            buffer = buffer[taken..];
        }
    }

    /// <summary>Writes the last chunk. Nothing can be written afterwards.</summary>
    internal void Complete()
    {
        RequireOpen();
        Seal(_plain.AsSpan(0, _plainLength), last: true);
        WriteSealed();
        _target.Flush();
        _state = State.Complete;
    }

    /// <summary>Hands on what is sealed; a chunk that is not full yet stays.</summary>
    public override void Flush()
    {
        if (_state != State.Open) return;
        WriteSealed();
        _target.Flush();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _state != State.Disposed)
        {
            _state = State.Disposed;
            _cipher.Dispose();
            CryptographicOperations.ZeroMemory(_plain);
            if (!_leaveOpen) _target.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Seal(ReadOnlySpan<byte> plain, bool last)
    {
        if (_sealedLength == _sealed.Length) WriteSealed();
        int length = plain.Length + Aead.TagLength;
        _cipher.Seal(_counter++, last, plain, _sealed.AsSpan(_sealedLength, length));
        _sealedLength += length;
    }

    private void WriteSealed()
    {
        // Where the target throws, some of it may have been written: the writer stays in this state and completes no such file.
        _state = State.Writing;
        _target.Write(_sealed, 0, _sealedLength);
        _sealedLength = 0;
        _state = State.Open;
    }

    private void RequireOpen()
    {
        ObjectDisposedException.ThrowIf(_state == State.Disposed, this);
        if (_state == State.Writing) throw new InvalidOperationException("A write to the encrypted file has failed; it cannot go on.");
        if (_state == State.Complete) throw new InvalidOperationException("The encrypted file is complete.");
    }
}
