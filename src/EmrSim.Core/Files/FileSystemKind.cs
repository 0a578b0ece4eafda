namespace EmrSim.Core.Files;

/// <summary>What kind of file system a path lies on.</summary>
internal static class FileSystemKind
{
    private const string Verbatim = @"\\?\";

    private static readonly string[] s_network = ["nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "9p", "fuse.sshfs", "afpfs", "virtiofs"];

    /// <summary>Whether it is another machine's, so that locks and times cannot be relied on. A drive that cannot be asked is taken for a local one.</summary>
    internal static bool IsNetwork(string path)
    {
        if (OperatingSystem.IsWindows() && IsShare(path)) return true;
        try
        {
            DriveInfo drive = Drive(path);
            return drive.DriveType == DriveType.Network || s_network.Contains(drive.DriveFormat, StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    private static bool IsShare(string path) => path.StartsWith(Verbatim, StringComparison.Ordinal)
        ? path.StartsWith(@"\\?\UNC\", StringComparison.OrdinalIgnoreCase)
        : path.StartsWith(@"\\", StringComparison.Ordinal);

    /// <summary>The drive of an absolute path. On Unix a DriveInfo of any path is that of its mount point.</summary>
    /// <exception cref="ArgumentException">It has none, as a share on Windows.</exception>
    internal static DriveInfo Drive(string path)
    {
        if (!OperatingSystem.IsWindows()) return new DriveInfo(path);
        string root = Path.GetPathRoot(path)!;
        return new DriveInfo(root.StartsWith(Verbatim, StringComparison.Ordinal) ? root[Verbatim.Length..] : root);
    }
}
