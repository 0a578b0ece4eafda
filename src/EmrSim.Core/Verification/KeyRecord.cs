using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Verification;

/// <summary>
/// One row's values in a canonical form: for each a byte for the storage class, then eight bytes for a number, or the length as 32-bit
/// integer and the bytes for text and blobs. Two rows are the same exactly when their records are.
/// </summary>
internal sealed class KeyRecord
{
    private const int NumberLength = 1 + sizeof(long);
    private const int BytesLead = 1 + sizeof(int);

    private byte[] _buffer = new byte[256];
    private int _length;

    /// <summary>The record.</summary>
    internal ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Takes some columns of a statement's row, in the given order.</summary>
    [MethodImpl(Hot.Loop)]
    internal void Read(StatementRow row, ReadOnlySpan<int> columns)
    {
        _length = 0;
        foreach (int column in columns) Append(row, column);
    }

    [MethodImpl(Hot.Loop)]
    private void Append(StatementRow row, int column)
    {
        int type = row.Type(column);
        switch (type)
        {
            case raw.SQLITE_INTEGER:
                AppendNumber(StorageClass.Integer, row.Integer(column));
                break;
            case raw.SQLITE_FLOAT:
                AppendNumber(StorageClass.Real, BitConverter.DoubleToInt64Bits(row.Real(column)));
                break;
            case raw.SQLITE_NULL:
                Take(1)[0] = StorageClass.Null;
                break;
            default:
                // In a UTF-8 database the bytes of a text are those on disk, valid or not.
                AppendBytes(type == raw.SQLITE_TEXT ? StorageClass.Text : StorageClass.Blob, row.Bytes(column));
                break;
        }
    }

    private void AppendNumber(byte storageClass, long bits)
    {
        Span<byte> target = Take(NumberLength);
        target[0] = storageClass;
        BinaryPrimitives.WriteInt64LittleEndian(target[1..], bits);
    }

    private void AppendBytes(byte storageClass, ReadOnlySpan<byte> bytes)
    {
        Span<byte> target = Take(BytesLead + bytes.Length);
        target[0] = storageClass;
        BinaryPrimitives.WriteInt32LittleEndian(target[1..], bytes.Length);
        bytes.CopyTo(target[BytesLead..]);
    }

    private Span<byte> Take(int count)
    {
        int start = _length;
        _length = checked(start + count);
        if (_length > _buffer.Length) Array.Resize(ref _buffer, Math.Max(_length, (int)Math.Min(2L * _buffer.Length, Array.MaxLength)));
        return _buffer.AsSpan(start, count);
    }

    /// <summary>The storage classes, numbered in the order in which SQLite sorts them; integers and reals sort as one.</summary>
    internal static class StorageClass
    {
        internal const byte Null = 0;
        internal const byte Integer = 1;
        internal const byte Real = 2;
        internal const byte Text = 3;
        internal const byte Blob = 4;
    }
}

/// <summary>The sum of the digests of many records: equal for equal multisets, whatever their order.</summary>
internal struct MultisetDigest
{
    private UInt128 _sum;

    /// <summary>How many records were added.</summary>
    internal long Count { get; private set; }

    /// <summary>Adds a record.</summary>
    /// <param name="record">Its bytes.</param>
    /// <param name="seed">Chosen anew for every run, so that no two contents collide always.</param>
    [MethodImpl(Hot.Loop)]
    internal void Add(ReadOnlySpan<byte> record, long seed)
    {
        _sum += System.IO.Hashing.XxHash128.HashToUInt128(record, seed);
        Count++;
    }

    /// <summary>Whether both saw the same records, each as often.</summary>
    internal readonly bool IsSameAs(in MultisetDigest other) => Count == other.Count && _sum == other._sum;
}
