namespace EmrSim.Core.Sqlite;

/// <summary>Where a new database is to appear.</summary>
internal static class TargetFile
{
    /// <summary>Requires that no file is in its place, or one that may be replaced.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="overwrite">Whether a file that is there may be replaced.</param>
    /// <exception cref="EmrSimException">TargetExists.</exception>
    internal static void RequireFree(string path, bool overwrite)
    {
        if (Directory.Exists(path))
        {
            throw new EmrSimException(ErrorCode.TargetExists, $"'{path}' is a folder. Name the database file to make in it.", path);
        }

        bool there = File.Exists(path);
        if (there && !overwrite)
        {
            throw new EmrSimException(
                ErrorCode.TargetExists, $"'{path}' exists. Nothing was changed; use -Force to replace it, or name another path.", path);
        }

        // Rows that are only in its log would be mixed into the new database.
        string? unfinished = SqliteSource.Sidecars(path)
            .FirstOrDefault(p => !p.EndsWith("-shm", StringComparison.Ordinal) && new FileInfo(p) is { Exists: true, Length: > 0 });
        if (unfinished is not null)
        {
            throw new EmrSimException(
                ErrorCode.TargetExists,
                there
                    ? $"'{path}' is in use or was not closed: '{unfinished}' is there. Close its application first."
                    : $"'{unfinished}' is left over from another database: a new one at '{path}' would take it for its own. Move it away first.",
                path);
        }
    }
}
