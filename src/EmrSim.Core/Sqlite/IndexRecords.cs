using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace EmrSim.Core.Sqlite;

/// <summary>
/// Looks at how an index's records are laid out in the file, whatever their values (https://sqlite.org/fileformat2.html#record_format).
/// A query reads the columns from a record's start and the rowid from its end, a lookup compares from start to end: only in a record that
/// holds exactly the values it should, and not a byte more, are these the same.
/// </summary>
/// <param name="path">A database whose trees quick_check found sound, and that has no WAL.</param>
internal sealed class IndexRecords(string path) : IDisposable
{
    private const int HeaderLength = 100;
    private const byte InteriorPage = 2;
    private const byte LeafPage = 10;
    private const int ChildLength = 4;
    private const ulong LongInteger = 6;

    private readonly SafeFileHandle _file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
    private byte[] _page = [];
    private int _usable;

    /// <summary>Whether each record of an index holds its key and a rowid, in the one way in which SQLite writes them.</summary>
    internal bool AreWhole(IndexShape index)
    {
        if (_usable == 0) ReadFileHeader();
        var open = new Stack<long>([index.Root]);
        while (open.TryPop(out long number))
        {
            long offset = (number - 1) * _page.Length;
            if (number < 1 || RandomAccess.Read(_file, _page, offset) != _page.Length) return false;
            if (!IsWhole(_page.AsSpan(0, _usable), index.Columns, open)) return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void ReadFileHeader()
    {
        byte[] header = new byte[HeaderLength];
        RandomAccess.Read(_file, header, 0);
        int pageSize = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(16));
        _page = new byte[pageSize == 1 ? 65536 : pageSize];
        _usable = _page.Length - header[20];
    }

    private static bool IsWhole(ReadOnlySpan<byte> page, IndexColumn[] columns, Stack<long> open)
    {
        bool interior = page[0] == InteriorPage;
        if (!interior && page[0] != LeafPage) return false;
        int cells = BinaryPrimitives.ReadUInt16BigEndian(page[3..]);
        ReadOnlySpan<byte> pointers = page[(interior ? 12 : 8)..];
        if (interior) open.Push(BinaryPrimitives.ReadUInt32BigEndian(page[8..]));
        for (int i = cells - 1; i >= 0; i--)
        {
            ReadOnlySpan<byte> cell = page[BinaryPrimitives.ReadUInt16BigEndian(pointers[(2 * i)..])..];
            if (interior)
            {
                open.Push(BinaryPrimitives.ReadUInt32BigEndian(cell));
                cell = cell[ChildLength..];
            }

            if (!TakeVarint(ref cell, out ulong length) || !IsWholeRecord(cell, length, page.Length, columns)) return false;
        }

        return true;
    }

    private static bool IsWholeRecord(ReadOnlySpan<byte> record, ulong length, int usable, IndexColumn[] columns)
    {
        int local = LocalLength(length, usable), all = record.Length;
        if (!TakeVarint(ref record, out ulong header)) return false;

        // The header's length counts itself. A header that goes on on another page is left to SQLite.
        int lead = all - record.Length;
        if (header < (ulong)lead || header > (ulong)Math.Min(local, all)) return false;
        record = record[..((int)header - lead)];
        ulong total = header;
        int count = 0;
        for (; !record.IsEmpty; count++)
        {
            // 10 and 11 are reserved: a column reads them as NULL, a lookup does not find them.
            if (!TakeVarint(ref record, out ulong type) || type is 10 or 11) return false;
            // As a real such an integer may lose digits that a lookup compares; SQLite before 3.29 wrote them.
            if (type == LongInteger && count < columns.Length && columns[count].Real) return false;
            total += type switch
            {
                <= 4 => type,
                5 => 6,
                LongInteger or 7 => 8,
                8 or 9 => 0,
                _ => (type - 12) / 2,
            };
        }

        return count == columns.Length + 1 && total == length;
    }

    // How much of a record lies on its page: https://sqlite.org/fileformat2.html#cell_payload
    private static int LocalLength(ulong length, int usable)
    {
        int most = ((usable - 12) * 64 / 255) - 23, least = ((usable - 12) * 32 / 255) - 23;
        if (length <= (ulong)most) return (int)length;
        int fitting = least + (int)((length - (ulong)least) % (ulong)(usable - 4));
        return fitting <= most ? fitting : least;
    }

    // Longer forms of a number than it needs are never written, and SQLite's faster comparisons would stumble over them.
    private static bool TakeVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (int i = 0; i < Math.Min(9, bytes.Length); i++)
        {
            byte b = bytes[i];
            if (i == 0 && b == 0x80) return false;
            value = i == 8 ? (value << 8) | b : (value << 7) | (b & 0x7fu);
            if (i < 8 && b >= 0x80) continue;
            bytes = bytes[(i + 1)..];
            return true;
        }

        return false;
    }
}
