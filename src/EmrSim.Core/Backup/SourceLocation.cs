using EmrSim.Core.Logging;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Backup;

/// <summary>Warns of places where SQLite's locks or the file itself cannot be relied on.</summary>
internal static class SourceLocation
{
    private static readonly string[] s_networkFormats = ["nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "9p", "fuse.sshfs", "afpfs"];
    private static readonly string[] s_syncFolders = ["OneDrive", "Dropbox", "Google Drive", "iCloudDrive"];

    /// <summary>Logs a warning where the source lies on a network share or in a folder that is synchronized.</summary>
    internal static void Warn(string path, ILogger logger)
    {
        if (IsOnNetwork(path))
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

    private static bool IsOnNetwork(string path)
    {
        if (OperatingSystem.IsWindows() && path.StartsWith(@"\\", StringComparison.Ordinal) && !path.StartsWith(@"\\?\", StringComparison.Ordinal))
        {
            return true;
        }

        try
        {
            DriveInfo? drive = Drive(path);
            return drive is not null && (drive.DriveType == DriveType.Network || s_networkFormats.Contains(drive.DriveFormat, StringComparer.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A drive that cannot be asked earns no warning; the backup itself will tell.
            return false;
        }
    }

    // On Unix a DriveInfo of any path is that of its mount point.
    private static DriveInfo? Drive(string path) =>
        OperatingSystem.IsWindows() ? (Path.GetPathRoot(path) is { Length: > 0 } root ? new DriveInfo(root) : null) : new DriveInfo(path);
}
