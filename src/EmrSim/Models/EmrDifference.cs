namespace EmrSim;

/// <summary>One difference between two databases.</summary>
/// <param name="Table">The table, by its name on the left.</param>
/// <param name="Kind">What is different.</param>
/// <param name="Key">The key of the row as <c>column=value, …</c>, or the name of the index, constraint or sequence; empty where it is the whole table.</param>
/// <param name="Column">The column; empty where it is not about one.</param>
/// <param name="Left">What the left one has; null where that is NULL or nothing.</param>
/// <param name="Right">What the right one has; null where that is NULL or nothing.</param>
public sealed record EmrDifference(string Table, EmrDifferenceKind Kind, string Key, string Column, string? Left, string? Right)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Table} {Key} {Column}: {Kind}";
}
