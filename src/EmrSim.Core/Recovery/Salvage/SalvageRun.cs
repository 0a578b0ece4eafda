using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Recovery.Salvage;

/// <summary>Reads all of a database that can be read, and writes it into a new one.</summary>
internal sealed class SalvageRun(SalvageContext context, SqliteDatabase database, LostAndFound aside)
{
    private const string Sequence = "sqlite_sequence";

    private readonly TargetSchema _target = new(database, context.Report);
    private readonly TreeReader _trees = new(context);
    private readonly PointerMap _pointers = new(context);
    private readonly SourceSchema _schema = new(context);
    private SequenceRows? _sequence;

    /// <summary>The virtual tables, which are opened only when the schema is complete.</summary>
    internal IReadOnlyList<SchemaEntry> VirtualTables { get; private set; } = [];

    /// <summary>Whether anything at all was found.</summary>
    internal bool FoundAnything { get; private set; }

    /// <summary>Does it, in one transaction.</summary>
    /// <returns>The tables, in the order of their names.</returns>
    internal IReadOnlyList<EmrSalvagedTable> Run(bool freePages)
    {
        database.Execute("BEGIN");
        _pointers.Mark();
        _schema.Read(_trees);
        foreach (SchemaEntry entry in _schema.Entries) aside.Taken.Add(entry.Name);
        var tables = new SalvageTables(_schema);
        try
        {
            ReadTables(tables);
            var indexes = new IndexReader(context);
            foreach (SchemaEntry entry in _schema.Entries.Where(e => e.Type == "index")) tables.Indexes.Add(indexes.Read(entry));
            bool freeListHolds = FreeList.Mark(context);
            new OrphanPages(context, tables, _trees, _pointers, aside).Read(freeListHolds, freePages);
        }
        finally
        {
            // A statement keeps its database open, which on Windows could not be removed then.
            foreach (SourceTable table in tables.All) table.Target?.Dispose();
        }

        Finish();
        EmrSalvagedTable[] result = [.. tables.All.Where(t => !t.Name.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase))
            .OrderBy(t => t.Name, StringComparer.Ordinal).Select(t => Describe(t, tables))];
        database.Execute("COMMIT");
        FoundAnything = _schema.Entries.Count > 0 || aside.Rows > 0 || (context.Format.IsSound && _schema is { IsIncomplete: false });
        return result;
    }

    private void ReadTables(SalvageTables tables)
    {
        foreach (SchemaEntry entry in _schema.Entries.Where(e => e.IsTable))
        {
            TreeOwner owner;
            if (entry.Name == Sequence)
            {
                _target.Sequence();
                owner = _sequence = new SequenceRows(entry.Root, context.Format.Encoding);
            }
            else
            {
                TargetTable? target = _target.Table(entry, context.Format.Encoding);
                if (target is null && entry.Name.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase))
                {
                    owner = new UnusedRows(entry.Name, entry.Root);
                }
                else
                {
                    var table = new SourceTable(entry, target, aside);
                    tables.All.Add(table);
                    owner = table;
                }
            }

            _trees.Read(owner, owner is SourceTable { Target: { } made } ? made.WithoutRowid : IsIndex(entry.Root));
            if (owner is not SourceTable && owner.Gaps.Count + owner.BrokenRows > 0) context.Report.Loss($"Rows of SQLite's own table '{entry.Name}' are lost.");
        }
    }

    private void Finish()
    {
        _sequence?.Write(database);
        // Once all rows are there: sorting them is faster than finding a place for each, and a trigger must not run for them.
        foreach (string type in (ReadOnlySpan<string>)["index", "view", "trigger"])
        {
            foreach (SchemaEntry entry in _schema.Entries.Where(e => e.Type == type))
            {
                context.Token.ThrowIfCancellationRequested();
                _target.Add(entry);
            }
        }

        VirtualTables = _target.AddVirtual(_schema.Entries.Where(e => e.IsVirtual));
    }

    private EmrSalvagedTable Describe(SourceTable table, SalvageTables tables)
    {
        long? counted = null;
        if (table.Target is not null)
        {
            string partial = $"SELECT name FROM pragma_index_list({TargetSchema.Literal(table.Name)}) WHERE partial = 0";
            HashSet<string> full = [.. database.Rows(partial, static s => SqliteDatabase.Text(s, 0))];
            counted = tables.Indexes.Find(i => i.IsWhole && full.Contains(i.Name) && i.Table.Equals(table.Name, StringComparison.OrdinalIgnoreCase))?.Entries;
        }

        long? lost = LossEstimate.Of(table, counted);
        if (lost != 0 || table.Doubtful > 0) context.Report.Loss(Sentence(table, lost, counted is not null));
        return new EmrSalvagedTable { Name = table.Name, Saved = table.Saved, Doubtful = table.Doubtful, Lost = lost };
    }

    private static string Sentence(SourceTable table, long? lost, bool exact) =>
        $"Table '{table.Name}': {table.Saved} rows saved, {table.Doubtful} set aside, " +
        (lost is not { } rows ? "an unknown number lost." : exact ? $"{rows} lost, as an index of it tells." : $"about {rows} lost.");

    private bool IsIndex(uint root)
    {
        TreePage page = context.NewPage();
        return context.Map.Has(root) && page.Load(context.Source, root) && page.Kind is TreePage.IndexLeaf or TreePage.IndexInterior;
    }
}
