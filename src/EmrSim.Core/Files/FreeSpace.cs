using System.Globalization;
using EmrSim.Formatting;

namespace EmrSim.Core.Files;

/// <summary>Asks for room before it is needed, so that a full disk is known before any work is done.</summary>
internal static class FreeSpace
{
    /// <summary>Requires free bytes on the disk of a folder.</summary>
    /// <exception cref="EmrSimException">DiskFull.</exception>
    internal static void Require(string folder, long bytes, string what)
    {
        long free;
        try
        {
            string root = OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder;
            free = new DriveInfo(root).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // UNC paths and some mounts cannot be asked; the write itself will tell.
            return;
        }

        if (free >= bytes) return;
        throw new EmrSimException(
            ErrorCode.DiskFull,
            string.Create(CultureInfo.InvariantCulture, $"'{folder}' has {_Format.Length(free)} free; {what} needs {_Format.Length(bytes)}. ") +
            "Free some room, or name another destination or work folder.",
            folder);
    }
}
