namespace EmrSim.Core.Recovery.Salvage;

/// <summary>
/// Walks trees from their roots, in the order of their keys, as far as the way is whole. A child is believed only where it fits what its parent says
/// of it; where it does not there is a gap. Every page is walked once, so no ring of pages holds this up.
/// </summary>
internal sealed class TreeReader(SalvageContext context)
{
    // SQLite's own cursors go no deeper.
    private const int Deepest = 20;

    private readonly List<TreePage> _buffers = [];

    /// <summary>Which table an interior page, or a page that is missing, belongs to.</summary>
    internal Dictionary<uint, TreeOwner> Owners { get; } = [];

    /// <summary>Reads all rows of a table that can be reached.</summary>
    internal void Read(TreeOwner owner, bool withoutRowid)
    {
        Owners.TryAdd(owner.Root, owner);
        Node(owner, owner.Root, null, long.MaxValue, withoutRowid, 0);
    }

    /// <summary>Reads the rows of one leaf.</summary>
    internal void ReadLeaf(TreeOwner owner, TreePage page, long? low, long high, string? doubt)
    {
        if (!page.IsWhole) doubt ??= Doubt.PageDamaged;
        // What cannot be taken apart is rather no leaf at all than a leaf of so many lost rows.
        if (page.BrokenCells > page.Count) owner.Gaps.Add(new Gap(page.Number, low, high, IsLeaf: true));
        else owner.BrokenRows += page.BrokenCells;
        if (page.Verdict != PageVerdict.Sound) Damage(owner, page);

        owner.Leaves++;
        foreach (ref readonly Cell cell in page.Cells)
        {
            bool inPlace = (low is null || cell.Rowid > low) && cell.Rowid <= high;
            if (ReadRow(owner, page, cell, page.IsTable ? cell.Rowid : null, doubt ?? (inPlace ? null : Doubt.OutOfPlace)) && inPlace && page.IsTable)
            {
                low = cell.Rowid;
                owner.First = Math.Min(owner.First, cell.Rowid);
                owner.Last = Math.Max(owner.Last, cell.Rowid);
            }
        }
    }

    /// <summary>Whether a leaf can be one of a table's: its rows are between these bounds, and have no more values than the table.</summary>
    internal bool Fits(TreeOwner owner, TreePage page, long? low, long high)
    {
        if (page.Count == 0) return page.Verdict == PageVerdict.Sound;
        int fitting = 0, step = page.Verdict == PageVerdict.Sound && page.Count > 1 ? page.Count - 1 : 1, looked = 0;
        for (int i = 0; i < page.Count; i += step, looked++)
        {
            ref readonly Cell cell = ref page.Cells[i];
            bool inPlace = !page.IsTable || ((low is null || cell.Rowid > low) && cell.Rowid <= high);
            SalvageRecord record = context.Records.Record;
            if (inPlace && context.Records.LooksWhole(page, cell) && record.Count <= owner.MostFields) fitting++;
        }

        return fitting * 2 >= looked;
    }

    private bool? Node(TreeOwner owner, uint number, long? low, long high, bool index, int depth)
    {
        context.Step();
        TreePage? page = depth < Deepest && context.Map.Has(number) && context.Map[number] == PageUse.Unknown ? Load(number, depth) : null;
        bool fits = page is { Kind: not 0 } && page.IsTable != index && (page.IsInterior ? HasChildren(page) : Fits(owner, page, low, high));
        if (!fits)
        {
            Owners.TryAdd(number, owner);
            context.Map.MarkDamaged(number);
            owner.Gaps.Add(new Gap(number, low, high, null));
            return null;
        }

        context.Map.Claim(number, PageUse.Tree);
        if (!page!.IsInterior)
        {
            ReadLeaf(owner, page, low, high, null);
            return true;
        }

        Owners.TryAdd(number, owner);
        Children(owner, page, low, high, index, depth);
        return false;
    }

    private void Children(TreeOwner owner, TreePage page, long? low, long high, bool index, int depth)
    {
        long? from = low;
        int firstGap = owner.Gaps.Count;
        bool? areLeaves = null;
        for (int i = 0; i < page.Count; i++)
        {
            Cell cell = page.Cells[i];
            if (!index && ((from is not null && cell.Rowid < from) || cell.Rowid > high)) continue;
            areLeaves = Node(owner, cell.Child, from, index ? high : cell.Rowid, index, depth + 1) ?? areLeaves;
            if (index) ReadRow(owner, page, cell, null, page.IsWhole ? null : Doubt.PageDamaged);
            else from = cell.Rowid;
        }

        areLeaves = Node(owner, page.RightChild, from, high, index, depth + 1) ?? areLeaves;
        // A whole tree has its leaves at one depth, so a missing child is what its neighbours are.
        for (int i = firstGap; i < owner.Gaps.Count && areLeaves == true; i++) owner.Gaps[i] = owner.Gaps[i] with { IsLeaf = true };
        if (page.Verdict == PageVerdict.Sound) return;
        Damage(owner, page);
        owner.Gaps.Add(new Gap(page.Number, low, high, null));
    }

    private bool ReadRow(TreeOwner owner, TreePage page, in Cell cell, long? rowid, string? doubt)
    {
        RecordState state = context.Records.Read(page, cell);
        SalvageRecord record = context.Records.Record;
        if (state is RecordState.Broken or RecordState.Cut || record.Count == 0 || record.Count > owner.MostFields)
        {
            owner.BrokenRows++;
            context.Map.MarkDamaged(page.Number);
            return false;
        }

        owner.LeafRows++;
        owner.Take(page.Number, rowid, record, state == RecordState.Doubtful ? Doubt.ValueDamaged : doubt);
        return true;
    }

    private void Damage(TreeOwner owner, TreePage page)
    {
        // A count of cells that is too low leaves rows behind without a trace.
        owner.Unsure |= page.Verdict == PageVerdict.Loose;
        context.Map.MarkDamaged(page.Number);
    }

    private bool HasChildren(TreePage page)
    {
        int good = context.Map.Has(page.RightChild) ? 1 : 0;
        foreach (ref readonly Cell cell in page.Cells)
        {
            if (context.Map.Has(cell.Child)) good++;
        }

        return good * 2 > page.Count + page.BrokenCells + 1;
    }

    private TreePage? Load(uint number, int depth)
    {
        while (_buffers.Count <= depth) _buffers.Add(context.NewPage());
        if (!_buffers[depth].Load(context.Source, number)) return null;
        context.Map.MarkRead(number);
        return _buffers[depth];
    }
}
