using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace EmrSim.Core.Sqlite;

/// <summary>
/// Keeps the resident memory of a file that SQLite reads through a memory map small. Mapped pages stay in the system's page cache when
/// they are given back, so the next touch is cheap, and the process stays as small for a large database as for a small one.
/// </summary>
/// <remarks>Linux only; elsewhere the system trims mapped pages by itself when memory is short, and this does nothing.</remarks>
internal sealed partial class MappedMemoryTrimmer(string path)
{
    private const int DontNeed = 4;
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(20);

    private long _last = Stopwatch.GetTimestamp();
    private List<(nint Address, nuint Length)>? _maps;

    /// <summary>Gives mapped pages back when it is time to. Cheap to call often, on the thread that reads.</summary>
    internal void Poll()
    {
        if (!OperatingSystem.IsLinux() || Stopwatch.GetElapsedTime(_last) < s_interval) return;
        // SQLite maps the file at its first read and keeps the mapping while the file does not grow.
        if (_maps is not { Count: > 0 }) _maps = FindMaps();
        foreach ((nint address, nuint length) in _maps) _ = Advise(address, length, DontNeed);
        _last = Stopwatch.GetTimestamp();
    }

    // /proc/self/maps: address-address perms offset dev inode path, with a line feed in the path as \012.
    private List<(nint Address, nuint Length)> FindMaps()
    {
        string suffix = " " + path.Replace("\n", "\\012", StringComparison.Ordinal);
        var maps = new List<(nint, nuint)>();
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            if (!line.EndsWith(suffix, StringComparison.Ordinal)) continue;
            string[] range = line[..line.IndexOf(' ', StringComparison.Ordinal)].Split('-');
            ulong from = ulong.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            ulong to = ulong.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            maps.Add(((nint)from, (nuint)(to - from)));
        }

        return maps;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
