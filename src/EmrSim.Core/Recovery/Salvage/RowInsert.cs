using System.Runtime.InteropServices;
using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Recovery.Salvage;

/// <summary>
/// A statement that writes rows as their bytes are, without a string or an array per value; for millions of them. The values are bound where they
/// lie, so their buffer is held in place while a row is written.
/// </summary>
internal sealed unsafe class RowInsert : IDisposable
{
    private const string Library = "e_sqlite3";

    private readonly sqlite3_stmt _statement;
    private readonly nint _handle;
    private readonly SqliteEncoding _encoding;

    internal RowInsert(SqliteDatabase database, string sql, SqliteEncoding encoding)
    {
        int rc = raw.sqlite3_prepare_v2(database.Handle, sql, out _statement);
        if (rc != raw.SQLITE_OK) database.Throw(rc);
        _handle = _statement.DangerousGetHandle();
        _encoding = encoding;
    }

    /// <summary>Binds an integer, or NULL.</summary>
    internal void Bind(int parameter, long? value) => _ = value is { } integer ? BindInteger(_handle, parameter, integer) : BindNull(_handle, parameter);

    /// <summary>Binds a text, or NULL.</summary>
    internal void Bind(int parameter, string? value) =>
        _ = value is null ? BindNull(_handle, parameter) : raw.sqlite3_bind_text(_statement, parameter, value);

    /// <summary>Binds a column of the current row of another statement.</summary>
    internal void Bind(int parameter, sqlite3_stmt row, int column) => _ = BindValue(_handle, parameter, ColumnValue(row.DangerousGetHandle(), column));

    /// <summary>Binds values of a record to parameters, and runs the statement.</summary>
    /// <param name="record">The record.</param>
    /// <param name="parameters">For each of its values the number of a parameter; 0 for those that are left out.</param>
    /// <returns>SQLite's result code.</returns>
    internal int Run(SalvageRecord record, ReadOnlySpan<int> parameters)
    {
        fixed (byte* data = record.Data)
        {
            for (int i = 0; i < Math.Min(record.Count, parameters.Length); i++)
            {
                if (parameters[i] != 0) Bind(parameters[i], record, i, data);
            }

            int rc = StepRow(_handle);
            _ = Reset(_handle);
            return rc;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _statement.Dispose();

    private void Bind(int parameter, SalvageRecord record, int field, byte* data)
    {
        int length = (int)record.LengthOf(field);
        byte* at = data + record.Start(field);
        // 0 is SQLITE_STATIC.
        _ = record.IsNull(field) ? BindNull(_handle, parameter) :
            record.IsText(field) ? BindText(_handle, parameter, at, (ulong)length, 0, (byte)_encoding) :
            record.IsBlob(field) ? BindBlob(_handle, parameter, at, length, 0) :
            record.IsReal(field) ? BindReal(_handle, parameter, record.Real(field)) :
            BindInteger(_handle, parameter, record.Integer(field));
    }

    [DllImport(Library, EntryPoint = "sqlite3_step")]
    private static extern int StepRow(nint statement);

    [DllImport(Library, EntryPoint = "sqlite3_reset")]
    private static extern int Reset(nint statement);

    [DllImport(Library, EntryPoint = "sqlite3_bind_null"), SuppressGCTransition]
    private static extern int BindNull(nint statement, int parameter);

    [DllImport(Library, EntryPoint = "sqlite3_bind_int64"), SuppressGCTransition]
    private static extern int BindInteger(nint statement, int parameter, long value);

    [DllImport(Library, EntryPoint = "sqlite3_bind_double"), SuppressGCTransition]
    private static extern int BindReal(nint statement, int parameter, double value);

    // SQLite converts a UTF-16 text of the other byte order when it binds it, so these are ordinary calls.
    [DllImport(Library, EntryPoint = "sqlite3_bind_text64")]
    private static extern int BindText(nint statement, int parameter, byte* text, ulong length, nint destructor, byte encoding);

    [DllImport(Library, EntryPoint = "sqlite3_bind_blob")]
    private static extern int BindBlob(nint statement, int parameter, byte* blob, int length, nint destructor);

    [DllImport(Library, EntryPoint = "sqlite3_bind_value")]
    private static extern int BindValue(nint statement, int parameter, nint value);

    [DllImport(Library, EntryPoint = "sqlite3_column_value")]
    private static extern nint ColumnValue(nint statement, int column);
}
