using System.Buffers.Binary;

namespace EmrSim.Core.Recovery.Salvage;

/// <summary>
/// A page of a tree, taken apart. A sound one accounts for every byte: cells and free blocks do not overlap and fill, with the loose fragments, all
/// from the beginning of the cell content to the end. That is what integrity_check asks for, and hardly any other bytes are like that.
/// </summary>
internal sealed class TreePage(int pageSize, int usable)
{
    internal const byte IndexInterior = 2;
    internal const byte TableInterior = 5;
    internal const byte IndexLeaf = 10;
    internal const byte TableLeaf = 13;

    private const int LeafHeader = 8;
    private const int InteriorHeader = 12;
    private const int LeastCell = 4;
    private const int ChildLength = 4;
    // https://sqlite.org/limits.html: the highest that can be compiled in, less what an array cannot hold.
    private const long LongestPayload = 2_147_000_000;

    private readonly byte[] _taken = new byte[usable];
    private Cell[] _cells = new Cell[64];

    /// <summary>The page's bytes.</summary>
    internal byte[] Bytes { get; } = new byte[pageSize];

    /// <summary>Its number.</summary>
    internal uint Number { get; private set; }

    /// <summary>One of the four kinds; 0 where it is none.</summary>
    internal byte Kind { get; private set; }

    /// <summary>How far its structure can be believed.</summary>
    internal PageVerdict Verdict { get; private set; }

    /// <summary>The cells that fit, in their order; those of a broken page need not be apart.</summary>
    internal ReadOnlySpan<Cell> Cells => _cells.AsSpan(0, Count);

    /// <summary>How many cells fit.</summary>
    internal int Count { get; private set; }

    /// <summary>How many cells do not fit.</summary>
    internal int BrokenCells { get; private set; }

    /// <summary>The page of what comes after the last cell; 0 on a leaf.</summary>
    internal uint RightChild { get; private set; }

    /// <summary>Whether it is a page of a table with rowids.</summary>
    internal bool IsTable => Kind is TableLeaf or TableInterior;

    /// <summary>Whether it has children.</summary>
    internal bool IsInterior => Kind is TableInterior or IndexInterior;

    /// <summary>Whether its structure holds.</summary>
    internal bool IsWhole => Verdict >= PageVerdict.Loose;

    private ReadOnlySpan<byte> Data => Bytes.AsSpan(0, usable);

    /// <summary>Reads a page and takes it apart; false where there is none.</summary>
    internal bool Load(PageSource source, uint number)
    {
        Kind = 0;
        Verdict = PageVerdict.NoPage;
        if (!source.TryRead(number, Bytes)) return false;
        TakeApart(number, number == 1 ? DatabaseFormat.HeaderLength : 0);
        return true;
    }

    /// <summary>Takes apart the bytes that were put into <see cref="Bytes"/>.</summary>
    internal void TakeApart(uint number, int header)
    {
        (Number, Count, BrokenCells, RightChild, Verdict) = (number, 0, 0, 0, PageVerdict.NoPage);
        Kind = Bytes[header];
        if (Kind is not (IndexInterior or TableInterior or IndexLeaf or TableLeaf))
        {
            Kind = 0;
            return;
        }

        int cells = Short(header + 3), start = Short(header + 5), pointers = header + (IsInterior ? InteriorHeader : LeafHeader);
        if (start == 0) start = DatabaseFormat.LargestPage;
        int end = pointers + (2 * cells);
        // No cell is shorter than four bytes, and each has a pointer of two.
        if (end > usable || cells > usable / (LeastCell + 2)) return;
        if (IsInterior) RightChild = BinaryPrimitives.ReadUInt32BigEndian(Bytes.AsSpan(header + LeafHeader));
        if (_cells.Length < cells) _cells = new Cell[cells];
        for (int i = 0; i < cells; i++)
        {
            if (TryCell(Short(pointers + (2 * i)), end, out _cells[Count])) Count++;
            else BrokenCells++;
        }

        Verdict = Judge(header, start, end);
    }

    private PageVerdict Judge(int header, int start, int end)
    {
        if (BrokenCells > 0 || !AreApart(out int taken)) return PageVerdict.Broken;
        if (start < end || start > usable) return PageVerdict.Loose;
        foreach (ref readonly Cell cell in Cells)
        {
            if (cell.Start < start) return PageVerdict.Loose;
        }

        return AddFreeBlocks(header, start, ref taken) && taken + Bytes[header + 7] == usable - start ? PageVerdict.Sound : PageVerdict.Loose;
    }

    private bool AreApart(out int taken)
    {
        taken = 0;
        Array.Clear(_taken);
        foreach (ref readonly Cell cell in Cells)
        {
            if (!Take(cell.Start, cell.Size)) return false;
            taken += cell.Size;
        }

        return true;
    }

    private bool AddFreeBlocks(int header, int start, ref int taken)
    {
        int last = start - 1;
        for (int at = Short(header + 1); at != 0; at = Short(at))
        {
            // In ascending order, so this ends.
            if (at <= last || at + 4 > usable) return false;
            int size = Short(at + 2);
            if (size < 4 || at + size > usable || !Take(at, size)) return false;
            taken += size;
            last = at + size - 1;
        }

        return true;
    }

    private bool Take(int at, int size)
    {
        Span<byte> range = _taken.AsSpan(at, size);
        if (range.ContainsAnyExcept((byte)0)) return false;
        range.Fill(1);
        return true;
    }

    private bool TryCell(int at, int end, out Cell cell)
    {
        cell = default;
        if (at < end || at + LeastCell > usable) return false;
        int next = at;
        uint child = 0;
        long payload = 0, rowid = 0;
        if (IsInterior)
        {
            child = BinaryPrimitives.ReadUInt32BigEndian(Bytes.AsSpan(at));
            next += ChildLength;
        }

        if (Kind != TableInterior)
        {
            int read = Varint.Read(Data[next..], out payload);
            if (read == 0 || payload < 1 || payload > LongestPayload) return false;
            next += read;
        }

        if (IsTable)
        {
            int read = Varint.Read(Data[next..], out rowid);
            if (read == 0) return false;
            next += read;
        }

        int local = Kind == TableInterior ? 0 : LocalLength(payload);
        bool goesOn = local < payload;
        int size = next - at + local + (goesOn ? ChildLength : 0);
        if (at + size > usable) return false;
        uint overflow = goesOn ? BinaryPrimitives.ReadUInt32BigEndian(Bytes.AsSpan(next + local)) : 0;
        size = Math.Max(size, LeastCell);
        if (at + size > usable) return false;
        cell = new Cell(at, size, child, rowid, payload, next, local, overflow);
        return true;
    }

    // How much of a record lies on its page: https://sqlite.org/fileformat2.html#cell_payload
    private int LocalLength(long payload)
    {
        int most = Kind == TableLeaf ? usable - 35 : ((usable - 12) * 64 / 255) - 23;
        if (payload <= most) return (int)payload;
        int least = ((usable - 12) * 32 / 255) - 23;
        int fitting = least + (int)((payload - least) % (usable - 4));
        return fitting <= most ? fitting : least;
    }

    private int Short(int offset) => BinaryPrimitives.ReadUInt16BigEndian(Bytes.AsSpan(offset));
}
