namespace EmrSim.Core.Recovery.Salvage;

/// <summary>A hole in a tree: a page that should hold a part of it and does not.</summary>
/// <param name="Page">The page.</param>
/// <param name="Low">Rowids behind this one are missing; null where there is no bound.</param>
/// <param name="High">Rowids up to this one are missing.</param>
/// <param name="IsLeaf">Whether it was a leaf; null where its neighbours do not tell.</param>
internal readonly record struct Gap(uint Page, long? Low, long High, bool? IsLeaf);

/// <summary>Why a row is in doubt, as it is written beside it.</summary>
internal static class Doubt
{
    internal const string PageDamaged = "its page is damaged";
    internal const string OutOfPlace = "its rowid does not belong on its page";
    internal const string ValueDamaged = "a text in it is not valid, or its overflow pages are empty or belong to another row";
    internal const string Refused = "its table does not take it: its key is there already, or a value is missing";
    internal const string NoTable = "its table is not known";
    internal const string Ambiguous = "its page may belong to several tables, or to none any more";
    internal const string FreePage = "its page is free: the row was deleted";
}

/// <summary>Whose rows a tree holds, and what was found missing in it.</summary>
internal abstract class TreeOwner(string name, uint root)
{
    /// <summary>The table.</summary>
    internal string Name { get; } = name;

    /// <summary>The page where its tree begins.</summary>
    internal uint Root { get; } = root;

    /// <summary>The most values that a row of it has.</summary>
    internal virtual int MostFields => SalvageRecord.MostFields;

    /// <summary>The holes in its tree.</summary>
    internal List<Gap> Gaps { get; } = [];

    /// <summary>Rows whose cells are there and cannot be read.</summary>
    internal long BrokenRows { get; set; }

    /// <summary>Whether rows may be missing of which there is no trace.</summary>
    internal bool Unsure { get; set; }

    /// <summary>How many leaves were read.</summary>
    internal long Leaves { get; set; }

    /// <summary>How many rows they hold.</summary>
    internal long LeafRows { get; set; }

    /// <summary>The lowest rowid that was read.</summary>
    internal long First { get; set; } = long.MaxValue;

    /// <summary>The highest rowid that was read.</summary>
    internal long Last { get; set; } = long.MinValue;

    /// <summary>Takes a row.</summary>
    /// <param name="page">Its page.</param>
    /// <param name="rowid">Its rowid; null in a table without.</param>
    /// <param name="record">Its values.</param>
    /// <param name="doubt">Why it is in doubt; null where it is not.</param>
    internal abstract void Take(uint page, long? rowid, SalvageRecord record, string? doubt);
}
