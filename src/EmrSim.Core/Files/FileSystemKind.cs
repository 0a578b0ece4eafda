namespace EmrSim.Core.Files;

/// <summary>What kind of file system a path lies on.</summary>
internal static class FileSystemKind
{
    private static readonly string[] s_network = ["nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "9p", "fuse.sshfs", "afpfs", "virtiofs"];

    /// <summary>Whether it is another machine's, so that locks and times cannot be relied on. A drive that cannot be asked is taken for a local one.</summary>
    internal static bool IsNetwork(string path)
    {
        if (OperatingSystem.IsWindows() && IsShare(path)) return true;
        try
        {
            DriveInfo? drive = Drive(path);
            return drive is not null && (drive.DriveType == DriveType.Network || s_network.Contains(drive.DriveFormat, StringComparer.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    private static bool IsShare(string path) => path.StartsWith(@"\\?\", StringComparison.Ordinal)
        ? path.StartsWith(@"\\?\UNC\", StringComparison.OrdinalIgnoreCase)
        : path.StartsWith(@"\\", StringComparison.Ordinal);

    // On Unix a DriveInfo of any path is that of its mount point.
    private static DriveInfo? Drive(string path) =>
        OperatingSystem.IsWindows() ? (Path.GetPathRoot(path) is { Length: > 0 } root ? new DriveInfo(root) : null) : new DriveInfo(path);
}
