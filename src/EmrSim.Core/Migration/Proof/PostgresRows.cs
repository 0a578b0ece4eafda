using System.Runtime.CompilerServices;
using EmrSim.Core.Postgres;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Migration.Proof;

/// <summary>The rows of a PostgreSQL database, read in its binary format within the session's transaction.</summary>
/// <param name="session">A session that sees one state: in a transaction that is REPEATABLE READ, or the one that wrote the rows.</param>
/// <param name="schema">The schema; null for what the search path finds.</param>
internal sealed class PostgresRows(PostgresSession session, string? schema) : ITableRows
{
    /// <inheritdoc/>
    public async Task ReadAsync(TableComparison table, long seed, Action<CanonicalRow> row, CancellationToken token)
    {
        await using CopyOut copy = await session.CopyOutAsync(Query(table), token).ConfigureAwait(false);
        await Task.Factory.StartNew(() => Read(copy, table, seed, row), token, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
    }

    private string Query(TableComparison table)
    {
        string from = (schema is null ? "" : PostgresNames.Quote(schema) + ".") + PostgresNames.Quote(table.Left);
        IEnumerable<string> columns = table.Columns.Select(c => PostgresNames.Quote(c.Left) + (c.LeftWire == Wire.Cast ? "::pg_catalog.text" : ""));
        return $"COPY (SELECT {string.Join(", ", columns)} FROM {from}) TO STDOUT (FORMAT binary)";
    }

    [MethodImpl(Hot.Loop)]
    private static void Read(CopyOut copy, TableComparison table, long seed, Action<CanonicalRow> each)
    {
        var canonical = new PostgresCanonical([.. table.Columns.Select(c => (c.Kind, c.LeftWire))], seed);
        int columns = table.Columns.Count;
        while (copy.Next())
        {
            if (copy.FieldCount != columns) throw new InvalidDataException("PostgreSQL sent a row of another number of fields.");
            canonical.Row.Clear();
            for (int i = 0; i < columns; i++)
            {
                if (copy.IsNull(i)) canonical.Row.Null();
                else canonical.Append(i, copy.Field(i));
            }

            each(canonical.Row);
        }
    }
}
