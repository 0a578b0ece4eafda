namespace EmrSim.Core.Recovery.Salvage;

/// <summary>A table of the source, and the one that its rows go into.</summary>
internal sealed class SourceTable(SchemaEntry entry, TargetTable? target, LostAndFound aside) : TreeOwner(entry.Name, entry.Root)
{
    private const int MostKinds = 64;

    // Which storage classes each column had in the rows that were read, a bit each; columns beyond are not compared.
    private readonly byte[] _kinds = new byte[Math.Min(MostKinds, target?.Fields.Count ?? 0)];
    private int _fewest = int.MaxValue;
    private int _most;

    /// <summary>The new table; null where it could not be made, so that all its rows are set aside.</summary>
    internal TargetTable? Target => target;

    /// <summary>Its definition.</summary>
    internal SchemaEntry Entry => entry;

    /// <summary>Rows that are in the new table.</summary>
    internal long Saved { get; private set; }

    /// <summary>Rows that were set aside.</summary>
    internal long Doubtful { get; private set; }

    /// <summary>The ranges of rowids on pages that were given back to it, though no way leads there.</summary>
    internal List<(long First, long Last)> Adopted { get; } = [];

    internal override int MostFields => target?.Fields.Count ?? SalvageRecord.MostFields;

    internal override void Take(uint page, long? rowid, SalvageRecord record, string? doubt)
    {
        doubt ??= target is null ? Doubt.NoTable : target.Insert(rowid, record) ? null : Doubt.Refused;
        if (doubt is not null)
        {
            aside.Add(Root, page, rowid, Name, doubt, record);
            Doubtful++;
            return;
        }

        Saved++;
        Learn(record);
    }

    /// <summary>Whether a row can be one of this table's, by the number and kinds of its values.</summary>
    internal bool CanHold(SalvageRecord record)
    {
        if (target is null || record.Count == 0 || record.Count > target.Fields.Count) return false;
        // Shorter rows are from before a column was added; there are such rows among those that were read, or none.
        if (Saved > 0 ? record.Count < _fewest : record.Count < target.Fields.Count) return false;
        for (int i = 0; i < record.Count; i++)
        {
            TargetColumn column = target.Fields[i];
            bool fits = i == target.Alias ? record.IsNull(i)
                : record.IsNull(i) ? !column.NotNull
                : !(column.IsText && (record.IsInteger(i) || record.IsReal(i)));
            if (!fits) return false;
        }

        return true;
    }

    /// <summary>Whether every value is of a kind that its column had in rows that were read.</summary>
    internal bool LooksLikeOthers(SalvageRecord record)
    {
        if (Saved == 0) return true;
        if (record.Count > _most) return false;
        for (int i = 0; i < Math.Min(record.Count, _kinds.Length); i++)
        {
            if ((_kinds[i] & Kind(record, i)) == 0) return false;
        }

        return true;
    }

    private void Learn(SalvageRecord record)
    {
        _fewest = Math.Min(_fewest, record.Count);
        _most = Math.Max(_most, record.Count);
        for (int i = 0; i < Math.Min(record.Count, _kinds.Length); i++) _kinds[i] |= Kind(record, i);
    }

    private static byte Kind(SalvageRecord record, int field) => (byte)(
        record.IsNull(field) ? 1 : record.IsText(field) ? 2 : record.IsBlob(field) ? 4 : record.IsReal(field) ? 8 : 16);
}
