using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using EmrSim.Core.Sqlite;
using Npgsql;

namespace EmrSim.Core.Postgres;

/// <summary>
/// Reads rows in PostgreSQL's binary COPY format, one after the other, without an allocation for any of them. A row lies in one buffer, which grows as far as the largest one needs.
/// To be used by one thread.
/// </summary>
internal sealed class CopyOut : IAsyncDisposable
{
    private const int FirstLength = 64 * 1024;
    // A single huge row must not keep its memory for the rest of the table.
    private const int KeptLength = 4 * 1024 * 1024;
    // So that the fields behind a huge one do not move it again and again.
    private const long Slack = FirstLength;
    private const int SlackPart = 16;

    private readonly NpgsqlRawCopyStream _stream;
    private readonly PostgresTarget _target;
    private readonly CancellationToken _token;
    private readonly CancellationTokenRegistration _cancelling;
    private byte[] _buffer = new byte[FirstLength];
    private int[] _starts = [];
    private int[] _lengths = [];
    private int _start;
    private int _end;
    private bool _begun;
    private bool _ended;

    internal CopyOut(NpgsqlRawCopyStream stream, PostgresTarget target, CancellationToken token)
    {
        _stream = stream;
        _target = target;
        _token = token;
        // Asks the server to stop; what is being read then ends in its error.
        _cancelling = token.Register(() => _ = stream.CancelAsync());
    }

    /// <summary>How many fields the current row has.</summary>
    internal int FieldCount { get; private set; }

    /// <summary>Whether a field of the current row is NULL.</summary>
    internal bool IsNull(int field) => _lengths[field] < 0;

    /// <summary>The bytes of a field of the current row, in the binary format of its type; valid until the next row.</summary>
    internal ReadOnlySpan<byte> Field(int field) => _buffer.AsSpan(_starts[field], _lengths[field]);

    /// <summary>Moves on to the next row.</summary>
    /// <returns>False after the last.</returns>
    /// <exception cref="EmrSimException">What the server says, or that the connection was lost.</exception>
    [MethodImpl(Hot.Loop)]
    internal bool Next()
    {
        if (_ended) return false;
        if (!_begun) ReadHeader();
        while (true)
        {
            int missing = Parse();
            if (missing == 0) return !_ended;
            Fill(missing);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _cancelling.DisposeAsync().ConfigureAwait(false);
        try
        {
            // What is left would otherwise be read to its end.
            if (!_ended) await _stream.CancelAsync().ConfigureAwait(false);
            await _stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (PostgresErrors.IsOne(e) || e is InvalidOperationException or OperationCanceledException)
        {
            // What ended the work is what is to be told.
        }
    }

    private void ReadHeader()
    {
        int length = CopyFormat.Header.Length;
        while (_end < length) Fill(length - _end);
        int extension = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(CopyFormat.ExtensionOffset));
        while (_end < length + extension) Fill(length + extension - _end);
        _start = length + extension;
        _begun = true;
    }

    /// <summary>Finds the fields of the row that begins at the start; gives how many more bytes are needed at least.</summary>
    [MethodImpl(Hot.Loop)]
    private int Parse()
    {
        int at = _start;
        if (_end - at < sizeof(short)) return sizeof(short) - (_end - at);
        int count = BinaryPrimitives.ReadInt16BigEndian(_buffer.AsSpan(at));
        at += sizeof(short);
        if (count < 0)
        {
            // The end of the copy is known only when the server has said so.
            ReadToEnd();
            return 0;
        }

        if (_starts.Length < count) (_starts, _lengths) = (new int[count], new int[count]);
        for (int i = 0; i < count; i++)
        {
            if (_end - at < sizeof(int)) return sizeof(int) - (_end - at);
            int length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(at));
            at += sizeof(int);
            _starts[i] = at;
            _lengths[i] = length;
            if (length <= 0) continue;
            if (_end - at < length) return length - (_end - at);
            at += length;
        }

        FieldCount = count;
        _start = at;
        return 0;
    }

    private void ReadToEnd()
    {
        _start = _end = 0;
        while (Read() > 0) _end = 0;
        _ended = true;
    }

    [MethodImpl(Hot.Loop)]
    private void Fill(int missing)
    {
        // The rows before this one are done with.
        if (_start > 0 && _start == _end) _start = _end = 0;
        int needed = checked(_end + missing);
        if (needed > _buffer.Length || (_start > 0 && _buffer.Length > KeptLength && needed - _start < FirstLength)) Move(needed - _start);
        while (missing > 0)
        {
            int read = Read();
            if (read == 0) throw PostgresErrors.Of(new EndOfStreamException(), _target);
            missing -= read;
        }
    }

    private void Move(int needed)
    {
        int kept = _end - _start;
        byte[] to = needed <= FirstLength && _buffer.Length > KeptLength ? new byte[FirstLength]
            : needed <= _buffer.Length ? _buffer
            : new byte[(int)Math.Min(Array.MaxLength, needed <= KeptLength ? Math.Max(needed, Math.Min(_buffer.Length * 2L, KeptLength)) : needed + Slack + (needed / SlackPart))];
        _buffer.AsSpan(_start, kept).CopyTo(to);
        _buffer = to;
        _start = 0;
        _end = kept;
    }

    private int Read()
    {
        try
        {
            int read = _stream.Read(_buffer.AsSpan(_end));
            _end += read;
            return read;
        }
        catch (Exception e) when (PostgresErrors.IsOne(e) || e is OperationCanceledException)
        {
            _token.ThrowIfCancellationRequested();
            throw PostgresErrors.Of(e, _target);
        }
    }
}
