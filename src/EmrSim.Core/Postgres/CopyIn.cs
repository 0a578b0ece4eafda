using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using EmrSim.Core.Sqlite;
using Npgsql;

namespace EmrSim.Core.Postgres;

/// <summary>
/// Sends rows in PostgreSQL's binary COPY format (https://www.postgresql.org/docs/current/sql-copy.html). Two buffers take turns: one is filled while the other is on its way. Without
/// <see cref="CompleteAsync"/> nothing of it counts.
/// </summary>
internal sealed partial class CopyIn : IAsyncDisposable
{
    private const int BufferLength = 512 * 1024;

    private readonly NpgsqlRawCopyStream _stream;
    private readonly PostgresTarget _target;
    private readonly CancellationToken _token;
    private byte[] _filling = new byte[BufferLength];
    private byte[] _sending = new byte[BufferLength];
    private int _length;
    private Task _sent = Task.CompletedTask;
    private bool _ended;

    internal CopyIn(NpgsqlRawCopyStream stream, PostgresTarget target, CancellationToken token)
    {
        _stream = stream;
        _target = target;
        _token = token;
        CopyFormat.Header.CopyTo(_filling);
        _length = CopyFormat.Header.Length;
    }

    /// <summary>The row that broke a condition of the table, by its number from 1 on; null where none did, or the server did not say which.</summary>
    internal long? RefusedRow { get; private set; }

    /// <summary>Adds a row: its count of fields, then each with its length. It may be longer than a buffer.</summary>
    /// <exception cref="EmrSimException">The connection was lost.</exception>
    [MethodImpl(Hot.Loop)]
    internal void Write(ReadOnlySpan<byte> row)
    {
        while (row.Length > 0)
        {
            if (_length == BufferLength) Send();
            int count = Math.Min(row.Length, BufferLength - _length);
            row[..count].CopyTo(_filling.AsSpan(_length));
            _length += count;
            row = row[count..];
        }
    }

    /// <summary>Ends the rows, and waits until the server has taken all of them.</summary>
    /// <exception cref="EmrSimException">What the server says of them, or that the connection was lost.</exception>
    internal async Task CompleteAsync()
    {
        Write(CopyFormat.Trailer);
        Send();
        try
        {
            await _sent.ConfigureAwait(false);
            // From here on it is the server that says how it ended.
            _ended = true;
            await _stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (PostgresErrors.IsOne(e))
        {
            throw Translate(e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_ended) return;
        _ended = true;
        try
        {
            await _sent.ConfigureAwait(false);
            await _stream.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (PostgresErrors.IsOne(e) || e is InvalidOperationException or OperationCanceledException)
        {
            // What ended the work is what is to be told; the transaction is lost either way.
        }
    }

    private void Send()
    {
        try
        {
            _sent.GetAwaiter().GetResult();
        }
        catch (Exception e) when (PostgresErrors.IsOne(e))
        {
            throw Translate(e);
        }

        (_filling, _sending) = (_sending, _filling);
        ReadOnlyMemory<byte> full = _sending.AsMemory(0, _length);
        _length = 0;
        _sent = Task.Run(async () => await _stream.WriteAsync(full, _token).ConfigureAwait(false), CancellationToken.None);
    }

    private EmrSimException Translate(Exception e)
    {
        _token.ThrowIfCancellationRequested();
        // Conditions are checked row by row, and the server counts these.
        if (e is PostgresException { SqlState: ['2', '3', ..], Where: { } where } && Line().Match(where) is { Success: true } line)
        {
            RefusedRow = long.Parse(line.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        }

        return PostgresErrors.Of(e, _target);
    }

    // In the server's language: a number that follows the table's name, which ends in a comma, and a word.
    [GeneratedRegex("^COPY .*, \\w+ ([0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
