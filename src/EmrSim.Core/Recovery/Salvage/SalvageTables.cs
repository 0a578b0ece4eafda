namespace EmrSim.Core.Recovery.Salvage;

/// <summary>The tables and indexes of the source.</summary>
/// <param name="schema">The schema that names them.</param>
internal sealed class SalvageTables(SourceSchema schema)
{
    /// <summary>The tables.</summary>
    internal List<SourceTable> All { get; } = [];

    /// <summary>The indexes.</summary>
    internal List<SourceIndex> Indexes { get; } = [];

    /// <summary>Whether all tables are known.</summary>
    internal bool AreComplete => !schema.IsIncomplete;

    /// <summary>The one table that a leaf can belong to: it misses rows in this range, and its rows are like these. Null where there are several, or none.</summary>
    internal SourceTable? OnlyOneFor(TreePage page, RecordReader records)
    {
        if (!AreComplete) return null;
        List<SourceTable> possible = Possible(page, records);
        if (possible.Count > 1) possible = [.. possible.Where(t => Both(page, records, t.LooksLikeOthers))];
        if (possible.Count != 1) return null;
        // An entry of a damaged index may look like a row of a table without rowids.
        return page.IsTable || !MayBeOfIndex(page, records) ? possible[0] : null;
    }

    /// <summary>Whether a page of an index can hold rows: of a table without rowids that misses some, or of one that is not known.</summary>
    internal bool MayHoldRows(TreePage page, RecordReader records) => !AreComplete || Possible(page, records).Count > 0;

    private List<SourceTable> Possible(TreePage page, RecordReader records)
    {
        if (page.Count == 0) return [];
        long first = page.Cells[0].Rowid, last = page.Cells[^1].Rowid;
        return
        [
            .. All.Where(t => t.Target is { } target && target.WithoutRowid != page.IsTable)
                .Where(t => t.Gaps.Exists(g => !page.IsTable || ((g.Low is null || first > g.Low) && last <= g.High && first <= last)))
                .Where(t => Both(page, records, t.CanHold)),
        ];
    }

    private bool MayBeOfIndex(TreePage page, RecordReader records) =>
        records.LooksWhole(page, page.Cells[0]) && Indexes.Exists(i => !i.IsWhole && i.Profile.Matches(records.Record));

    // The first and the last row stand for all of a page.
    private static bool Both(TreePage page, RecordReader records, Func<SalvageRecord, bool> holds) =>
        records.LooksWhole(page, page.Cells[0]) && holds(records.Record) && records.LooksWhole(page, page.Cells[^1]) && holds(records.Record);
}
