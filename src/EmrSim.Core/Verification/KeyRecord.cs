using System.Buffers;
using System.Buffers.Binary;
using SQLitePCL;

namespace EmrSim.Core.Verification;

/// <summary>
/// One row's values in a canonical form: for each a byte for the storage class, then eight bytes for a number, or the length as 32-bit
/// integer and the bytes for text and blobs. Two rows are the same exactly when their records are.
/// </summary>
internal sealed class KeyRecord
{
    private readonly ArrayBufferWriter<byte> _buffer = new(256);

    /// <summary>The record.</summary>
    internal ReadOnlySpan<byte> Bytes => _buffer.WrittenSpan;

    /// <summary>Takes some columns of the statement's current row, in the given order.</summary>
    internal void Read(sqlite3_stmt statement, ReadOnlySpan<int> columns)
    {
        _buffer.ResetWrittenCount();
        foreach (int column in columns) Append(statement, column);
    }

    private void Append(sqlite3_stmt statement, int column)
    {
        int type = raw.sqlite3_column_type(statement, column);
        switch (type)
        {
            case raw.SQLITE_INTEGER:
                AppendNumber(StorageClass.Integer, raw.sqlite3_column_int64(statement, column));
                break;
            case raw.SQLITE_FLOAT:
                AppendNumber(StorageClass.Real, BitConverter.DoubleToInt64Bits(raw.sqlite3_column_double(statement, column)));
                break;
            case raw.SQLITE_NULL:
                Span<byte> none = _buffer.GetSpan(1);
                none[0] = StorageClass.Null;
                _buffer.Advance(1);
                break;
            default:
                // In a UTF-8 database the bytes of a text are those on disk, valid or not.
                AppendBytes(type == raw.SQLITE_TEXT ? StorageClass.Text : StorageClass.Blob, raw.sqlite3_column_blob(statement, column));
                break;
        }
    }

    private void AppendNumber(byte storageClass, long bits)
    {
        Span<byte> target = _buffer.GetSpan(1 + sizeof(long));
        target[0] = storageClass;
        BinaryPrimitives.WriteInt64LittleEndian(target[1..], bits);
        _buffer.Advance(1 + sizeof(long));
    }

    private void AppendBytes(byte storageClass, ReadOnlySpan<byte> bytes)
    {
        Span<byte> target = _buffer.GetSpan(1 + sizeof(int) + bytes.Length);
        target[0] = storageClass;
        BinaryPrimitives.WriteInt32LittleEndian(target[1..], bytes.Length);
        bytes.CopyTo(target[(1 + sizeof(int))..]);
        _buffer.Advance(1 + sizeof(int) + bytes.Length);
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
    internal void Add(ReadOnlySpan<byte> record, long seed)
    {
        _sum += System.IO.Hashing.XxHash128.HashToUInt128(record, seed);
        Count++;
    }

    /// <summary>Whether both saw the same records, each as often.</summary>
    internal readonly bool IsSameAs(in MultisetDigest other) => Count == other.Count && _sum == other._sum;
}
