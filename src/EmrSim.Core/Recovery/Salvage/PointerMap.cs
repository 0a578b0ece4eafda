using System.Buffers.Binary;

namespace EmrSim.Core.Recovery.Salvage;

/// <summary>
/// What a database with auto_vacuum notes of every page: what it is, and who points at it
/// (https://sqlite.org/fileformat2.html#pointer_map_or_ptrmap_pages).
/// </summary>
internal sealed class PointerMap(SalvageContext context)
{
    private const int EntryLength = 5;
    private const byte Root = 1;
    private const byte FreePage = 2;
    private const byte Inner = 5;
    private const int Deepest = 20;
    private const int Looks = 5;
    private const long LockByte = 0x40000000;

    private readonly byte[] _page = new byte[context.Format.PageSize];
    private uint _loaded;

    /// <summary>Marks the pages of the map, and the page that SQLite's locks lie on, which holds nothing.</summary>
    internal void Mark()
    {
        uint locks = (uint)(LockByte / context.Format.PageSize) + 1;
        if (context.Map.Has(locks)) context.Map.Claim(locks, PageUse.Reserved);
        IsThere = (context.Format.AutoVacuum || !context.Format.IsSound) && LooksLikeOne();
        if (!IsThere) return;
        for (long page = 2; page <= context.Map.Count; page += Each + 1L) context.Map.Claim(PageAt((uint)page), PageUse.Reserved);
    }

    /// <summary>Whether there is one. The header is not believed alone: a page of rows must not be taken for one of the map.</summary>
    internal bool IsThere { get; private set; }

    /// <summary>Whether the map says that a page is in no tree.</summary>
    internal bool SaysNoTree(uint page) => Entry(page) is (FreePage or 3 or 4, _);

    /// <summary>Whose tree a page belongs to, as far as the map and what is known of its parents tell.</summary>
    internal TreeOwner? OwnerOf(uint page, Dictionary<uint, TreeOwner> owners)
    {
        for (int i = 0; i < Deepest; i++)
        {
            if (Entry(page) is not var (type, parent)) return null;
            if (type == Root) return owners.GetValueOrDefault(page);
            if (type != Inner) return null;
            if (owners.TryGetValue(parent, out TreeOwner? owner)) return owner;
            page = parent;
        }

        return null;
    }

    // Most of the first pages that would be the map's hold nothing but its entries.
    private bool LooksLikeOne()
    {
        int looked = 0, alike = 0;
        for (long first = 2; first < context.Map.Count && looked < Looks; first += Each + 1L, looked++)
        {
            if (!context.Source.TryRead(PageAt((uint)first), _page)) continue;
            long entries = Math.Min(Each, context.Map.Count - PageAt((uint)first)), good = 0;
            while (good < entries && _page[good * EntryLength] is >= Root and <= Inner) good++;
            if (good == entries) alike++;
        }

        return alike * 2 > looked;
    }

    private uint Each => (uint)(context.Format.Usable / EntryLength);

    private (byte Type, uint Parent)? Entry(uint page)
    {
        if (!IsThere || page < 3) return null;
        uint first = ((page - 2) / (Each + 1) * (Each + 1)) + 2, at = PageAt(first);
        if (page <= at || (at != _loaded && !context.Source.TryRead(at, _page))) return null;
        _loaded = at;
        int offset = (int)(page - at - 1) * EntryLength;
        if (offset + EntryLength > context.Format.Usable) return null;
        return (_page[offset], BinaryPrimitives.ReadUInt32BigEndian(_page.AsSpan(offset + 1)));
    }

    // A page of the map that would lie on the page of the locks lies behind it.
    private uint PageAt(uint page) => page == (uint)(LockByte / context.Format.PageSize) + 1 ? page + 1 : page;
}
