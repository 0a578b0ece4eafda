using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Migration.Proof;

/// <summary>Brings rows of SQLite into canonical form.</summary>
internal sealed class SqliteCanonical
{
    private readonly ComparisonKind[] _kinds;
    private readonly EmrTimeUnit[] _units;
    private readonly CanonicalValues _values;
    private readonly bool _isUtf16;
    private readonly bool _isBigEndian;
    private readonly bool _areRead;

    /// <summary>Makes one.</summary>
    /// <param name="columns">The columns, in the order of the statement's.</param>
    /// <param name="encoding">The encoding of the database, as PRAGMA encoding says it.</param>
    /// <param name="seed">The seed of this comparison.</param>
    /// <param name="areRead">
    /// Whether somebody has read the texts of a row before, as UTF-8. Then SQLite has converted them in their place, and none of them is broken.
    /// </param>
    internal SqliteCanonical(IReadOnlyList<ColumnComparison> columns, string encoding, long seed, bool areRead = false)
    {
        _areRead = areRead;
        _kinds = [.. columns.Select(c => c.Kind)];
        _units = [.. columns.Select(c => c.Unit)];
        Row = new CanonicalRow(columns.Count, seed);
        _values = new CanonicalValues(Row);
        _isUtf16 = encoding.StartsWith("UTF-16", StringComparison.OrdinalIgnoreCase);
        _isBigEndian = encoding.EndsWith("be", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The row last written.</summary>
    internal CanonicalRow Row { get; }

    /// <summary>Writes the current row of a statement.</summary>
    [MethodImpl(Hot.Loop)]
    internal CanonicalRow Write(StatementRow source)
    {
        Row.Clear();
        for (int i = 0; i < _kinds.Length; i++) Append(source, i);
        return Row;
    }

    /// <summary>Writes it with some of its values as NULL, because they could not be carried.</summary>
    internal CanonicalRow Write(StatementRow source, ReadOnlySpan<bool> nulled)
    {
        Row.Clear();
        for (int i = 0; i < _kinds.Length; i++)
        {
            if (nulled[i]) Row.Null();
            else Append(source, i);
        }

        return Row;
    }

    [MethodImpl(Hot.Loop)]
    private void Append(StatementRow source, int column)
    {
        ComparisonKind kind = _kinds[column];
        switch (source.Type(column))
        {
            case raw.SQLITE_NULL:
                Row.Null();
                break;
            case raw.SQLITE_INTEGER:
                if (kind == ComparisonKind.Exact) Row.Integer(source.Integer(column));
                else _values.Integer(source.Integer(column), kind, _units[column]);
                break;
            case raw.SQLITE_FLOAT:
                if (kind == ComparisonKind.Exact) Row.Real(source.Real(column));
                else _values.Real(source.Real(column), kind, _units[column]);
                break;
            case raw.SQLITE_BLOB:
                Row.Blob(source.Bytes(column));
                break;
            default:
                if (_isUtf16 && _areRead) _values.Text(source.Text(column), kind);
                else if (_isUtf16) AppendUtf16(source.Bytes(column), kind);
                else if (kind is ComparisonKind.Exact or ComparisonKind.Text) Row.Text(source.Bytes(column));
                else _values.Text(source.Bytes(column), kind);
                break;
        }
    }

    // SQLite's own conversion makes something of half a surrogate pair, and the same of different ones.
    private void AppendUtf16(ReadOnlySpan<byte> bytes, ComparisonKind kind)
    {
        char[] letters = ArrayPool<char>.Shared.Rent((bytes.Length / 2) + 1);
        byte[] utf8 = ArrayPool<byte>.Shared.Rent((bytes.Length * 3 / 2) + 1);
        try
        {
            Span<char> text = letters.AsSpan(0, bytes.Length / 2);
            bytes[..(text.Length * 2)].CopyTo(MemoryMarshal.AsBytes(text));
            if (_isBigEndian == BitConverter.IsLittleEndian) Swap(text);
            if (bytes.Length % 2 == 0 && Utf8.FromUtf16(text, utf8, out _, out int length, replaceInvalidSequences: false) == OperationStatus.Done)
            {
                _values.Text(utf8.AsSpan(0, length), kind);
                return;
            }

            // Swapped alike, so that databases of both orders compare equal.
            Row.Variable(CanonicalTag.BrokenText, MemoryMarshal.AsBytes(text));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(letters);
            ArrayPool<byte>.Shared.Return(utf8);
        }
    }

    private static void Swap(Span<char> text)
    {
        Span<ushort> units = MemoryMarshal.Cast<char, ushort>(text);
        System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(units, units);
    }
}
