using System.Buffers.Binary;

namespace EmrSim.Tests.Recovery.Salvage.Support;

/// <summary>
/// A walk through the trees of an intact database, written apart from the reader under test: which pages each row of a table lies on, in the order of
/// the keys, which is the order in which a query by key gives the rows.
/// </summary>
public sealed class IntactPages(byte[] file)
{
    private readonly int _pageSize = BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(16)) is var size && size == 1 ? 65536 : size;

    public int PageSize => _pageSize;

    public int Count => file.Length / _pageSize;

    private int Usable => _pageSize - file[20];

    /// <summary>The pages of every row below a root.</summary>
    public List<uint[]> Rows(uint root)
    {
        var rows = new List<uint[]>();
        Walk(root, rows, []);
        return rows;
    }

    /// <summary>All pages of a tree.</summary>
    public HashSet<uint> Tree(uint root)
    {
        var pages = new HashSet<uint>();
        Walk(root, [], pages);
        return pages;
    }

    private void Walk(uint number, List<uint[]> rows, HashSet<uint> pages)
    {
        pages.Add(number);
        int at = checked((int)((number - 1) * _pageSize)), header = number == 1 ? 100 : 0;
        byte kind = file[at + header];
        bool interior = kind is 2 or 5;
        int cells = U16(at + header + 3);
        for (int i = 0; i < cells; i++)
        {
            int cell = at + U16(at + header + (interior ? 12 : 8) + (2 * i));
            if (interior)
            {
                Walk(U32(cell), rows, pages);
                cell += 4;
            }

            if (kind == 5) continue;
            long payload = Varint(ref cell);
            if (kind == 13) Varint(ref cell);
            List<uint> row = [number];
            Chain(cell, payload, kind == 13, row);
            rows.Add([.. row]);
        }

        if (interior) Walk(U32(at + header + 8), rows, pages);
    }

    private void Chain(int cell, long payload, bool table, List<uint> row)
    {
        int u = Usable, x = table ? u - 35 : ((u - 12) * 64 / 255) - 23;
        if (payload <= x) return;
        int m = ((u - 12) * 32 / 255) - 23;
        long k = m + ((payload - m) % (u - 4));
        long local = k <= x ? k : m;
        uint next = U32(cell + (int)local);
        for (long done = local; done < payload; done += u - 4)
        {
            row.Add(next);
            next = U32(checked((int)((next - 1) * _pageSize)));
        }
    }

    private int U16(int at) => BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at));

    private uint U32(int at) => BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));

    private long Varint(ref int at)
    {
        long value = 0;
        for (int i = 0; i < 8; i++)
        {
            byte b = file[at++];
            value = (value << 7) | (b & 0x7fL);
            if (b < 0x80) return value;
        }

        return (value << 8) | file[at++];
    }
}
