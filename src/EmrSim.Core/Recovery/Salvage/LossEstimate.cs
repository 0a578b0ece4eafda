namespace EmrSim.Core.Recovery.Salvage;

/// <summary>
/// How many rows of a table are lost. Exact where a whole index counts its rows; else from the rowids that are missing and how densely the others
/// lie, or from how many rows its other leaves have; unknown where neither tells.
/// </summary>
internal static class LossEstimate
{
    /// <summary>The number; null where it is not known.</summary>
    /// <param name="table">The table, all of whose rows were read.</param>
    /// <param name="counted">How many rows a whole index has; null where there is none.</param>
    internal static long? Of(SourceTable table, long? counted)
    {
        if (counted is { } rows) return Math.Max(0, rows - table.Saved - table.Doubtful);
        if (table.Unsure) return null;
        double lost = table.BrokenRows;
        foreach (Gap gap in table.Gaps)
        {
            if (In(table, gap) is not { } some) return null;
            lost += some;
        }

        return (long)Math.Round(lost);
    }

    private static double? In(SourceTable table, Gap gap)
    {
        if (table.Leaves == 0) return null;
        double perLeaf = (double)table.LeafRows / table.Leaves;
        bool bounded = gap.Low is not null && gap.High != long.MaxValue;
        if (table.Target?.WithoutRowid != false || !bounded) return gap.IsLeaf == true ? perLeaf : null;
        double width = (double)gap.High - gap.Low!.Value;
        foreach ((long first, long last) in table.Adopted)
        {
            if (first > gap.Low && last <= gap.High) width -= (double)last - first + 1;
        }

        double density = Math.Min(1, table.LeafRows / ((double)table.Last - table.First + 1));
        return Math.Max(0, width * density);
    }
}
