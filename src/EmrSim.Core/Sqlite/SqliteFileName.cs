using System.Text;

namespace EmrSim.Core.Sqlite;

/// <summary>Turns a path into what sqlite3_open_v2 takes.</summary>
internal static class SqliteFileName
{
    // SQLite's default Windows VFS stops at MAX_PATH less room for "-journal"; win32-longpath does not.
    private const int WindowsPathLimit = 240;

    /// <summary>The file name and, where the default will not do, the VFS.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="immutable">Whether the file is opened as one that cannot change (https://sqlite.org/uri.html).</param>
    internal static (string Name, string? Vfs) For(string path, bool immutable)
    {
        string? vfs = null;
        if (OperatingSystem.IsWindows() && path.Length > WindowsPathLimit && !path.StartsWith(@"\\?\", StringComparison.Ordinal))
        {
            vfs = "win32-longpath";
            path = path.StartsWith(@"\\", StringComparison.Ordinal) ? @"\\?\UNC" + path[1..] : @"\\?\" + path;
        }

        return (immutable ? Uri(path) + "?immutable=1" : path, vfs);
    }

    /// <summary>Whether a path can be written as a URI. Windows' verbatim paths, which long ones must be, cannot.</summary>
    internal static bool CanBeImmutable(string path) =>
        !OperatingSystem.IsWindows() || (path.Length <= WindowsPathLimit && !path.StartsWith(@"\\?\", StringComparison.Ordinal));

    private static string Uri(string path)
    {
        var uri = new StringBuilder("file:");
        bool windows = OperatingSystem.IsWindows();
        if (windows) uri.Append(path.StartsWith(@"\\", StringComparison.Ordinal) ? "//" : "///");
        foreach (char c in path)
        {
            _ = c switch
            {
                '%' => uri.Append("%25"),
                '?' => uri.Append("%3f"),
                '#' => uri.Append("%23"),
                '\\' when windows => uri.Append('/'),
                _ => uri.Append(c),
            };
        }

        return uri.ToString();
    }
}
