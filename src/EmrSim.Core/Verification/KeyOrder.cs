using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using EmrSim.Core.Sqlite;
using StorageClass = EmrSim.Core.Verification.KeyRecord.StorageClass;

namespace EmrSim.Core.Verification;

/// <summary>Compares index keys as SQLite sorts them (https://sqlite.org/datatype3.html#comparison_expressions).</summary>
internal static class KeyOrder
{
    /// <summary>Compares two records of the same index.</summary>
    /// <param name="left">A record of the key columns and the rowid.</param>
    /// <param name="right">Another one.</param>
    /// <param name="columns">Collation and direction of each key column; the rowid behind them ascends.</param>
    /// <returns>The sign of the order, whether the key columns alone are equal, and whether one of them is NULL.</returns>
    [MethodImpl(Hot.Loop)]
    internal static (int Order, bool SameKey, bool HasNull) Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, IndexColumn[] columns)
    {
        bool hasNull = false;
        foreach (IndexColumn column in columns)
        {
            hasNull |= right[0] == StorageClass.Null;
            int order = CompareValue(ref left, ref right, column.Collation);
            if (order != 0) return (column.Descending ? -order : order, false, hasNull);
        }

        return (CompareValue(ref left, ref right, IndexCollation.Binary), true, hasNull);
    }

    [MethodImpl(Hot.Loop)]
    private static int CompareValue(ref ReadOnlySpan<byte> left, ref ReadOnlySpan<byte> right, IndexCollation collation)
    {
        byte leftClass = Take(ref left, out ReadOnlySpan<byte> leftValue);
        byte rightClass = Take(ref right, out ReadOnlySpan<byte> rightValue);
        bool numbers = IsNumber(leftClass) && IsNumber(rightClass);
        if (leftClass != rightClass && !numbers) return leftClass.CompareTo(rightClass);
        return leftClass switch
        {
            StorageClass.Null => 0,
            StorageClass.Text => CompareText(leftValue, rightValue, collation),
            StorageClass.Blob => leftValue.SequenceCompareTo(rightValue),
            _ => CompareNumbers(leftClass, leftValue, rightClass, rightValue),
        };
    }

    private static byte Take(ref ReadOnlySpan<byte> record, out ReadOnlySpan<byte> value)
    {
        byte storageClass = record[0];
        int lead = storageClass is StorageClass.Text or StorageClass.Blob ? 1 + sizeof(int) : 1;
        int length = storageClass switch
        {
            StorageClass.Null => 0,
            StorageClass.Text or StorageClass.Blob => BinaryPrimitives.ReadInt32LittleEndian(record[1..]),
            _ => sizeof(long),
        };
        value = record.Slice(lead, length);
        record = record[(lead + length)..];
        return storageClass;
    }

    private static bool IsNumber(byte storageClass) => storageClass is StorageClass.Integer or StorageClass.Real;

    private static int CompareText(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, IndexCollation collation) => collation switch
    {
        IndexCollation.NoCase => CompareNoCase(left, right),
        IndexCollation.RTrim => left.TrimEnd((byte)' ').SequenceCompareTo(right.TrimEnd((byte)' ')),
        _ => left.SequenceCompareTo(right),
    };

    // NOCASE folds the 26 letters of ASCII and nothing else. Behind a U+0000 that both have it sees only the lengths, as sqlite3_strnicmp ends there.
    private static int CompareNoCase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int common = Math.Min(left.Length, right.Length);
        for (int i = 0; i < common; i++)
        {
            int order = Fold(left[i]) - Fold(right[i]);
            if (order != 0) return order;
            if (left[i] == 0) break;
        }

        return left.Length - right.Length;
    }

    private static int Fold(byte b) => b is >= (byte)'A' and <= (byte)'Z' ? b + ('a' - 'A') : b;

    private static int CompareNumbers(byte leftClass, ReadOnlySpan<byte> left, byte rightClass, ReadOnlySpan<byte> right)
    {
        long leftBits = BinaryPrimitives.ReadInt64LittleEndian(left);
        long rightBits = BinaryPrimitives.ReadInt64LittleEndian(right);
        return (leftClass, rightClass) switch
        {
            (StorageClass.Integer, StorageClass.Integer) => leftBits.CompareTo(rightBits),
            (StorageClass.Real, StorageClass.Real) => BitConverter.Int64BitsToDouble(leftBits).CompareTo(BitConverter.Int64BitsToDouble(rightBits)),
            (StorageClass.Integer, _) => CompareMixed(leftBits, BitConverter.Int64BitsToDouble(rightBits)),
            _ => -CompareMixed(rightBits, BitConverter.Int64BitsToDouble(leftBits)),
        };
    }

    // Beyond 2^53 a double cannot hold every integer, so the comparison goes by the integer part first.
    private static int CompareMixed(long integer, double real)
    {
        if (real < -9223372036854775808.0) return 1;
        if (real >= 9223372036854775808.0) return -1;
        long whole = (long)real;
        int order = integer.CompareTo(whole);
        return order != 0 ? order : ((double)integer).CompareTo(real);
    }
}
