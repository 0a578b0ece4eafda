using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EmrSim.Core.Files;

/// <summary>The locks that others have on a file.</summary>
internal static partial class FileLocks
{
    // fcntl(2). A query by an open file description tells of this process' own locks, too, and takes none.
    private const int QueryByOpenFile = 36;
    private const short WriteLock = 1;
    private const short NoLock = 2;

    /// <summary>Whether anybody has any lock on some bytes of a file. False where that cannot be asked, as on other systems than Linux.</summary>
    internal static bool AreThere(SafeFileHandle file, long start, long length)
    {
        if (!OperatingSystem.IsLinux()) return false;
        var query = new Query { Type = WriteLock, Start = start, Length = length };
        return Control(file, QueryByOpenFile, ref query) == 0 && query.Type != NoLock;
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(SafeFileHandle file, int command, ref Query query);

    /// <summary>struct flock of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Query
    {
        internal short Type;
        internal short Whence;
        internal long Start;
        internal long Length;
        internal int Process;
    }
}
