using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Backup;

/// <summary>Warns of places where SQLite's locks or the file itself cannot be relied on.</summary>
internal static class SourceLocation
{
    private static readonly string[] s_syncFolders = ["OneDrive", "Dropbox", "Google Drive", "iCloudDrive"];

    /// <summary>Logs a warning where the source lies on a network share or in a folder that is synchronized.</summary>
    internal static void Warn(string path, ILogger logger)
    {
        if (FileSystemKind.IsNetwork(path))
        {
            Log.RiskyLocation(
                logger, path, "on a network share", "SQLite's locks are unreliable there, and WAL mode does not work (sqlite.org/useovernet.html).");
        }

        foreach (string folder in s_syncFolders)
        {
            if (path.Split('/', '\\').Any(part => part.StartsWith(folder, StringComparison.OrdinalIgnoreCase)))
            {
                Log.RiskyLocation(
                    logger, path, $"in a folder that {folder} synchronizes", "the service can copy or replace a live database in the middle of a write.");
            }
        }
    }
}
