namespace EmrSim.Core.Recovery.Salvage;

/// <summary>One cell of a page: https://sqlite.org/fileformat2.html#b_tree_pages.</summary>
/// <param name="Start">Where it begins on its page.</param>
/// <param name="Size">Its bytes on its page.</param>
/// <param name="Child">The page of what comes before it; 0 on a leaf.</param>
/// <param name="Rowid">Its rowid; 0 in an index.</param>
/// <param name="Payload">Bytes of the whole record; 0 on an interior page of a table.</param>
/// <param name="Local">Where the record begins on its page.</param>
/// <param name="LocalLength">How many bytes of it are on its page.</param>
/// <param name="Overflow">The page where it goes on; 0 where it does not.</param>
internal readonly record struct Cell(int Start, int Size, uint Child, long Rowid, long Payload, int Local, int LocalLength, uint Overflow);

/// <summary>How much of a page's structure can be believed.</summary>
internal enum PageVerdict
{
    /// <summary>It is no page of a tree.</summary>
    NoPage,

    /// <summary>Some cells cannot be right, so that the others are in doubt.</summary>
    Broken,

    /// <summary>All cells fit and are apart; only the account of the free bytes is wrong.</summary>
    Loose,

    /// <summary>Every byte is accounted for.</summary>
    Sound,
}
