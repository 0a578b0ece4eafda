namespace EmrSim.Core.Recovery.Salvage;

/// <summary>What a page was found to be used for.</summary>
internal enum PageUse : byte
{
    /// <summary>Nothing points at it, as far as is known.</summary>
    Unknown,

    /// <summary>A page of a tree.</summary>
    Tree,

    /// <summary>It holds the rest of a long record.</summary>
    Overflow,

    /// <summary>The freelist names it.</summary>
    Free,

    /// <summary>A pointer-map page, or the one that SQLite leaves to its locks.</summary>
    Reserved,

    /// <summary>It should be a page of a tree and is not.</summary>
    Damaged,
}

/// <summary>One byte for every page of the source: what it is used for, and whether it was read. It bounds every search: no page is used twice.</summary>
internal sealed class PageMap
{
    private const byte ReadFlag = 0x80;
    private const byte DamagedFlag = 0x40;
    private const byte UseMask = 0x3f;

    private readonly byte[] _pages;

    internal PageMap(uint count)
    {
        _pages = new byte[(long)count + 1];
        Count = count;
    }

    /// <summary>How many pages there are; the first is 1.</summary>
    internal uint Count { get; }

    /// <summary>How many of them were read.</summary>
    internal long Read { get; private set; }

    /// <summary>How many of them are damaged.</summary>
    internal long Damaged { get; private set; }

    /// <summary>Whether there is such a page.</summary>
    internal bool Has(uint page) => page >= 1 && page <= Count;

    /// <summary>What a page is used for.</summary>
    internal PageUse this[uint page] => (PageUse)(_pages[page] & UseMask);

    /// <summary>Says what a page is used for; false where it has another use already.</summary>
    internal bool Claim(uint page, PageUse use)
    {
        if (!Has(page) || this[page] != PageUse.Unknown) return false;
        _pages[page] |= (byte)use;
        return true;
    }

    /// <summary>Notes that a page was read.</summary>
    internal void MarkRead(uint page)
    {
        if ((_pages[page] & ReadFlag) != 0) return;
        _pages[page] |= ReadFlag;
        Read++;
    }

    /// <summary>Notes that a page is not what it should be. A page beyond the end of the file counts no more than once by its caller.</summary>
    internal void MarkDamaged(uint page)
    {
        if (!Has(page) || (_pages[page] & DamagedFlag) != 0) return;
        _pages[page] |= DamagedFlag;
        Damaged++;
    }

    /// <summary>Whether a page was found to be damaged.</summary>
    internal bool IsDamaged(uint page) => Has(page) && (_pages[page] & DamagedFlag) != 0;
}
