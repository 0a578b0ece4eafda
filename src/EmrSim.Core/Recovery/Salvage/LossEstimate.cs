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
        double lost = table.BrokenRows, density = Density(table);
        foreach (Gap gap in table.Gaps)
        {
            if (In(table, gap, density) is not { } some) return null;
            lost += some;
        }

        return (long)Math.Round(lost);
    }

    // How many of the rowids outside the gaps have a row.
    private static double Density(SourceTable table)
    {
        double span = (double)table.Last - table.First + 1;
        foreach (Gap gap in table.Gaps.Where(g => IsBounded(g) && g.Low >= table.First && g.High <= table.Last)) span -= Missing(table, gap);
        return span > 0 ? Math.Min(1, table.LeafRows / span) : 1;
    }

    private static bool IsBounded(Gap gap) => gap.Low is not null && gap.High != long.MaxValue;

    private static double Missing(SourceTable table, Gap gap)
    {
        double width = (double)gap.High - gap.Low!.Value;
        foreach ((long first, long last) in table.Adopted)
        {
            if (first > gap.Low && last <= gap.High) width -= (double)last - first + 1;
        }

        return Math.Max(0, width);
    }

    private static double? In(SourceTable table, Gap gap, double density)
    {
        if (table.Leaves == 0) return null;
        if (table.Target?.WithoutRowid == false && IsBounded(gap)) return Missing(table, gap) * density;
        return gap.IsLeaf == true ? (double)table.LeafRows / table.Leaves : null;
    }
}
