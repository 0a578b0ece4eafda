using EmrSim.Core.Files;

namespace EmrSim.Core.Sqlite;

/// <summary>
/// A WAL database that nobody has open: all of it is in its main file. Opening it in the usual way would make a <c>-wal</c> and a <c>-shm</c>
/// beside it, which stay behind, and which its application cannot write where they are another account's. So it is read as a file that
/// does not change, and what tells of a change is compared when all has been read.
/// </summary>
/// <param name="Length">The main file's length in bytes.</param>
/// <param name="Written">When the main file was last written.</param>
/// <param name="Opened">Whether an application has opened it.</param>
internal sealed record ClosedDatabase(long Length, DateTime Written, bool Opened)
{
    // Kernels date writes by a clock of up to 16 ms; some file systems keep seconds only, FAT even ones.
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_coarseTick = TimeSpan.FromSeconds(2.5);

    /// <summary>The state of a database that can be read in this way; null where it must be locked.</summary>
    internal static ClosedDatabase? Find(string path, CancellationToken token)
    {
        ClosedDatabase state = Of(path);
        // The times of a network's files may be cached for a while, so they tell nothing.
        if (state.Opened || FileSystemKind.IsNetwork(path) || !SourceHeader.IsWal(path)) return null;

        // A write in the same tick as the last one would leave the same time.
        TimeSpan tick = state.Written.Ticks % TimeSpan.TicksPerSecond == 0 ? s_coarseTick : s_tick;
        TimeSpan age = DateTime.UtcNow - state.Written;
        if (age < TimeSpan.Zero) return null;
        if (age < tick && token.WaitHandle.WaitOne(tick - age)) token.ThrowIfCancellationRequested();
        return state.IsUnchanged(path) ? state : null;
    }

    /// <summary>Whether nobody has opened or written it since.</summary>
    internal bool IsUnchanged(string path) => this == Of(path);

    private static ClosedDatabase Of(string path)
    {
        FileInfo file = RealFile.Of(path);
        bool opened = SqliteSource.WalLength(path) > 0 || File.Exists(path + "-shm") || File.Exists(path + "-journal");
        // One that was removed meanwhile has changed.
        return new ClosedDatabase(file.Exists ? file.Length : -1, file.LastWriteTimeUtc, opened);
    }
}
