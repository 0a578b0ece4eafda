namespace EmrSim.Core.Recovery.Salvage;

/// <summary>What the rows that were read of a tree are like: how many values they have, and of which storage classes.</summary>
internal sealed class RowProfile
{
    private const int MostKinds = 64;

    // A bit for each class that a value had in this place; places beyond are not compared.
    private readonly byte[] _kinds = new byte[MostKinds];

    /// <summary>The fewest values that a row had; the highest number where there was none.</summary>
    internal int Fewest { get; private set; } = int.MaxValue;

    /// <summary>The most values that a row had.</summary>
    internal int Most { get; private set; }

    /// <summary>Whether no row was read.</summary>
    internal bool IsEmpty => Most == 0;

    /// <summary>Takes note of a row.</summary>
    internal void Learn(SalvageRecord record)
    {
        Fewest = Math.Min(Fewest, record.Count);
        Most = Math.Max(Most, record.Count);
        for (int i = 0; i < Math.Min(record.Count, MostKinds); i++) _kinds[i] |= Kind(record, i);
    }

    /// <summary>Whether a row is like those that were read; anything is where there was none.</summary>
    internal bool Matches(SalvageRecord record)
    {
        if (IsEmpty) return true;
        if (record.Count < Fewest || record.Count > Most) return false;
        for (int i = 0; i < Math.Min(record.Count, MostKinds); i++)
        {
            if ((_kinds[i] & Kind(record, i)) == 0) return false;
        }

        return true;
    }

    private static byte Kind(SalvageRecord record, int field) => (byte)(
        record.IsNull(field) ? 1 : record.IsText(field) ? 2 : record.IsBlob(field) ? 4 : record.IsReal(field) ? 8 : 16);
}
