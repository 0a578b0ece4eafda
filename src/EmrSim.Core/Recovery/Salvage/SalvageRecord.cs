using System.Buffers.Binary;
using System.Text.Unicode;

namespace EmrSim.Core.Recovery.Salvage;

/// <summary>What came of reading a record.</summary>
internal enum RecordState
{
    /// <summary>It is whole.</summary>
    Whole,

    /// <summary>Its lengths do not add up.</summary>
    Broken,

    /// <summary>The pages on which it goes on are not there.</summary>
    Cut,

    /// <summary>It is whole, but a text in it is none, or a page of it is used twice or was never written.</summary>
    Doubtful,
}

/// <summary>A record's values, as they are stored: https://sqlite.org/fileformat2.html#record_format. Reused from row to row.</summary>
internal sealed class SalvageRecord
{
    // SQLite's own limit is 2000, and at most 32767 can be compiled in.
    internal const int MostFields = 32767;

    private long[] _types = new long[32];
    private int[] _starts = new int[32];

    /// <summary>The bytes that the values lie in.</summary>
    internal byte[] Data { get; private set; } = [];

    /// <summary>How many values it has.</summary>
    internal int Count { get; private set; }

    /// <summary>The serial type of a value.</summary>
    internal long Type(int field) => _types[field];

    /// <summary>The bytes of a value.</summary>
    internal ReadOnlySpan<byte> Bytes(int field) => Data.AsSpan(_starts[field], (int)SizeOf(_types[field]));

    /// <summary>How many bytes a value has.</summary>
    internal long LengthOf(int field) => SizeOf(_types[field]);

    /// <summary>Where the bytes of a value begin in <see cref="Data"/>.</summary>
    internal int Start(int field) => _starts[field];

    /// <summary>Whether a value is NULL.</summary>
    internal bool IsNull(int field) => _types[field] == 0;

    /// <summary>Whether a value is a text.</summary>
    internal bool IsText(int field) => _types[field] >= 13 && (_types[field] & 1) == 1;

    /// <summary>Whether a value is a blob.</summary>
    internal bool IsBlob(int field) => _types[field] >= 12 && (_types[field] & 1) == 0;

    /// <summary>Whether a value is a real.</summary>
    internal bool IsReal(int field) => _types[field] == 7;

    /// <summary>Whether a value is an integer.</summary>
    internal bool IsInteger(int field) => _types[field] is (>= 1 and <= 6) or 8 or 9;

    /// <summary>An integer value.</summary>
    internal long Integer(int field)
    {
        long type = _types[field];
        if (type is 8 or 9) return type - 8;
        ReadOnlySpan<byte> bytes = Bytes(field);
        long value = (sbyte)bytes[0];
        for (int i = 1; i < bytes.Length; i++) value = (value << 8) | bytes[i];
        return value;
    }

    /// <summary>A real value.</summary>
    internal double Real(int field) => BinaryPrimitives.ReadDoubleBigEndian(Bytes(field));

    /// <summary>
    /// Reads the types in the part of a record that is at hand, and requires that all lengths add up. False where they do not; true, and
    /// <paramref name="known"/> false, where its header goes on elsewhere.
    /// </summary>
    internal bool TryHeader(byte[] data, int start, int length, long payload, out bool known)
    {
        Data = data;
        Count = 0;
        known = true;
        ReadOnlySpan<byte> bytes = data.AsSpan(start, length);
        int at = Varint.Read(bytes, out long header);
        if (at == 0 || header < at || header > payload) return false;
        if (header > length)
        {
            known = false;
            return true;
        }

        long end = header;
        while (at < header)
        {
            int read = Varint.Read(bytes[at..(int)header], out long type);
            // 10 and 11 are reserved and never written.
            if (read == 0 || type < 0 || type is 10 or 11 || Count == MostFields) return false;
            if (Count == _types.Length)
            {
                Array.Resize(ref _types, _types.Length * 2);
                Array.Resize(ref _starts, _starts.Length * 2);
            }

            (_types[Count], _starts[Count]) = (type, start + (int)end);
            Count++;
            at += read;
            end += SizeOf(type);
            if (end > payload) return false;
        }

        return end == payload;
    }

    /// <summary>Whether every text is one in the database's encoding.</summary>
    internal bool HasTexts(SqliteEncoding encoding)
    {
        for (int i = 0; i < Count; i++)
        {
            if (IsText(i) && !IsValid(Bytes(i), encoding)) return false;
        }

        return true;
    }

    private static bool IsValid(ReadOnlySpan<byte> text, SqliteEncoding encoding)
    {
        if (encoding == SqliteEncoding.Utf8) return Utf8.IsValid(text);
        if (text.Length % 2 != 0) return false;
        int high = encoding == SqliteEncoding.Utf16Be ? 0 : 1;
        bool open = false;
        for (int i = 0; i < text.Length; i += 2)
        {
            // The first six bits tell the halves of a character beyond the first 65536, which come in pairs.
            int half = text[i + high] & 0xfc;
            if (open != (half == 0xdc)) return false;
            open = half == 0xd8;
        }

        return !open;
    }

    private static long SizeOf(long type) => type switch
    {
        <= 4 => type,
        5 => 6,
        6 or 7 => 8,
        <= 11 => 0,
        _ => (type - 12) / 2,
    };
}
