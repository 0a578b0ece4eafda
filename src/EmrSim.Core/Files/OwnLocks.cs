using System.Globalization;

namespace EmrSim.Core.Files;

/// <summary>
/// The POSIX locks that this process has on a file that it has open, as the kernel tells of them (proc_pid_fdinfo(5)). To open the file for asking
/// would not do: closing it again would drop them.
/// </summary>
internal static class OwnLocks
{
    private const string Descriptors = "/proc/self/fd";
    private const string Lock = "lock:";

    /// <summary>Whether there is one on any of some bytes. False where the system does not tell.</summary>
    /// <param name="path">The file's real path.</param>
    /// <param name="first">The first byte.</param>
    /// <param name="last">The last one.</param>
    internal static bool AreThere(string path, long first, long last)
    {
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            string? descriptor = Directory.GetFiles(Descriptors).FirstOrDefault(d => new FileInfo(d).LinkTarget == path);
            return descriptor is not null && File.ReadLines($"/proc/self/fdinfo/{Path.GetFileName(descriptor)}").Any(l => Touches(l, first, last));
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            return false;
        }
    }

    // The kernel joins locks side by side, and writes EOF where one has no end; none of SQLite's is such.
    // lock:	1: POSIX  ADVISORY  READ 4711 fe:00:123456 123 123
    private static bool Touches(string line, long first, long last)
    {
        string[] parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return parts is [Lock, _, "POSIX", .., string start, string end] &&
            long.TryParse(start, CultureInfo.InvariantCulture, out long from) && from <= last &&
            long.TryParse(end, CultureInfo.InvariantCulture, out long to) && to >= first;
    }
}
