using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EmrSim.Core.Sqlite;

/// <summary>
/// The current row of a statement, for loops over millions of values: the calls go straight to the native library and without
/// a transition of the garbage collector's, since each takes nanoseconds, never waits and never calls back.
/// </summary>
/// <param name="statement">A statement that has just stepped to a row; valid until its next step.</param>
/// <param name="values">What was read of the row already; each column can then only be asked for as what it is.</param>
internal readonly unsafe struct StatementRow(nint statement, RowValues? values = null)
{
    private const string Library = "e_sqlite3";

    /// <summary>The same row, read into memory once: for who asks for every value more than once. Its texts are as they are stored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal StatementRow Read(RowValues into)
    {
        into.Read(statement);
        return new StatementRow(statement, into);
    }

    /// <summary>Moves on to the next row. It may wait for the disk, so it is an ordinary call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Step() => StepNext(statement);

    /// <summary>The storage class of a column, as SQLITE_INTEGER and so on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Type(int column) => values is null ? ColumnType(statement, column) : values[column].Type;

    /// <summary>An integer column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal long Integer(int column) => values is null ? ColumnInteger(statement, column) : values[column].Integer;

    /// <summary>A real column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal double Real(int column) => values is null ? ColumnReal(statement, column) : values[column].Real;

    /// <summary>The bytes of a text or blob column, as they are stored in a UTF-8 database.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<byte> Bytes(int column)
    {
        if (values is not null) return values[column].Bytes;
        // The order is SQLite's rule: asking for the bytes first might convert them.
        byte* start = ColumnBlob(statement, column);
        return new ReadOnlySpan<byte>(start, ColumnBytes(statement, column));
    }

    /// <summary>
    /// The bytes of a text column in UTF-8, whatever the database's encoding. SQLite turns half of a surrogate pair of a UTF-16 database into another character without a
    /// word: see <see cref="IsWellFormedUtf16"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<byte> Text(int column)
    {
        if (values is not null) return values[column].Bytes;
        byte* start = ColumnText(statement, column);
        return new ReadOnlySpan<byte>(start, ColumnBytes(statement, column));
    }

    /// <summary>Whether a text of a UTF-16 database is UTF-16 with all its surrogates in pairs. To be asked before <see cref="Text"/>.</summary>
    /// <param name="column">The column; it holds a text.</param>
    /// <param name="bigEndian">Whether the database is UTF-16be.</param>
    /// <param name="at">The byte at which it is not.</param>
    internal bool IsWellFormedUtf16(int column, bool bigEndian, out int at) => Utf16Text.IsWellFormed(Bytes(column), bigEndian, out at);

    [DllImport(Library, EntryPoint = "sqlite3_step")]
    private static extern int StepNext(nint statement);

    [DllImport(Library, EntryPoint = "sqlite3_column_type"), SuppressGCTransition]
    private static extern int ColumnType(nint statement, int column);

    [DllImport(Library, EntryPoint = "sqlite3_column_int64"), SuppressGCTransition]
    private static extern long ColumnInteger(nint statement, int column);

    [DllImport(Library, EntryPoint = "sqlite3_column_double"), SuppressGCTransition]
    private static extern double ColumnReal(nint statement, int column);

    [DllImport(Library, EntryPoint = "sqlite3_column_blob"), SuppressGCTransition]
    private static extern byte* ColumnBlob(nint statement, int column);

    [DllImport(Library, EntryPoint = "sqlite3_column_text"), SuppressGCTransition]
    private static extern byte* ColumnText(nint statement, int column);

    [DllImport(Library, EntryPoint = "sqlite3_column_bytes"), SuppressGCTransition]
    private static extern int ColumnBytes(nint statement, int column);
}
