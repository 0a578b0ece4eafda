using System.Buffers.Binary;
using EmrSim.Core.Files;

namespace EmrSim.Core.Sqlite;

/// <summary>
/// A database whose main file is empty while its write-ahead log holds everything, as a power cut before the first checkpoint leaves it.
/// It must not be opened where it lies: SQLite takes the log for a leftover and deletes it.
/// </summary>
internal static class FreshWal
{
    // https://sqlite.org/fileformat.html#the_write_ahead_log
    private const int HeaderLength = 32;
    private const int PageSizeOffset = 8;
    private const uint MagicMask = 0xfffffffe;
    private const uint Magic = 0x377f0682;
    private const int SmallestPage = 512;
    private const int LargestPage = 65536;

    /// <summary>Whether a database is in this state.</summary>
    internal static bool Is(string path) => RealFile.Of(path) is { Exists: true, Length: 0 } && SqliteSource.WalLength(path) > 0;

    /// <summary>Makes a database of the log alone, which the source's own file would become at its next checkpoint.</summary>
    /// <param name="path">The database; nothing about it changes.</param>
    /// <param name="target">Where no file is; its <c>-wal</c> is written beside it.</param>
    /// <exception cref="EmrSimException">SourceCorrupt, DatabaseLocked, AccessDenied, IoError.</exception>
    internal static void Rebuild(string path, string target)
    {
        using (FileStream log = OpenLog(path + "-wal"))
        using (FileStream main = PrivateFile.OpenNew(target))
        using (FileStream copy = PrivateFile.OpenNew(target + "-wal"))
        {
            // One page of zeros keeps SQLite from deleting the log; it is never read, since the log holds page 1.
            main.SetLength(PageSize(log, path));
            log.Position = 0;
            log.CopyTo(copy);
        }

        if (Is(path)) return;
        throw new EmrSimException(
            ErrorCode.DatabaseLocked, $"'{path}' was written by its application just when it was to be read. Run the backup again.", path);
    }

    private static FileStream OpenLog(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, $"'{path}' could not be read", path);
        }
    }

    private static int PageSize(FileStream log, string path)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        int read = log.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false);
        uint size = BinaryPrimitives.ReadUInt32BigEndian(header[PageSizeOffset..]);
        bool sound = read == HeaderLength && (BinaryPrimitives.ReadUInt32BigEndian(header) & MagicMask) == Magic &&
            size is >= SmallestPage and <= LargestPage && (size & (size - 1)) == 0;
        return sound
            ? (int)size
            : throw new EmrSimException(
                ErrorCode.SourceCorrupt, $"'{path}' is empty (0 bytes), and its write-ahead log is damaged. Restore the newest verified backup.", path);
    }
}
