using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.CompilerServices;

namespace EmrSim.Core.Migration.Proof;

/// <summary>
/// A row in a form that is the same on both sides where the row is: each value is a tag and, but for those of one length, its length before its bytes. So no two rows
/// have the same bytes unless they are equal, whatever their columns hold. The buffer is used again for each row.
/// </summary>
/// <param name="columns">How many columns a row has.</param>
/// <param name="seed">The seed of this comparison.</param>
internal sealed class CanonicalRow(int columns, long seed)
{
    /// <summary>
    /// A longer value is kept as its length, its digest and its head. Otherwise a blob of 200 MB would lie here once more, on each side.
    /// </summary>
    internal const int LongValue = 256 * 1024;

    /// <summary>How much of the head of a long value is kept, so that it can be shown.</summary>
    internal const int Head = 64;

    private const int LongMark = -1;
    private const int Prefix = 1 + sizeof(int);
    private const int LongLength = Prefix + sizeof(long) + 16 + Head;

    private readonly int[] _ends = new int[columns];
    private byte[] _bytes = new byte[1024];
    private int _length;
    private int _count;

    /// <summary>How many columns a row has.</summary>
    internal int Columns => _ends.Length;

    /// <summary>The whole row.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>The value of a column, with its tag.</summary>
    internal ReadOnlySpan<byte> this[int column] => _bytes.AsSpan(Start(column)..End(column));

    /// <summary>Begins another row.</summary>
    internal void Clear() => _length = _count = 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Null() => Tag(CanonicalTag.Null);

    internal void Boolean(bool value) => Tag(value ? CanonicalTag.True : CanonicalTag.False);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Integer(long value) => Long(CanonicalTag.Integer, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Instant(long micros) => Long(CanonicalTag.Instant, micros);

    internal void Time(long micros) => Long(CanonicalTag.Time, micros);

    internal void Date(int days) => Long(CanonicalTag.Date, days);

    /// <summary>
    /// A double: a whole number within 64 bits is that number, so 1.0 is 1; any other is its bits, so that its neighbour is another. Minus zero is no 0: PostgreSQL and
    /// SQLite both keep it.
    /// </summary>
    [MethodImpl(Sqlite.Hot.Loop)]
    internal void Real(double value)
    {
        // 2^63 is the first double beyond; the cast is exact below.
        if (value >= long.MinValue && value < -(double)long.MinValue && (long)value == value && !(value == 0 && double.IsNegative(value))) Integer((long)value);
        // PostgreSQL has one NaN, of whatever bits.
        else Long(CanonicalTag.Real, BitConverter.DoubleToInt64Bits(double.IsNaN(value) ? double.NaN : value));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Text(ReadOnlySpan<byte> utf8) => Variable(CanonicalTag.Text, utf8);

    internal void Blob(ReadOnlySpan<byte> bytes) => Variable(CanonicalTag.Blob, bytes);

    internal void Uuid(ReadOnlySpan<byte> bytes16) => Variable(CanonicalTag.Uuid, bytes16);

    /// <summary>A value of any length under any tag.</summary>
    [MethodImpl(Sqlite.Hot.Loop)]
    internal void Variable(CanonicalTag tag, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > LongValue)
        {
            Digest(tag, bytes);
            return;
        }

        Span<byte> room = Take(Prefix + bytes.Length);
        room[0] = (byte)tag;
        BinaryPrimitives.WriteInt32LittleEndian(room[1..], bytes.Length);
        bytes.CopyTo(room[Prefix..]);
        _ends[_count++] = _length;
    }

    /// <summary>A decimal in its one form, whatever its scale was.</summary>
    /// <param name="negative">Its sign.</param>
    /// <param name="digits">Its digits, without zeros at either end.</param>
    /// <param name="exponent">The power of ten of the last.</param>
    internal void Decimal(bool negative, ReadOnlySpan<byte> digits, int exponent)
    {
        const int numbers = 1 + sizeof(int);
        Span<byte> room = Take(Prefix + numbers + digits.Length);
        room[0] = (byte)CanonicalTag.Decimal;
        BinaryPrimitives.WriteInt32LittleEndian(room[1..], numbers + digits.Length);
        room[Prefix] = negative ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32LittleEndian(room[(Prefix + 1)..], exponent);
        digits.CopyTo(room[(Prefix + numbers)..]);
        _ends[_count++] = _length;
    }

    /// <summary>Whether a canonical value is kept as its digest only.</summary>
    internal static bool IsLong(ReadOnlySpan<byte> value) =>
        IsVariable((CanonicalTag)value[0]) && BinaryPrimitives.ReadInt32LittleEndian(value[1..]) == LongMark;

    /// <summary>The bytes of a value of any length, and how many it had; of a long one, its head.</summary>
    internal static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> value, out long length)
    {
        if (!IsLong(value))
        {
            length = value.Length - Prefix;
            return value[Prefix..];
        }

        length = BinaryPrimitives.ReadInt64LittleEndian(value[Prefix..]);
        return value[^Head..];
    }

    /// <summary>The eight bytes of a value that has as many.</summary>
    internal static long Number(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadInt64LittleEndian(value[1..]);

    private static bool IsVariable(CanonicalTag tag) =>
        tag is not (CanonicalTag.Null or CanonicalTag.True or CanonicalTag.False or CanonicalTag.Integer or CanonicalTag.Real
            or CanonicalTag.Instant or CanonicalTag.Date or CanonicalTag.Time);

    private int Start(int column) => column == 0 ? 0 : _ends[column - 1];

    private int End(int column) => _ends[column];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Tag(CanonicalTag tag)
    {
        Take(1)[0] = (byte)tag;
        _ends[_count++] = _length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Long(CanonicalTag tag, long value)
    {
        Span<byte> room = Take(1 + sizeof(long));
        room[0] = (byte)tag;
        BinaryPrimitives.WriteInt64LittleEndian(room[1..], value);
        _ends[_count++] = _length;
    }

    private void Digest(CanonicalTag tag, ReadOnlySpan<byte> bytes)
    {
        Span<byte> room = Take(LongLength);
        room[0] = (byte)tag;
        BinaryPrimitives.WriteInt32LittleEndian(room[1..], LongMark);
        BinaryPrimitives.WriteInt64LittleEndian(room[Prefix..], bytes.Length);
        XxHash128.Hash(bytes, room[(Prefix + sizeof(long))..], seed);
        bytes[..Head].CopyTo(room[^Head..]);
        _ends[_count++] = _length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Take(int count)
    {
        int start = _length;
        _length = start + count;
        if (_length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_length, (int)Math.Min(2L * _bytes.Length, Array.MaxLength)));
        return _bytes.AsSpan(start, count);
    }
}
