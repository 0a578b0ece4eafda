using System.Runtime.CompilerServices;

namespace EmrSim.Core.Migration.Proof;

/// <summary>
/// Compares the rows of a table: by digests in one reading of each side, both at once; where buckets differ, a second reading finds the rows, and a third their values.
/// No reading keeps more than a bounded number of rows.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="left">The left side.</param>
/// <param name="right">The right side.</param>
/// <param name="seed">The seed of the comparison.</param>
/// <param name="rowsRead">Is told of rows that were read, from either side's thread.</param>
internal sealed class TableComparer(TableComparison table, ITableRows left, ITableRows right, long seed, Action<long>? rowsRead = null)
{
    /// <summary>How many rows of a side a second reading keeps at most: about 20 MB.</summary>
    internal const int MostRows = 262_144;

    private const int Batch = 4096;

    /// <summary>Compares them.</summary>
    /// <param name="rows">About how many rows there are.</param>
    /// <param name="maximum">How many differences are wanted at most.</param>
    /// <param name="token">Cancels.</param>
    internal async Task<TableResult> CompareAsync(long rows, int maximum, CancellationToken token)
    {
        int buckets = TableDigest.BucketsFor(rows);
        TableDigest leftDigest = new(seed, buckets), rightDigest = new(seed, buckets);
        RowHasher leftHasher = new(table.Key, seed), rightHasher = new(table.Key, seed);
        await ReadBothAsync(r => leftDigest.Add(leftHasher.Hash(r)), r => rightDigest.Add(rightHasher.Hash(r)), token).ConfigureAwait(false);
        return await ExplainAsync(leftDigest, rightDigest, maximum, token).ConfigureAwait(false);
    }

    /// <summary>Says how the rows behind two digests differ.</summary>
    internal async Task<TableResult> ExplainAsync(TableDigest leftDigest, TableDigest rightDigest, int maximum, CancellationToken token)
    {
        List<int> buckets = leftDigest.DifferingFrom(rightDigest);
        var differences = new List<EmrDifference>();
        long more = 0;
        int next = 0;
        while (next < buckets.Count && differences.Count < maximum)
        {
            bool[] wanted = Choose(buckets, ref next, leftDigest, rightDigest);
            Dictionary<ulong, List<RowDelta>> keys = await FindAsync(leftDigest, wanted, token).ConfigureAwait(false);
            List<List<RowDelta>> shown = [.. keys.Values.Take(maximum - differences.Count)];
            List<EmrDifference> found = await SampleAsync(shown, token).ConfigureAwait(false);
            int room = maximum - differences.Count;
            differences.AddRange(found.Take(room));
            more += keys.Count - shown.Count + found.Skip(room).Select(d => d.Key).Distinct().Except(found.Take(room).Select(d => d.Key)).Count();
        }

        // In each of the others there is one row at least.
        return new TableResult(table, leftDigest.Rows, rightDigest.Rows, differences, more + buckets.Count - next);
    }

    private static bool[] Choose(List<int> buckets, ref int next, TableDigest leftDigest, TableDigest rightDigest)
    {
        bool[] wanted = new bool[leftDigest.Buckets];
        long rows = 0;
        do
        {
            int bucket = buckets[next++];
            wanted[bucket] = true;
            rows += Math.Max(leftDigest.Count(bucket), rightDigest.Count(bucket));
        }
        while (next < buckets.Count && rows + Math.Max(leftDigest.Count(buckets[next]), rightDigest.Count(buckets[next])) <= MostRows);

        return wanted;
    }

    private async Task<Dictionary<ulong, List<RowDelta>>> FindAsync(TableDigest digest, bool[] wanted, CancellationToken token)
    {
        DifferingRows leftRows = new(new RowHasher(table.Key, seed), digest, wanted), rightRows = new(new RowHasher(table.Key, seed), digest, wanted);
        await ReadBothAsync(leftRows.Add, rightRows.Add, token).ConfigureAwait(false);
        Dictionary<ulong, List<RowDelta>> found = RowDelta.Find(leftRows.Counts, rightRows.Counts);
        // Never must this pass for a table that is equal.
        return found.Count > 0 ? found : throw RowDifferences.Inconsistent(table);
    }

    private async Task<List<EmrDifference>> SampleAsync(List<List<RowDelta>> keys, CancellationToken token)
    {
        HashSet<RowHash> leftWanted = [.. keys.SelectMany(k => k).Where(d => d.Left > 0).Select(d => d.Hash)];
        HashSet<RowHash> rightWanted = [.. keys.SelectMany(k => k).Where(d => d.Right > 0).Select(d => d.Hash)];
        RowSamples leftRows = new(new RowHasher(table.Key, seed), seed, leftWanted), rightRows = new(new RowHasher(table.Key, seed), seed, rightWanted);
        await ReadBothAsync(leftRows.Add, rightRows.Add, token).ConfigureAwait(false);
        if (leftRows.Rows.Count < leftWanted.Count || rightRows.Rows.Count < rightWanted.Count) throw RowDifferences.Inconsistent(table);
        return new RowDifferences(table, leftRows.Rows, rightRows.Rows).Of(keys);
    }

    /// <summary>Reads both sides at once. Where one fails the other is stopped, and the failure is what is thrown.</summary>
    private async Task ReadBothAsync(Action<CanonicalRow> leftRow, Action<CanonicalRow> rightRow, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        Task[] sides =
        [
            left.ReadAsync(table, seed, Counted(leftRow, stop.Token), stop.Token),
            right.ReadAsync(table.Turned(), seed, Counted(rightRow, stop.Token), stop.Token),
        ];
        Task first = await Task.WhenAny(sides).ConfigureAwait(false);
        if (!first.IsCompletedSuccessfully) await stop.CancelAsync().ConfigureAwait(false);
        foreach (Task side in sides) await side.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        token.ThrowIfCancellationRequested();
        await first.ConfigureAwait(false);
        foreach (Task side in sides) await side.ConfigureAwait(false);
    }

    [MethodImpl(Sqlite.Hot.Loop)]
    private Action<CanonicalRow> Counted(Action<CanonicalRow> row, CancellationToken token)
    {
        int count = 0;
        return r =>
        {
            row(r);
            if (++count < Batch) return;
            count = 0;
            token.ThrowIfCancellationRequested();
            rowsRead?.Invoke(Batch);
        };
    }
}
