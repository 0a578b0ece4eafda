using System.Buffers.Binary;
using CsCheck;

namespace EmrSim.Tests.Verification.Support;

/// <summary>What a bad disk, a bad cable or a torn copy does to a file; where exactly is drawn as fractions, so that it fits a file of any length.</summary>
internal sealed record PageDamage(PageDamageKind Kind, double Page, double Place, double Other, byte Value)
{
    private const int HeaderLength = 100;

    internal static readonly Gen<PageDamage> Any = Gen.Select(
        Gen.Enum<PageDamageKind>(), Gen.Double[0, 1], Gen.Double[0, 1], Gen.Double[0, 1], Gen.Byte,
        (kind, page, place, other, value) => new PageDamage(kind, page, place, other, value));

    /// <summary>Damages the bytes of a database, which may be damaged already; nothing where no page is left.</summary>
    internal byte[] Apply(byte[] file, int pageSize)
    {
        int pages = file.Length / pageSize, number = Pick(Page, pages);
        if (pages == 0) return file;
        Span<byte> page = file.AsSpan(number * pageSize, pageSize), other = file.AsSpan(Pick(Other, pages) * pageSize, pageSize);
        Span<byte> tree = number == 0 ? page[HeaderLength..] : page;
        int[] cells = Cells(tree, page.Length);
        switch (Kind)
        {
            case PageDamageKind.Byte:
                page[Pick(Place, pageSize)] = Value;
                break;
            case PageDamageKind.Bit:
                page[Pick(Place, pageSize)] ^= (byte)(1 << (Value % 8));
                break;
            case PageDamageKind.CellByte when cells.Length > 0:
                page[CellPlace(page, cells)] = Value;
                break;
            case PageDamageKind.CellBit when cells.Length > 0:
                page[CellPlace(page, cells)] ^= (byte)(1 << (Value % 8));
                break;
            case PageDamageKind.SwappedCells when cells.Length > 0:
                Swap(page, cells[Pick(Place, cells.Length)], cells[Pick(Other, cells.Length)]);
                break;
            case PageDamageKind.LostCell when cells.Length > 0:
                BinaryPrimitives.WriteUInt16BigEndian(tree[3..], (ushort)(cells.Length - 1));
                break;
            case PageDamageKind.CopiedPage:
                page.CopyTo(other);
                break;
            case PageDamageKind.SwappedPages:
                byte[] kept = page.ToArray();
                other.CopyTo(page);
                kept.CopyTo(other);
                break;
            case PageDamageKind.Zeros:
                page[Pick(Place, pageSize)..].Clear();
                break;
            case PageDamageKind.FileHeader:
                file[Pick(Place, HeaderLength)] = Value;
                break;
            case PageDamageKind.Truncation:
                return file[..Pick(Place, file.Length)];
        }

        return file;
    }

    /// <summary>The page size that a sound database states.</summary>
    internal static int PageSize(byte[] sound) => BinaryPrimitives.ReadUInt16BigEndian(sound.AsSpan(16)) is var size and not 1 ? size : 65536;

    private static int Pick(double fraction, int count) => Math.Min((int)(fraction * count), count - 1);

    // The start of a cell: its lengths, and the storage classes of its values, then the first of these.
    private int CellPlace(Span<byte> page, int[] cells)
    {
        int start = BinaryPrimitives.ReadUInt16BigEndian(page[cells[Pick(Place, cells.Length)]..]);
        return Math.Min(start + Pick(Other, 16), page.Length - 1);
    }

    // Where a page of a tree keeps the offsets of its cells; none for other pages.
    private static int[] Cells(Span<byte> tree, int pageSize)
    {
        int lead = tree[0] switch { 2 or 5 => 12, 10 or 13 => 8, _ => 0 };
        int count = BinaryPrimitives.ReadUInt16BigEndian(tree[3..]), first = pageSize - tree.Length + lead;
        return lead == 0 ? [] : [.. Enumerable.Range(0, count).Select(i => first + (2 * i)).Where(at => at < pageSize - 1)];
    }

    private static void Swap(Span<byte> page, int left, int right)
    {
        (page[left], page[right]) = (page[right], page[left]);
        (page[left + 1], page[right + 1]) = (page[right + 1], page[left + 1]);
    }
}

/// <summary>The kinds of <see cref="PageDamage"/>; those of cells do nothing to a page without any.</summary>
internal enum PageDamageKind
{
    Byte,
    Bit,
    CellByte,
    CellBit,
    SwappedCells,
    LostCell,
    CopiedPage,
    SwappedPages,
    Zeros,
    FileHeader,
    Truncation,
}
