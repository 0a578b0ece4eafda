namespace EmrSim.Core.Recovery.Salvage;

/// <summary>A table of the source, and the one that its rows go into.</summary>
internal sealed class SourceTable(SchemaEntry entry, TargetTable? target, LostAndFound aside) : TreeOwner(entry.Name, entry.Root)
{
    private readonly RowProfile _profile = new();

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
        _profile.Learn(record);
    }

    /// <summary>Whether a row can be one of this table's, by the number and kinds of its values.</summary>
    internal bool CanHold(SalvageRecord record)
    {
        if (target is null || record.Count == 0 || record.Count > target.Fields.Count) return false;
        // Shorter rows are from before a column was added; there are such rows among those that were read, or none.
        if (record.Count < (_profile.IsEmpty ? target.Fields.Count : _profile.Fewest)) return false;
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

    /// <summary>Whether a row is like those that were read.</summary>
    internal bool LooksLikeOthers(SalvageRecord record) => _profile.Matches(record);
}
