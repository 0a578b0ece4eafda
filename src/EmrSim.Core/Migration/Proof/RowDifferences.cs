using System.Globalization;

namespace EmrSim.Core.Migration.Proof;

/// <summary>Turns rows that differ into differences: by key, and column by column where both sides have the key.</summary>
/// <param name="table">The table.</param>
/// <param name="left">The rows of the left.</param>
/// <param name="right">The rows of the right.</param>
internal sealed class RowDifferences(TableComparison table, Dictionary<RowHash, SampledRow> left, Dictionary<RowHash, SampledRow> right)
{
    private const int MostKeyText = 200;

    private readonly List<(long Side, long Place, List<EmrDifference> Differences)> _found = [];

    /// <summary>The differences, in the order of their rows on the left, and then of those on the right only.</summary>
    internal List<EmrDifference> Of(IEnumerable<List<RowDelta>> keys)
    {
        foreach (List<RowDelta> key in keys) Explain(key);
        return [.. _found.OrderBy(f => f.Side).ThenBy(f => f.Place).SelectMany(f => f.Differences)];
    }

    private void Explain(List<RowDelta> deltas)
    {
        List<RowDelta> gone = [.. deltas.Where(d => d.Right == 0)], added = [.. deltas.Where(d => d.Left == 0)];
        foreach (RowDelta delta in deltas.Where(d => d.Left > 0 && d.Right > 0)) Count(delta, left[delta.Hash], 0);

        // A key that both sides have: the values are others. Where it has several rows, those that are alike are paired.
        while (gone.Count > 0 && added.Count > 0)
        {
            (RowDelta from, RowDelta to) = Nearest(gone, added);
            Values(left[from.Hash], right[to.Hash]);
            gone.Remove(from);
            added.Remove(to);
        }

        foreach (RowDelta delta in gone) OneSided(delta, left[delta.Hash], 0, EmrDifferenceKind.RowMissing);
        foreach (RowDelta delta in added) OneSided(delta, right[delta.Hash], 1, EmrDifferenceKind.RowAdded);
    }

    private (RowDelta From, RowDelta To) Nearest(List<RowDelta> gone, List<RowDelta> added)
    {
        // Keys are unique but for broken ones, and a pair is found at once; of many rows of one key any pairing is as good.
        const int most = 50;
        return (from g in gone.Take(most) from a in added.Take(most) select (g, a))
            .MinBy(p => left[p.g.Hash].Values.Zip(right[p.a.Hash].Values).Count(v => v.First.Hash != v.Second.Hash));
    }

    private void Values(SampledRow leftRow, SampledRow rightRow)
    {
        string key = KeyOf(leftRow);
        var differences = new List<EmrDifference>();
        for (int i = 0; i < table.Columns.Count; i++)
        {
            if (leftRow.Values[i].Hash == rightRow.Values[i].Hash) continue;
            (string? shownLeft, string? shownRight) = CanonicalText.Pair(leftRow.Values[i], rightRow.Values[i]);
            differences.Add(new EmrDifference(table.Left, EmrDifferenceKind.Value, key, table.Columns[i].Left, shownLeft, shownRight));
        }

        if (differences.Count == 0) throw Inconsistent(table);
        _found.Add((0, leftRow.Place, differences));
    }

    private void OneSided(RowDelta delta, SampledRow row, long side, EmrDifferenceKind kind)
    {
        if (delta.Left + delta.Right > 1) Count(delta, row, side);
        else _found.Add((side, row.Place, [new EmrDifference(table.Left, kind, KeyOf(row), "", null, null)]));
    }

    private void Count(RowDelta delta, SampledRow row, long side) => _found.Add((side, row.Place,
    [
        new EmrDifference(
            table.Left,
            EmrDifferenceKind.RowCount,
            KeyOf(row),
            "",
            delta.Left.ToString(CultureInfo.InvariantCulture),
            delta.Right.ToString(CultureInfo.InvariantCulture)),
    ]));

    // A row without a key is named by all it holds.
    private string KeyOf(SampledRow row)
    {
        IEnumerable<int> columns = table.Key.Count > 0 ? table.Key : Enumerable.Range(0, table.Columns.Count);
        string text = string.Join(", ", columns.Select(i => $"{table.Columns[i].Left}={CanonicalText.Key(row.Values[i].Bytes)}"));
        return table.Key.Count > 0 || text.Length <= MostKeyText ? text : text[..MostKeyText] + "…";
    }

    /// <summary>What two readings of one state cannot give, but did.</summary>
    internal static EmrSimException Inconsistent(TableComparison table) => new(
        ErrorCode.ComparisonInconsistent,
        $"'{table.Left}' differs, but read again it was another: one of the databases does not hold still, or a computed column gives another value each time. " +
        "Nothing can be said of this table.",
        table.Left);
}
