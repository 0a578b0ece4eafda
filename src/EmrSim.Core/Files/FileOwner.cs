using System.Runtime.InteropServices;

namespace EmrSim.Core.Files;

/// <summary>Whose a file is.</summary>
internal static partial class FileOwner
{
    private const int OpenReadOnly = 0;
    private const int OpenWithoutAccessTime = 0x40000;

    /// <summary>
    /// Whether what this process creates beside a file can be used by the file's owner: it is the owner, or may act for it, as root
    /// may: SQLite then gives what it creates to the owner of the database. Who owns it is another question, which <see cref="OtherWriters"/> answers. On
    /// systems that cannot be asked without changing something it is taken to be.
    /// </summary>
    internal static bool IsOurs(string path)
    {
        if (!OperatingSystem.IsLinux()) return true;
        // Linux grants O_NOATIME to the owner and to those who may act as owner, and to nobody else: open(2).
        int descriptor = Open(path, OpenReadOnly | OpenWithoutAccessTime);
        if (descriptor < 0) return false;
        _ = Close(descriptor);
        return true;
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
