using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace EmrSim.Core.Recovery.Salvage;

/// <summary>
/// The committed pages in a write-ahead log: those whose salts are the log's and whose checksum holds, up to the last commit
/// (https://sqlite.org/fileformat2.html#the_write_ahead_log).
/// </summary>
internal sealed class WalFrames
{
    private const int HeaderLength = 32;
    private const int FrameHeaderLength = 24;
    private const uint Magic = 0x377f0682;

    /// <summary>Where each page lies in the log.</summary>
    internal Dictionary<uint, long> Pages { get; } = [];

    /// <summary>Bytes of a page; 0 where the log says nothing.</summary>
    internal int PageSize { get; private init; }

    /// <summary>How many pages the database has after the last commit.</summary>
    internal uint Count { get; private set; }

    /// <summary>What is wrong with the log; null where nothing is.</summary>
    internal string? Problem { get; private set; }

    /// <summary>Reads a log.</summary>
    internal static WalFrames Read(SafeFileHandle file, CancellationToken token)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        long length = RandomAccess.GetLength(file);
        if (length == 0) return new WalFrames();
        int read = RandomAccess.Read(file, header, 0);
        uint magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        uint pageSize = BinaryPrimitives.ReadUInt32BigEndian(header[8..]);
        var sum = new WalChecksum(bigEndian: (magic & 1) != 0);
        sum.Add(header[..24]);
        bool sound = read == HeaderLength && (magic & ~1u) == Magic && pageSize is >= DatabaseFormat.SmallestPage and <= DatabaseFormat.LargestPage &&
            uint.IsPow2(pageSize) && sum.Is(header[24..]);
        if (!sound) return new WalFrames { Problem = header.ContainsAnyExcept((byte)0) ? "its header is damaged" : null };

        var frames = new WalFrames { PageSize = (int)pageSize };
        frames.ReadFrames(file, length, header[16..24], sum, token);
        return frames;
    }

    private void ReadFrames(SafeFileHandle file, long length, ReadOnlySpan<byte> salts, WalChecksum sum, CancellationToken token)
    {
        byte[] frame = new byte[FrameHeaderLength + PageSize];
        var pending = new Dictionary<uint, long>();
        for (long at = HeaderLength; at + frame.Length <= length; at += frame.Length)
        {
            token.ThrowIfCancellationRequested();
            if (RandomAccess.Read(file, frame, at) != frame.Length) return;
            // Frames of an earlier round of the log carry other salts; they are no longer part of the database.
            if (!frame.AsSpan(8, 8).SequenceEqual(salts)) return;
            sum.Add(frame.AsSpan(0, 8));
            sum.Add(frame.AsSpan(FrameHeaderLength));
            uint page = BinaryPrimitives.ReadUInt32BigEndian(frame);
            if (!sum.Is(frame.AsSpan(16)) || page == 0)
            {
                Problem = "a page in it is damaged; what was committed after that page is lost";
                return;
            }

            pending[page] = at + FrameHeaderLength;
            uint count = BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4));
            if (count == 0) continue;
            foreach ((uint number, long offset) in pending) Pages[number] = offset;
            pending.Clear();
            Count = count;
        }
    }
}

/// <summary>The running checksum of a write-ahead log.</summary>
internal struct WalChecksum(bool bigEndian)
{
    private uint _first;
    private uint _second;

    /// <summary>Goes over further bytes, a multiple of eight.</summary>
    internal void Add(ReadOnlySpan<byte> bytes)
    {
        (uint first, uint second) = (_first, _second);
        for (int i = 0; i + 8 <= bytes.Length; i += 8)
        {
            first += Word(bytes[i..]) + second;
            second += Word(bytes[(i + 4)..]) + first;
        }

        (_first, _second) = (first, second);
    }

    /// <summary>Whether the sum is the one stored here, which is always big-endian.</summary>
    internal readonly bool Is(ReadOnlySpan<byte> stored) =>
        _first == BinaryPrimitives.ReadUInt32BigEndian(stored) && _second == BinaryPrimitives.ReadUInt32BigEndian(stored[4..]);

    private readonly uint Word(ReadOnlySpan<byte> bytes) =>
        bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
