using System.Runtime.CompilerServices;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Migration.Proof;

/// <summary>Says of a row of SQLite what of it is to be on the other side: false where it was rejected; values that arrive as NULL are marked.</summary>
internal delegate bool RowAdjustment(StatementRow row, Span<bool> nulled);

/// <summary>The rows of a SQLite database.</summary>
/// <param name="database">A connection that holds one state.</param>
/// <param name="encoding">The encoding of the database.</param>
/// <param name="adjustment">Finds what of a table's rows was not carried; gives null for a table whose rows all were.</param>
internal sealed class SqliteRows(SqliteDatabase database, string encoding, Func<TableComparison, RowAdjustment?>? adjustment = null) : ITableRows
{
    /// <inheritdoc/>
    public Task ReadAsync(TableComparison table, long seed, Action<CanonicalRow> row, CancellationToken token) =>
        // SQLite knows no other reading than one that holds its thread.
        Task.Factory.StartNew(() => Read(table, seed, row), token, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>The query over the columns; of the table itself, since an index is a copy, which may be damaged.</summary>
    internal static string Query(string table, IEnumerable<string> columns) =>
        $"SELECT {string.Join(", ", columns.Select(SqliteDatabase.Quote))} FROM main.{SqliteDatabase.Quote(table)} NOT INDEXED";

    [MethodImpl(Hot.Loop)]
    private void Read(TableComparison table, long seed, Action<CanonicalRow> each)
    {
        RowAdjustment? adjust = adjustment?.Invoke(table);
        // What finds misfits reads the texts before.
        var canonical = new SqliteCanonical(table.Columns, encoding, seed, areRead: adjust is not null);
        string sql = Query(table.Left, table.Columns.Select(c => c.Left));
        if (adjust is null)
        {
            database.ForEach(sql, row => each(canonical.Write(row)));
            return;
        }

        bool[] nulled = new bool[table.Columns.Count];
        database.ForEach(sql, row =>
        {
            Array.Clear(nulled);
            if (adjust(row, nulled)) each(canonical.Write(row, nulled));
        });
    }
}
