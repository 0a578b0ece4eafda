using System.Runtime.CompilerServices;
using EmrSim.Core.Files;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Verification;

/// <summary>
/// Proves the indexes of one table against its rows: same entries, in order, unique where they must be. SQLite's integrity_check looks
/// up every row in every index, at random places of the file; this reads the table once and each index once, front to back, and compares
/// sums of digests, so it needs neither time nor memory for jumping about.
/// </summary>
internal sealed class IndexProof
{
    private readonly SqliteDatabase _database;
    private readonly IndexRecords _records;
    private readonly string _table;
    private readonly string _rowid;
    private readonly IReadOnlyList<IndexShape> _indexes;
    private readonly long _seed = Random.Shared.NextInt64();

    internal IndexProof(SqliteDatabase database, IndexRecords records, TableShape table)
    {
        _database = database;
        _records = records;
        _table = table.Name;
        _rowid = table.Rowid;
        _indexes = table.Indexes ?? [];
    }

    /// <summary>Runs it.</summary>
    /// <param name="sideBySide">Whether a second thread may be used.</param>
    /// <returns>
    /// What is wrong, a line for each index; empty where all is well; null where a query would not see all that an index holds, so that
    /// nothing is proved.
    /// </returns>
    /// <exception cref="SqliteFault">The table or an index cannot be read.</exception>
    internal List<string>? Run(bool sideBySide)
    {
        if (_indexes.Any(i => !IsReadAlone(i) || !_records.AreWhole(i))) return null;
        // The table and its indexes can be read side by side: neither needs the other before the end.
        using SqliteDatabase second = _database.OpenAgain();
        Task<MultisetDigest[]> table = sideBySide ? WorkThread.Run(() => ReadTable(second)) : Task.FromResult(ReadTable(second));
        try
        {
            IndexContent[] contents = [.. _indexes.Select(ReadIndex)];
            MultisetDigest[] rows = table.GetAwaiter().GetResult();
            return [.. _indexes.Select((index, i) => Compare(index, contents[i], rows[i])).OfType<string>()];
        }
        finally
        {
            WorkThread.Join(table);
        }
    }

    // The proof is one only if the values come from the index itself, never from the table behind it.
    private bool IsReadAlone(IndexShape index)
    {
        string plan = string.Join('\n', _database.Rows("EXPLAIN QUERY PLAN " + IndexQuery(index), static s => SqliteDatabase.Text(s, 3)));
        return plan.EndsWith($"USING COVERING INDEX {index.Name}", StringComparison.Ordinal) && !plan.Contains('\n', StringComparison.Ordinal);
    }

    private string IndexQuery(IndexShape index) =>
        $"SELECT {Names(index)}, {_rowid} FROM {SqliteDatabase.Quote(_table)} INDEXED BY {SqliteDatabase.Quote(index.Name)}";

    private static string Names(IndexShape index) => string.Join(", ", index.Columns.Select(c => SqliteDatabase.Quote(c.Name)));

    private MultisetDigest[] ReadTable(SqliteDatabase database)
    {
        List<string> names = [.. _indexes.SelectMany(i => i.Columns).Select(c => c.Name).Distinct(StringComparer.Ordinal)];
        int[][] columns = [.. _indexes.Select(i => (int[])[.. i.Columns.Select(c => names.IndexOf(c.Name)), names.Count])];
        var digests = new MultisetDigest[_indexes.Count];
        var record = new KeyRecord();
        string list = string.Join(", ", names.Select(SqliteDatabase.Quote));
        database.ForEach($"SELECT {list}, {_rowid} FROM {SqliteDatabase.Quote(_table)} NOT INDEXED", [MethodImpl(Hot.Loop)] (row) =>
        {
            for (int i = 0; i < columns.Length; i++)
            {
                record.Read(row, columns[i]);
                digests[i].Add(record.Bytes, _seed);
            }
        });
        return digests;
    }

    private IndexContent ReadIndex(IndexShape index)
    {
        int[] columns = [.. Enumerable.Range(0, index.Columns.Length + 1)];
        var digest = default(MultisetDigest);
        KeyRecord record = new(), previous = new();
        long disordered = 0, doubled = 0;
        _database.ForEach(IndexQuery(index), [MethodImpl(Hot.Loop)] (row) =>
        {
            record.Read(row, columns);
            if (digest.Count > 0)
            {
                (int order, bool sameKey, bool hasNull) = KeyOrder.Compare(previous.Bytes, record.Bytes, index.Columns);
                if (order >= 0) disordered++;
                // NULLs are distinct in a unique index: https://sqlite.org/lang_createindex.html#unique_indexes
                else if (index.Unique && sameKey && !hasNull) doubled++;
            }

            digest.Add(record.Bytes, _seed);
            (record, previous) = (previous, record);
        });

        return new IndexContent(digest, disordered, doubled);
    }

    private string? Compare(IndexShape index, IndexContent content, MultisetDigest rows) =>
        content.Digest.Count != rows.Count ? $"index {index.Name} of {_table} has {content.Digest.Count} entries for {rows.Count} rows" :
        !content.Digest.IsSameAs(rows) ? $"index {index.Name} of {_table} does not hold the values of the table's rows" :
        content.Disordered > 0 ? $"index {index.Name} of {_table} is out of order in {content.Disordered} places" :
        content.Doubled > 0 ? $"unique index {index.Name} of {_table} holds {content.Doubled} doubled keys" : null;

    /// <summary>What an index holds, and how often its order or its uniqueness is broken.</summary>
    private sealed record IndexContent(MultisetDigest Digest, long Disordered, long Doubled);
}
