using EmrSim.Core.Files;

namespace EmrSim.Core.Sqlite;

/// <summary>
/// Looks into the first bytes of live databases. Closing any handle of a file drops the POSIX locks that this process has on it
/// (https://sqlite.org/howtocorrupt.html, 2.2), so a database that a snapshot of this process holds is left alone.
/// </summary>
internal static class SourceHeader
{
    private const int VersionOffset = 18;
    private const byte WalVersion = 2;
    // The bytes of which a connection locks some as long as it has a WAL database open: https://sqlite.org/src/file/src/os.h
    private const long FirstSharedByte = 0x40000002;
    private const int SharedBytes = 510;

    private static readonly byte[] s_magic = "SQLite format 3\0"u8.ToArray();
    private static readonly Dictionary<string, int> s_held = new(StringComparer.Ordinal);

    /// <summary>Notes that SQLite has a database open, until what is returned is disposed of.</summary>
    internal static IDisposable Hold(string path)
    {
        lock (s_held) s_held[path] = s_held.GetValueOrDefault(path) + 1;
        return new Holding(path);
    }

    /// <summary>Whether a snapshot of this process holds a file.</summary>
    internal static bool IsHeld(string path)
    {
        lock (s_held) return s_held.ContainsKey(path);
    }

    /// <summary>The first bytes of a file: fewer where it is shorter, none where a snapshot of this process holds it.</summary>
    internal static byte[] Read(string path, int length)
    {
        lock (s_held)
        {
            if (s_held.ContainsKey(path)) return [];
            using FileStream file = Open(path);
            byte[] start = new byte[length];
            return start[..file.ReadAtLeast(start, length, throwOnEndOfStream: false)];
        }
    }

    /// <summary>Whether bytes are the beginning of a SQLite database.</summary>
    internal static bool IsSqlite(ReadOnlySpan<byte> start) => start.StartsWith(s_magic);

    /// <summary>Whether a file says that it is a database in WAL mode. False where it cannot be read now.</summary>
    internal static bool IsWal(string path)
    {
        byte[] start = Read(path, VersionOffset + 1);
        return start.Length > VersionOffset && IsSqlite(start) && start[VersionOffset] == WalVersion;
    }

    /// <summary>
    /// Whether somebody has a WAL database open whose log is not here: under another name, such as a hard link or a mount of this file alone,
    /// beside which the log then is. It also looks like that for a moment while somebody opens or closes it under this one.
    /// </summary>
    internal static bool IsOpenUnderAnotherName(string path)
    {
        if (HasLog(path)) return false;
        lock (s_held)
        {
            if (!IsWal(path)) return false;
            using FileStream file = Open(path);
            return FileLocks.AreThere(file.SafeFileHandle, FirstSharedByte, SharedBytes) && !HasLog(path);
        }
    }

    /// <summary>Whether a file is a database in WAL mode that belongs to another account, whose index this one must not make.</summary>
    internal static bool IsWalOfAnother(string path)
    {
        lock (s_held) return IsWal(path) && !FileOwner.IsOurs(path);
    }

    private static bool HasLog(string path) => File.Exists(path + "-wal") || File.Exists(path + "-shm");

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);

    private sealed class Holding(string path) : IDisposable
    {
        private bool _released;

        public void Dispose()
        {
            lock (s_held)
            {
                if (_released) return;
                _released = true;
                if (--s_held[path] == 0) s_held.Remove(path);
            }
        }
    }
}
