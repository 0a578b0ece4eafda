using EmrSim.Core.Migration.Values;
using EmrSim.Core.Postgres;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Migration.Proof;

/// <summary>The proof within a migration: the source was digested while it was copied, and the target is read back in the transaction that wrote it.</summary>
internal static class MigrationProof
{
    private const int RowsBetweenReports = 4096;

    /// <summary>How the rows of a table are compared.</summary>
    /// <param name="table">The table of the plan.</param>
    /// <param name="columns">Its columns, in the order in which both sides are read; those that PostgreSQL computes belong to them.</param>
    internal static TableComparison Comparison(EmrMigrationTable table, IReadOnlyList<EmrMigrationColumn> columns)
    {
        ColumnComparison[] compared =
        [
            .. columns.Select(c => ColumnComparison.Of(
                c.Name,
                Wire.Sqlite,
                c.TargetName,
                WireTypes.Of(PgType.Parse(c.TargetType)
                    ?? throw new EmrSimException(ErrorCode.PlanInvalid, $"The plan gives '{table.Name}.{c.Name}' the type '{c.TargetType}', which is not known.", table.Name)),
                c.Unit)),
        ];
        int[] key = [.. table.Key.Select(k => Array.FindIndex(compared, c => c.Left == k))];
        return key.Contains(-1)
            ? throw new EmrSimException(ErrorCode.PlanInvalid, $"The plan gives '{table.Name}' a key of columns that it does not have.", table.Name)
            : new TableComparison(table.Name, table.TargetName, compared, key);
    }

    /// <summary>Reads the digest of the table in PostgreSQL.</summary>
    /// <param name="session">The session whose transaction wrote it; its search path finds the table.</param>
    /// <param name="table">The table.</param>
    /// <param name="source">The digest of the source, for its seed and its buckets.</param>
    /// <param name="rowsRead">Is told now and then, and at the end, how many rows have been read.</param>
    /// <param name="token">Cancels.</param>
    internal static async Task<TableDigest> ReadTargetAsync(PostgresSession session, TableComparison table, TableDigest source, Action<long> rowsRead, CancellationToken token)
    {
        var digest = new TableDigest(source.Seed, source.Buckets);
        var hasher = new RowHasher(table.Key, source.Seed);
        long rows = 0;
        await new PostgresRows(session, null).ReadAsync(table.Turned(), source.Seed, Add, token).ConfigureAwait(false);
        rowsRead(rows);
        return digest;

        void Add(CanonicalRow row)
        {
            digest.Add(hasher.Hash(row));
            if (++rows % RowsBetweenReports == 0) rowsRead(rows);
        }
    }

    /// <summary>Compares both digests, and names the first differences where they differ.</summary>
    /// <param name="table">The table.</param>
    /// <param name="source">The snapshot that was copied.</param>
    /// <param name="encoding">Its encoding.</param>
    /// <param name="adjustment">Says what of a row was not carried; null where all was.</param>
    /// <param name="session">The session whose transaction wrote the table.</param>
    /// <param name="sourceDigest">The digest that was made while rows were copied.</param>
    /// <param name="targetDigest">The digest that was read back.</param>
    /// <param name="maximum">How many differences are wanted at most.</param>
    /// <param name="token">Cancels.</param>
    internal static Task<TableResult> ProveAsync(
        TableComparison table,
        SqliteDatabase source,
        string encoding,
        RowAdjustment? adjustment,
        PostgresSession session,
        TableDigest sourceDigest,
        TableDigest targetDigest,
        int maximum,
        CancellationToken token)
    {
        var left = new SqliteRows(source, encoding, adjustment is null ? null : _ => adjustment);
        var comparer = new TableComparer(table, left, new PostgresRows(session, null), sourceDigest.Seed);
        return comparer.ExplainAsync(sourceDigest, targetDigest, maximum, token);
    }
}
