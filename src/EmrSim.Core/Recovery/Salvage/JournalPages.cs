using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EmrSim.Core.Recovery.Salvage;

/// <summary>
/// The pages as they were before a transaction that a crash broke off, from the rollback journal that it left
/// (https://sqlite.org/fileformat2.html#the_rollback_journal).
/// </summary>
internal sealed class JournalPages
{
    private const int HeaderLength = 28;
    private const int LongestName = 4096;
    private const uint ToTheEnd = uint.MaxValue;
    private const int ChecksumStep = 200;

    private static readonly byte[] s_magic = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

    /// <summary>Where each page lies in the journal.</summary>
    internal Dictionary<uint, long> Pages { get; } = [];

    /// <summary>Bytes of a page; 0 where there is nothing to roll back.</summary>
    internal int PageSize { get; private set; }

    /// <summary>How many pages the database had before.</summary>
    internal uint Count { get; private set; }

    /// <summary>Reads a journal; empty where it is not hot.</summary>
    /// <param name="file">The journal.</param>
    /// <param name="path">Its path: that of the journal of several databases is looked for beside it.</param>
    /// <param name="token">Stops it.</param>
    internal static JournalPages Read(SafeFileHandle file, string path, CancellationToken token)
    {
        var journal = new JournalPages();
        long length = RandomAccess.GetLength(file);
        if (length < HeaderLength || IsFinished(file, length, path)) return journal;
        long at = 0;
        while (journal.ReadSegment(file, length, ref at)) token.ThrowIfCancellationRequested();
        return journal;
    }

    private bool ReadSegment(SafeFileHandle file, long length, ref long at)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        if (at + HeaderLength > length || RandomAccess.Read(file, header, at) != HeaderLength || !header.StartsWith(s_magic)) return false;
        uint records = BinaryPrimitives.ReadUInt32BigEndian(header[8..]), nonce = BinaryPrimitives.ReadUInt32BigEndian(header[12..]);
        uint sector = BinaryPrimitives.ReadUInt32BigEndian(header[20..]), pageSize = BinaryPrimitives.ReadUInt32BigEndian(header[24..]);
        if (at == 0)
        {
            if (pageSize is < DatabaseFormat.SmallestPage or > DatabaseFormat.LargestPage || !uint.IsPow2(pageSize)) return false;
            PageSize = (int)pageSize;
            Count = BinaryPrimitives.ReadUInt32BigEndian(header[16..]);
        }

        if (sector is < 32 or > 65536 || !uint.IsPow2(sector)) return false;
        byte[] record = new byte[PageSize + 8];
        at += sector;
        for (uint i = 0; (records == ToTheEnd || i < records) && at + record.Length <= length; i++, at += record.Length)
        {
            if (RandomAccess.Read(file, record, at) != record.Length) return false;
            // A torn record was not yet needed: its page had not been overwritten when the crash came.
            if (!HasChecksum(record, nonce)) return false;
            uint page = BinaryPrimitives.ReadUInt32BigEndian(record);
            if (page >= 1 && page <= Count) Pages.TryAdd(page, at + 4);
        }

        at = (at + sector - 1) / sector * sector;
        return true;
    }

    private bool HasChecksum(ReadOnlySpan<byte> record, uint nonce)
    {
        for (int i = PageSize - ChecksumStep; i > 0; i -= ChecksumStep) nonce += record[4 + i];
        return nonce == BinaryPrimitives.ReadUInt32BigEndian(record[(PageSize + 4)..]);
    }

    // A transaction over several databases is over when the journal that they share is gone; its name is the last thing in this one.
    private static bool IsFinished(SafeFileHandle file, long length, string path)
    {
        byte[] tail = new byte[16];
        if (length < HeaderLength + 20 || RandomAccess.Read(file, tail, length - 16) != 16 || !tail.AsSpan(8).SequenceEqual(s_magic)) return false;
        uint nameLength = BinaryPrimitives.ReadUInt32BigEndian(tail);
        if (nameLength is 0 or > LongestName || nameLength > length - 16) return false;
        byte[] name = new byte[nameLength];
        _ = RandomAccess.Read(file, name, length - 16 - nameLength);
        string super = Encoding.UTF8.GetString(name).TrimEnd('\0');
        return super.Length > 0 && !File.Exists(Path.Combine(Path.GetDirectoryName(path)!, super));
    }
}
