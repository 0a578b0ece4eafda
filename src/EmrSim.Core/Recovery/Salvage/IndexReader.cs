namespace EmrSim.Core.Recovery.Salvage;

/// <summary>
/// Walks the trees of indexes. Their entries are made anew from the rows; what they tell is how many rows their table had, where they are whole, and
/// which pages are theirs.
/// </summary>
internal sealed class IndexReader(SalvageContext context)
{
    private const int Deepest = 20;

    private readonly List<TreePage> _buffers = [];
    private long _entries;
    private bool _whole;
    private RowProfile _profile = new();

    /// <summary>Reads an index.</summary>
    internal SourceIndex Read(SchemaEntry entry)
    {
        (_entries, _whole, _profile) = (0, true, new RowProfile());
        Node(entry.Root, 0);
        return new SourceIndex(entry.Name, entry.Table, _whole, _entries, _profile);
    }

    private void Node(uint number, int depth)
    {
        context.Step();
        if (!context.Map.Has(number) || context.Map[number] != PageUse.Unknown || depth == Deepest || !Load(number, depth))
        {
            _whole = false;
            context.Map.MarkDamaged(number);
            return;
        }

        TreePage page = _buffers[depth];
        if (page.Kind is not (TreePage.IndexLeaf or TreePage.IndexInterior) || page.Verdict == PageVerdict.Broken || !Shape(page))
        {
            _whole = false;
            context.Map.MarkDamaged(number);
            return;
        }

        _whole &= page.Verdict == PageVerdict.Sound;
        context.Map.Claim(number, PageUse.Tree);
        _entries += page.Count;
        if (!page.IsInterior) return;
        for (int i = 0; i < page.Count; i++) Node(page.Cells[i].Child, depth + 1);
        Node(page.RightChild, depth + 1);
    }

    // The entries of one index have one number of values.
    private bool Shape(TreePage page)
    {
        if (page.Count == 0) return true;
        if (!context.Records.LooksWhole(page, page.Cells[0])) return false;
        SalvageRecord record = context.Records.Record;
        if (record.Count == 0) return true;
        if (!_profile.IsEmpty && record.Count != _profile.Most) return false;
        _profile.Learn(record);
        return true;
    }

    private bool Load(uint number, int depth)
    {
        while (_buffers.Count <= depth) _buffers.Add(context.NewPage());
        if (!_buffers[depth].Load(context.Source, number)) return false;
        context.Map.MarkRead(number);
        return true;
    }
}

/// <summary>An index of the source.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Table">Its table's name.</param>
/// <param name="IsWhole">Whether every page of it was there.</param>
/// <param name="Entries">How many entries were found.</param>
/// <param name="Profile">What its entries are like.</param>
internal sealed record SourceIndex(string Name, string Table, bool IsWhole, long Entries, RowProfile Profile);
