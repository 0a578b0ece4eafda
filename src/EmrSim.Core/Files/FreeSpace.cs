using System.Globalization;
using EmrSim.Formatting;

namespace EmrSim.Core.Files;

/// <summary>Asks for room before it is needed, so that a full disk is known before any work is done.</summary>
internal static class FreeSpace
{
    // FAT keeps a file's length in 32 bits.
    private const long LongestOnFat = uint.MaxValue;

    private static readonly string[] s_fatFormats = ["FAT", "FAT32", "vfat", "msdos"];

    /// <summary>Requires that the disk of a folder has room for a file, and a file system that can hold one of that size.</summary>
    /// <exception cref="EmrSimException">DiskFull, FileTooLarge.</exception>
    internal static void Require(string folder, long bytes, string what)
    {
        long free;
        string format;
        try
        {
            DriveInfo drive = FileSystemKind.Drive(folder);
            (free, format) = (drive.AvailableFreeSpace, drive.DriveFormat);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // UNC paths and some mounts cannot be asked; the write itself will tell.
            return;
        }

        if (IsTooLarge(format, bytes))
        {
            throw new EmrSimException(
                ErrorCode.FileTooLarge,
                $"'{folder}' lies on {format}, which takes no file of more than 4 GB; {what} needs {_Format.Length(bytes)}. " +
                "Use NTFS, exFAT, ext4 or the like.",
                folder);
        }

        if (free >= bytes) return;
        throw new EmrSimException(
            ErrorCode.DiskFull,
            string.Create(CultureInfo.InvariantCulture, $"'{folder}' has {_Format.Length(free)} free; {what} needs {_Format.Length(bytes)}. ") +
            "Free some room, or name another destination or work folder.",
            folder);
    }

    /// <summary>Whether a file system, by its name, cannot hold a file of this length.</summary>
    internal static bool IsTooLarge(string format, long bytes) => bytes > LongestOnFat && s_fatFormats.Contains(format, StringComparer.OrdinalIgnoreCase);
}
