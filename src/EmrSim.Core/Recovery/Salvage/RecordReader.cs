using System.Buffers.Binary;

namespace EmrSim.Core.Recovery.Salvage;

/// <summary>Puts records together, from their page and from the pages on which they go on.</summary>
internal sealed class RecordReader(PageSource source, PageMap map, DatabaseFormat format)
{
    private const int ChildLength = 4;
    private const int ShortestZeros = 16;
    private const int ZerosBefore = 8;
    private const int KeptBuffer = 1024 * 1024;

    private readonly byte[] _page = new byte[format.PageSize];
    private readonly List<uint> _chain = [];
    private byte[] _whole = new byte[4096];

    /// <summary>The record that was read last.</summary>
    internal SalvageRecord Record { get; } = new();

    /// <summary>Reads the record of a cell. A chain of overflow pages belongs to the first that reads it whole.</summary>
    internal RecordState Read(TreePage page, in Cell cell)
    {
        if (!Record.TryHeader(page.Bytes, cell.Local, cell.LocalLength, cell.Payload, out bool known)) return RecordState.Broken;
        bool doubtful = false;
        if (cell.LocalLength < cell.Payload)
        {
            if (!Follow(page, cell, ref doubtful)) return RecordState.Cut;
            if (!Record.TryHeader(_whole, 0, (int)cell.Payload, cell.Payload, out known)) return RecordState.Broken;
            if (!doubtful) foreach (uint link in _chain) map.Claim(link, PageUse.Overflow);
        }

        return !known ? RecordState.Broken : !doubtful && Record.HasTexts(format.Encoding) ? RecordState.Whole : RecordState.Doubtful;
    }

    /// <summary>Whether the first part of a record is one; what follows on other pages is not looked at.</summary>
    internal bool LooksWhole(TreePage page, in Cell cell) =>
        Record.TryHeader(page.Bytes, cell.Local, cell.LocalLength, cell.Payload, out bool known) && (known || cell.LocalLength < cell.Payload);

    private bool Follow(TreePage page, in Cell cell, ref bool doubtful)
    {
        _chain.Clear();
        // Room for what was found, not for what a length says: a damaged one must not claim all memory.
        if (_whole.Length > KeptBuffer && cell.Payload < KeptBuffer) _whole = new byte[KeptBuffer];
        EnsureRoom(cell.LocalLength, 0);
        page.Bytes.AsSpan(cell.Local, cell.LocalLength).CopyTo(_whole);
        int done = cell.LocalLength, each = format.Usable - ChildLength;
        if ((cell.Payload - done + each - 1) / each > map.Count) return false;
        uint next = cell.Overflow;
        int part = 0;
        while (done < cell.Payload)
        {
            // A chain that comes back to itself is longer than its record, and ends here with that.
            if (!map.Has(next) || map[next] is PageUse.Tree or PageUse.Reserved || !source.TryRead(next, _page)) return Fail(next);
            map.MarkRead(next);
            doubtful |= map[next] == PageUse.Overflow;
            _chain.Add(next);
            part = (int)Math.Min(each, cell.Payload - done);
            EnsureRoom(done + part, done);
            _page.AsSpan(ChildLength, part).CopyTo(_whole.AsSpan(done));
            done += part;
            next = BinaryPrimitives.ReadUInt32BigEndian(_page);
        }

        if (next != 0) return Fail(_chain[^1]);
        doubtful |= IsLostPage(done - part, part);
        return true;
    }

    // A page of zeros, as a lost write leaves it, passes for a last page. A value that is zero there is mostly zero before it too, and the end of a number
    // is short.
    private bool IsLostPage(int start, int part)
    {
        if (part < ShortestZeros || _page.AsSpan().ContainsAnyExcept((byte)0) || !_whole.AsSpan(start - ZerosBefore, ZerosBefore).ContainsAnyExcept((byte)0)) return false;
        map.MarkDamaged(_chain[^1]);
        return true;
    }

    private bool Fail(uint page)
    {
        map.MarkDamaged(page);
        return false;
    }

    private void EnsureRoom(int length, int kept)
    {
        if (_whole.Length >= length) return;
        byte[] larger = new byte[(int)Math.Min(Array.MaxLength, Math.Max(length, _whole.Length * 2L))];
        _whole.AsSpan(0, kept).CopyTo(larger);
        _whole = larger;
    }
}
