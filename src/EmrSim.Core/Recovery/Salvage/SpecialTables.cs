using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Recovery.Salvage;

/// <summary>The highest rowids ever given in tables with AUTOINCREMENT, which SQLite keeps in a table of its own.</summary>
internal sealed class SequenceRows(uint root, SqliteEncoding encoding) : TreeOwner("sqlite_sequence", root)
{
    private const int Columns = 2;

    private readonly Dictionary<string, long> _values = new(StringComparer.Ordinal);

    internal override int MostFields => Columns;

    internal override void Take(uint page, long? rowid, SalvageRecord record, string? doubt)
    {
        if (doubt is null && record.Count == Columns && record.IsText(0) && record.IsInteger(1)) _values[SchemaEntry.Text(record, 0, encoding)] = record.Integer(1);
    }

    /// <summary>Writes them, unless rows were written meanwhile that have a higher one.</summary>
    internal void Write(SqliteDatabase database)
    {
        foreach ((string table, long value) in _values)
        {
            using var update = new SqliteInsert(database, "UPDATE sqlite_sequence SET seq = max(seq, ?2) WHERE name = ?1");
            update.Run(table, (long?)value);
            using var insert = new SqliteInsert(
                database, "INSERT INTO sqlite_sequence(name, seq) SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?1)");
            insert.Run(table, (long?)value);
        }
    }
}

/// <summary>A table whose rows are made anew, such as statistics that this SQLite does not write.</summary>
internal sealed class UnusedRows(string name, uint root) : TreeOwner(name, root)
{
    internal override void Take(uint page, long? rowid, SalvageRecord record, string? doubt)
    {
        // Its pages are known now, which was the point of reading it.
    }
}
