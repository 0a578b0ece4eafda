namespace EmrSim.Core.Migration.Proof;

/// <summary>A table that both sides have.</summary>
/// <param name="Left">Its name on the left, by which differences are reported.</param>
/// <param name="Right">Its name on the right.</param>
/// <param name="Columns">The columns that both have.</param>
/// <param name="Key">Which of them tell a row from all others; none where there are none. Rows of one key are told apart all the same.</param>
internal sealed record TableComparison(string Left, string Right, IReadOnlyList<ColumnComparison> Columns, IReadOnlyList<int> Key)
{
    /// <summary>The same as the right side sees it, to which its own names are the left ones.</summary>
    internal TableComparison Turned() => new(
        Right,
        Left,
        [.. Columns.Select(c => c with { Left = c.Right, Right = c.Left, LeftWire = c.RightWire, RightWire = c.LeftWire })],
        Key);
}

/// <summary>The rows of one side.</summary>
internal interface ITableRows
{
    /// <summary>Reads all rows of a table, in any order but always in the same state, and hands each on in canonical form.</summary>
    /// <param name="table">The table; its left names are those of this side.</param>
    /// <param name="seed">The seed of the comparison.</param>
    /// <param name="row">Takes a row; it is valid until it returns.</param>
    /// <param name="token">Cancels.</param>
    Task ReadAsync(TableComparison table, long seed, Action<CanonicalRow> row, CancellationToken token);
}

/// <summary>What became of a table.</summary>
/// <param name="Table">The table.</param>
/// <param name="LeftRows">Rows on the left.</param>
/// <param name="RightRows">Rows on the right.</param>
/// <param name="Differences">The first differences; none where it is equal.</param>
/// <param name="MoreRows">At least so many more rows differ.</param>
internal sealed record TableResult(TableComparison Table, long LeftRows, long RightRows, IReadOnlyList<EmrDifference> Differences, long MoreRows)
{
    /// <summary>Whether every row on either side is on the other as often, value by value.</summary>
    internal bool Equal => Differences.Count == 0 && MoreRows == 0;
}
