using System.Globalization;

namespace EmrSim.Core.Files;

/// <summary>Who has files open, by the descriptors of all processes in /proc: proc_pid_fd(5).</summary>
internal static class ProcFileHolders
{
    // What the kernel writes behind the name of a file that was deleted or replaced while somebody had it open.
    private const string Deleted = " (deleted)";

    // The number of the namespace of processes that the system starts with: PROC_PID_INIT_INO of linux/proc_ns.h.
    private const string FirstNamespace = "pid:[4026531836]";

    /// <summary>The holders, and whether all processes could be looked into.</summary>
    internal static (List<FileHolder> Holders, bool Complete) Find(IReadOnlyList<string> paths)
    {
        var wanted = new WantedFiles(paths);
        var holders = new List<FileHolder>();
        // Without a view of the first process, others' are hidden too: hidepid of proc(5). From within a container nobody sees the processes of its host
        // and of other containers: pid_namespaces(7).
        bool complete = Directory.Exists("/proc/1") && Target("/proc/self/ns/pid") == FirstNamespace;
        foreach (string process in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out int id)) continue;
            try
            {
                holders.AddRange(HeldBy(process, id, wanted));
            }
            catch (UnauthorizedAccessException)
            {
                // Kernel threads and zombies have no command line, and no files either.
                complete &= Text(process, "cmdline").Length == 0;
            }
            catch (IOException)
            {
                // It has ended.
            }
        }

        return (holders, complete);
    }

    private static List<FileHolder> HeldBy(string process, int id, WantedFiles wanted)
    {
        var held = new Dictionary<string, bool>();
        foreach (string descriptor in Directory.GetFileSystemEntries(Path.Combine(process, "fd")))
        {
            // Sockets and pipes have no path, and whoever asks for a file on a dead share may wait for ever: only what may be it is asked.
            if (Target(descriptor) is not { } target || !target.StartsWith('/')) continue;
            if (wanted.Match(descriptor, target) is not { } match) continue;
            held[match.Path] = match.Certain || held.GetValueOrDefault(match.Path);
        }

        return held.Count == 0 ? [] : [.. held.Select(h => new FileHolder(id, NameOf(process), h.Key, h.Value))];
    }

    private static string? Target(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }

    // The kernel cuts its short name off after 15 bytes: the program's own name says more, unless it wrote a title over it.
    private static string NameOf(string process)
    {
        string name = Path.GetFileName(Text(process, "cmdline").Split('\0')[0]);
        return name.Length > 0 && !name.Contains(' ', StringComparison.Ordinal) ? name : Text(process, "comm").Trim();
    }

    private static string Text(string process, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, file));
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            return "";
        }
    }

    /// <summary>The files that are asked for, by their names and by what makes them the same under other names.</summary>
    private sealed class WantedFiles
    {
        private readonly Dictionary<(ulong Device, ulong Inode), string> _files = [];
        private readonly Dictionary<string, string> _names = [];

        internal WantedFiles(IReadOnlyList<string> paths)
        {
            foreach (string path in paths)
            {
                _names[RealPath.OfMissing(path)] = path;
                if (UnixStatus.Of(path) is { } file) _files[(file.Device, file.Inode)] = path;
            }
        }

        internal (string Path, bool Certain)? Match(string descriptor, string target)
        {
            if (_files.Count > 0 && UnixStatus.Of(descriptor) is { } file && _files.TryGetValue((file.Device, file.Inode), out string? path)) return (path, true);
            // A file of this name that is another one: it was there before, or there is none any more.
            string name = target.EndsWith(Deleted, StringComparison.Ordinal) ? target[..^Deleted.Length] : target;
            return _names.TryGetValue(name, out path) ? (path, false) : null;
        }
    }
}
