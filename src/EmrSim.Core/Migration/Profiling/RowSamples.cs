namespace EmrSim.Core.Migration.Profiling;

/// <summary>The first few rows of a kind, with how many there are in all.</summary>
internal sealed class RowSamples
{
    /// <summary>How many rows a message names.</summary>
    internal const int Most = 3;

    private readonly List<RowSample> _rows = [];

    internal long Count { get; private set; }

    internal IReadOnlyList<RowSample> Rows => _rows;

    /// <summary>Counts a row; whether it is one of the few that are to be kept.</summary>
    internal bool IsWanted() => ++Count <= Most;

    internal void Keep(RowSample row) => _rows.Add(row);

    /// <summary>The first few of two parts of a table.</summary>
    internal static IReadOnlyList<RowSample> Merge(IReadOnlyList<RowSample> first, IReadOnlyList<RowSample> second) => [.. first.Concat(second).Take(Most)];
}
