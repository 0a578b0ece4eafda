using System.Runtime.CompilerServices;
using EmrSim.Core.Sqlite;
using SQLitePCL;

namespace EmrSim.Core.Migration.Copying;

/// <summary>Writes rows of SQLite as rows of PostgreSQL's binary COPY format.</summary>
/// <param name="columns">The columns, in the order of the statement's first ones.</param>
/// <param name="encoding">That of the database, as PRAGMA encoding says it.</param>
/// <param name="nullMisfits">Whether a value that does not fit becomes NULL; otherwise its row is not written.</param>
internal sealed class RowEncoder(IReadOnlyList<CopyColumn> columns, string encoding, bool nullMisfits)
{
    private readonly CopyColumn[] _columns = [.. columns];
    private readonly RowBuffer _buffer = new();
    private readonly List<Misfit> _misfits = [];
    private FieldEncoder? _fields;

    /// <summary>The row that was encoded last.</summary>
    internal ReadOnlyMemory<byte> Row => _buffer.Written;

    /// <summary>What did not fit in the row that was encoded last.</summary>
    internal IReadOnlyList<Misfit> Misfits => _misfits;

    /// <summary>Encodes the current row.</summary>
    /// <returns>Whether it can be sent: every value fits, or became NULL where that may be.</returns>
    [MethodImpl(Hot.Loop)]
    internal bool Encode(StatementRow row)
    {
        FieldEncoder fields = _fields ??= new FieldEncoder(_buffer, encoding);
        _misfits.Clear();
        _buffer.Clear();
        _buffer.FieldCount(_columns.Length);
        bool complete = true;
        for (int i = 0; i < _columns.Length; i++)
        {
            CopyColumn column = _columns[i];
            if (row.Type(i) == raw.SQLITE_NULL)
            {
                _buffer.Null();
                if (column.Nullable) continue;
                _misfits.Add(new Misfit(i, "is NULL, which its column may not hold"));
                complete = false;
            }
            else if (fields.Write(row, i, column) is { } reason)
            {
                _buffer.Null();
                _misfits.Add(new Misfit(i, reason));
                complete &= nullMisfits && column.Nullable;
            }
        }

        return complete;
    }
}
