namespace EmrSim.Core.Recovery.Salvage;

/// <summary>
/// Leaves to which no way leads from a root, since a page above them is damaged. A leaf is given back to a table only where the evidence leaves no
/// other choice: the pointer map says so, or exactly one table misses rows in this range of rowids and has rows of this kind. All others are set aside.
/// </summary>
internal sealed class OrphanPages(SalvageContext context, SalvageTables tables, TreeReader trees, PointerMap pointers, LostAndFound aside)
{
    private const int Deepest = 20;

    private readonly Dictionary<uint, uint> _parents = [];
    private readonly Dictionary<SourceTable, List<(long First, long Last, uint Page)>> _ranges = [];
    private readonly List<(uint Page, string Reason)> _homeless = [];
    private readonly TreePage _page = context.NewPage();

    /// <summary>Finds and reads them.</summary>
    /// <param name="freeListHolds">Whether the freelist can be believed; where not, a leaf may be one of deleted rows.</param>
    /// <param name="withFreePages">Whether rows on free pages are set aside too.</param>
    internal void Read(bool freeListHolds, bool withFreePages)
    {
        for (uint number = 1; number <= context.Pages; number++)
        {
            context.Step();
            PageUse use = context.Map[number];
            bool free = use == PageUse.Free && withFreePages;
            if (!(use == PageUse.Unknown || free) || !_page.Load(context.Source, number)) continue;
            context.Map.MarkRead(number);
            if (_page.Kind == 0 || !IsPlausible()) continue;
            if (free) _homeless.Add((number, Doubt.FreePage));
            else if (!pointers.SaysNoTree(number)) Sort(number, freeListHolds);
        }

        foreach ((SourceTable table, List<(long First, long Last, uint Page)> ranges) in _ranges) Read(table, ranges);
        foreach ((uint page, string reason) in _homeless) SetAside(page, reason);
    }

    private void Sort(uint number, bool freeListHolds)
    {
        if (_page.IsInterior && _page.IsTable)
        {
            foreach (ref readonly Cell cell in _page.Cells) _parents.TryAdd(cell.Child, number);
            _parents.TryAdd(_page.RightChild, number);
            return;
        }

        if (_page.Count == 0) return;
        SourceTable? table = (pointers.OwnerOf(number, trees.Owners) as SourceTable) ??
            (freeListHolds && _page.IsWhole ? tables.OnlyOneFor(_page, context.Records) : null);
        if (table?.Target is { } target && target.WithoutRowid != _page.IsTable && CanHoldAll(table))
        {
            if (!_ranges.TryGetValue(table, out List<(long, long, uint)>? ranges)) _ranges[table] = ranges = [];
            ranges.Add(_page.IsTable ? (_page.Cells[0].Rowid, _page.Cells[^1].Rowid, number) : (0, 0, number));
            return;
        }

        if (_page.IsTable) _homeless.Add((number, tables.AreComplete ? Doubt.Ambiguous : Doubt.NoTable));
        else if (tables.MayHoldRows(_page, context.Records)) _homeless.Add((number, Doubt.Ambiguous));
    }

    private bool CanHoldAll(SourceTable table)
    {
        foreach (ref readonly Cell cell in _page.Cells)
        {
            if (!context.Records.LooksWhole(_page, cell) || (context.Records.Record.Count > 0 && !table.CanHold(context.Records.Record))) return false;
        }

        return true;
    }

    private bool IsPlausible()
    {
        if (_page.IsWhole) return true;
        int whole = 0;
        foreach (ref readonly Cell cell in _page.Cells)
        {
            if (_page.Kind != TreePage.TableInterior && context.Records.LooksWhole(_page, cell)) whole++;
        }

        return whole > 0 && whole * 2 >= _page.Count + _page.BrokenCells;
    }

    // Two leaves of one table never share rowids: where they seem to, at least one of them is an old copy, and which is not known.
    private void Read(SourceTable table, List<(long First, long Last, uint Page)> ranges)
    {
        ranges.Sort();
        bool ordered = table.Target is { WithoutRowid: false };
        long? highest = null;
        for (int i = 0; i < ranges.Count; i++)
        {
            (long first, long last, uint number) = ranges[i];
            bool shared = ordered && (highest >= first || (i + 1 < ranges.Count && ranges[i + 1].First <= last));
            highest = Math.Max(highest ?? last, last);
            if (!_page.Load(context.Source, number) || !context.Map.Claim(number, PageUse.Tree)) continue;
            trees.ReadLeaf(table, _page, null, long.MaxValue, shared ? Doubt.Ambiguous : null);
            table.Adopted.Add((first, last));
        }
    }

    private void SetAside(uint number, string reason)
    {
        if (!_page.Load(context.Source, number)) return;
        context.Map.Claim(number, PageUse.Tree);
        var unknown = new UnknownTable(RootOf(number), aside);
        foreach (ref readonly Cell cell in _page.Cells)
        {
            if (context.Records.Read(_page, cell) is RecordState.Whole or RecordState.Doubtful && context.Records.Record.Count > 0)
            {
                unknown.Take(number, _page.IsTable ? cell.Rowid : null, context.Records.Record, reason);
            }
        }
    }

    private uint RootOf(uint page)
    {
        for (int i = 0; i < Deepest && _parents.TryGetValue(page, out uint parent) && parent != page; i++) page = parent;
        return page;
    }

    private sealed class UnknownTable(uint root, LostAndFound aside) : TreeOwner("", root)
    {
        internal override void Take(uint page, long? rowid, SalvageRecord record, string? doubt) => aside.Add(Root, page, rowid, null, doubt!, record);
    }
}
