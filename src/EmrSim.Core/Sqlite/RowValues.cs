using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace EmrSim.Core.Sqlite;

/// <summary>
/// The values of one row of a database in UTF-8, valid until its statement's next step. Each is asked of SQLite once: its functions for columns take a lock and look for errors every time, and
/// those for values do not. Such values are not thread-safe (sqlite3_column_value), nor is a statement here.
/// </summary>
/// <param name="count">How many columns the statement has.</param>
internal sealed unsafe class RowValues(int count)
{
    private const string Library = "e_sqlite3";

    private readonly RowValue[] _values = new RowValue[count];

    internal ref readonly RowValue this[int column]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _values[column];
    }

    /// <summary>Reads the row to which a statement has stepped.</summary>
    [MethodImpl(Hot.Loop)]
    internal void Read(nint statement)
    {
        RowValue[] values = _values;
        for (int i = 0; i < values.Length; i++)
        {
            nint value = ColumnValue(statement, i);
            ref RowValue into = ref values[i];
            switch (into.Type = ValueType(value))
            {
                case raw.SQLITE_INTEGER:
                    into.Integer = ValueInteger(value);
                    break;
                case raw.SQLITE_FLOAT:
                    into.Real = ValueReal(value);
                    break;
                case raw.SQLITE_TEXT or raw.SQLITE_BLOB:
                    into.Start = ValueBlob(value);
                    into.Length = ValueBytes(value);
                    break;
                default:
                    break;
            }
        }
    }

    [DllImport(Library, EntryPoint = "sqlite3_column_value"), SuppressGCTransition]
    private static extern nint ColumnValue(nint statement, int column);

    [DllImport(Library, EntryPoint = "sqlite3_value_type"), SuppressGCTransition]
    private static extern int ValueType(nint value);

    [DllImport(Library, EntryPoint = "sqlite3_value_int64"), SuppressGCTransition]
    private static extern long ValueInteger(nint value);

    [DllImport(Library, EntryPoint = "sqlite3_value_double"), SuppressGCTransition]
    private static extern double ValueReal(nint value);

    [DllImport(Library, EntryPoint = "sqlite3_value_blob"), SuppressGCTransition]
    private static extern byte* ValueBlob(nint value);

    [DllImport(Library, EntryPoint = "sqlite3_value_bytes"), SuppressGCTransition]
    private static extern int ValueBytes(nint value);
}

/// <summary>A value of a row, as what it is.</summary>
internal unsafe struct RowValue
{
    /// <summary>Its storage class, as SQLITE_INTEGER and so on.</summary>
    internal int Type;

    internal int Length;
    internal long Integer;
    internal double Real;
    internal byte* Start;

    /// <summary>The bytes of a text or blob.</summary>
    internal readonly ReadOnlySpan<byte> Bytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Start, Length);
    }
}
