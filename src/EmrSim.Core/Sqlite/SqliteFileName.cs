using System.Text;

namespace EmrSim.Core.Sqlite;

/// <summary>Turns a path into what sqlite3_open_v2 takes.</summary>
internal static class SqliteFileName
{
    // SQLite's default Windows VFS stops at MAX_PATH less room for "-journal"; win32-longpath does not.
    private const int WindowsPathLimit = 240;
    private const string Verbatim = @"\\?\";

    /// <summary>The file name and, where the default will not do, the VFS.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="immutable">Whether the file is opened as one that cannot change (https://sqlite.org/uri.html).</param>
    internal static (string Name, string? Vfs) For(string path, bool immutable)
    {
        string? vfs = null;
        if (OperatingSystem.IsWindows() && path.Length > WindowsPathLimit)
        {
            vfs = "win32-longpath";
            if (!IsVerbatim(path)) path = path.StartsWith(@"\\", StringComparison.Ordinal) ? Verbatim + "UNC" + path[1..] : Verbatim + path;
        }

        return (immutable ? Uri(path) + "?immutable=1" : path, vfs);
    }

    private static bool IsVerbatim(string path) => path.StartsWith(Verbatim, StringComparison.Ordinal);

    private static string Uri(string path)
    {
        var uri = new StringBuilder("file:");
        bool windows = OperatingSystem.IsWindows();
        bool verbatim = windows && IsVerbatim(path);
        // SQLite drops the third slash before a drive letter and before a verbatim path, whose backslashes must stay.
        if (windows) uri.Append(path.StartsWith(@"\\", StringComparison.Ordinal) && !verbatim ? "//" : "///");
        foreach (char c in path)
        {
            _ = c switch
            {
                '%' => uri.Append("%25"),
                '?' => uri.Append("%3f"),
                '#' => uri.Append("%23"),
                '\\' when windows && !verbatim => uri.Append('/'),
                _ => uri.Append(c),
            };
        }

        return uri.ToString();
    }
}
