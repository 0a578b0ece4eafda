using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace EmrSim.Core.Migration.Copying;

/// <summary>
/// One row in PostgreSQL's binary COPY format: a count of fields, and each as a length and its bytes, big-endian
/// (https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format"). A row that is given up is just cleared.
/// </summary>
internal sealed class RowBuffer
{
    private const int FirstSize = 64 * 1024;
    // A single huge value must not keep its memory for the rest of the table.
    private const int KeptSize = 4 * 1024 * 1024;

    // So that the fields behind a huge one do not move it again and again.
    private const long Slack = 64 * 1024;
    private const int SlackPart = 16;

    private byte[] _bytes = new byte[FirstSize];
    private int _length;

    /// <summary>What has been written since the last clearing.</summary>
    internal ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    internal void Clear()
    {
        _length = 0;
        if (_bytes.Length > KeptSize) _bytes = new byte[FirstSize];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void FieldCount(int count) => BinaryPrimitives.WriteInt16BigEndian(Take(sizeof(short)), (short)count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Null() => BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), -1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Field(value.Length));

    /// <summary>JSON in its binary form, which is a version and its text.</summary>
    internal void Jsonb(ReadOnlySpan<byte> text)
    {
        Span<byte> field = Field(text.Length + 1);
        field[0] = 1;
        text.CopyTo(field[1..]);
    }

    internal void Int16(short value) => BinaryPrimitives.WriteInt16BigEndian(Field(sizeof(short)), value);

    internal void Int32(int value) => BinaryPrimitives.WriteInt32BigEndian(Field(sizeof(int)), value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Int64(long value) => BinaryPrimitives.WriteInt64BigEndian(Field(sizeof(long)), value);

    internal void Float32(float value) => BinaryPrimitives.WriteSingleBigEndian(Field(sizeof(float)), value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Float64(double value) => BinaryPrimitives.WriteDoubleBigEndian(Field(sizeof(double)), value);

    internal void Boolean(bool value) => Field(1)[0] = value ? (byte)1 : (byte)0;

    /// <summary>A field of a length, whose bytes the caller writes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<byte> Field(int length)
    {
        Span<byte> place = Take(sizeof(int) + length);
        BinaryPrimitives.WriteInt32BigEndian(place, length);
        return place[sizeof(int)..];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Take(int count)
    {
        int end = checked(_length + count);
        if (end > _bytes.Length) Grow(end);
        Span<byte> place = _bytes.AsSpan(_length, count);
        _length = end;
        return place;
    }

    private void Grow(int end) =>
        Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, end < KeptSize ? Math.Max((long)end, _bytes.Length * 2L) : end + Slack + (end / SlackPart)));
}
