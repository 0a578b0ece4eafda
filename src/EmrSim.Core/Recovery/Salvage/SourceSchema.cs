namespace EmrSim.Core.Recovery.Salvage;

/// <summary>The schema table, from page 1, and where that way is broken from whatever pages hold rows of a schema.</summary>
internal sealed class SourceSchema(SalvageContext context) : TreeOwner("sqlite_schema", 1)
{
    private readonly Dictionary<(string, string), SchemaEntry> _entries = [];

    /// <summary>What was found.</summary>
    internal IReadOnlyCollection<SchemaEntry> Entries => _entries.Values;

    /// <summary>Whether entries may be missing.</summary>
    internal bool IsIncomplete => Gaps.Count > 0 || BrokenRows > 0 || Unsure;

    internal override int MostFields => SchemaEntry.Fields;

    /// <summary>Reads the schema.</summary>
    internal void Read(TreeReader trees)
    {
        trees.Read(this, withoutRowid: false);
        if (Gaps.Count == 0) return;
        context.Report.Loss("The way to the schema is damaged; tables were looked for on every page.");
        Search(trees);
    }

    internal override void Take(uint page, long? rowid, SalvageRecord record, string? doubt)
    {
        if (SchemaEntry.Read(record, context.Format.Encoding) is not { } entry)
        {
            BrokenRows++;
            return;
        }

        if (doubt is not null) context.Report.Loss($"The definition of the {entry.Type} '{entry.Name}' is in doubt: {doubt}.");
        if (!_entries.TryAdd((entry.Type, entry.Name), entry) && _entries[(entry.Type, entry.Name)] != entry)
        {
            context.Report.Loss($"There are several definitions of the {entry.Type} '{entry.Name}'; the one that was found first is used.");
        }
    }

    private void Search(TreeReader trees)
    {
        TreePage page = context.NewPage();
        for (uint number = 1; number <= context.Map.Count; number++)
        {
            context.Step();
            if (context.Map[number] != PageUse.Unknown || !page.Load(context.Source, number)) continue;
            context.Map.MarkRead(number);
            if (page.Kind != TreePage.TableLeaf || page.Count == 0 || !IsSchema(page)) continue;
            context.Map.Claim(number, PageUse.Tree);
            trees.ReadLeaf(this, page, null, long.MaxValue, null);
        }
    }

    private bool IsSchema(TreePage page)
    {
        int found = 0;
        foreach (ref readonly Cell cell in page.Cells)
        {
            if (context.Records.LooksWhole(page, cell) && SchemaEntry.LooksLikeOne(context.Records.Record, context.Format.Encoding)) found++;
        }

        return found > 0 && found * 2 >= page.Count;
    }
}
