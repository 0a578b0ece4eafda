namespace EmrSim.Core.Files;

/// <summary>Turns exceptions of the file system into errors with a code.</summary>
internal static class IoErrors
{
    // errno of Linux and macOS; EDQUOT differs between them.
    private const int EFbig = 27;
    private const int ENospc = 28;
    private const int LinuxEdquot = 122;
    private const int MacEdquot = 69;
    private const int CodeMask = 0xffff;
    private const int WindowsFacility = unchecked((int)0x80070000);
    private const int WindowsDiskFull = 112;
    private const int WindowsHandleDiskFull = 39;
    private const int WindowsFileTooLarge = 223;
    private const int WindowsSharingViolation = 32;
    private const int LinuxEagain = 11;
    private const int MacEagain = 35;

    /// <summary>Whether an exception is one of the file system's.</summary>
    internal static bool IsIo(Exception e) => e is IOException or UnauthorizedAccessException or NotSupportedException || IsBeyondLimit(e);

    /// <summary>Whether a file could not be opened only because another process holds it.</summary>
    internal static bool IsHeldByAnother(IOException e) => Code(e) ==
        (OperatingSystem.IsWindows() ? WindowsSharingViolation : OperatingSystem.IsMacOS() ? MacEagain : LinuxEagain);

    /// <summary>The error for it.</summary>
    /// <param name="e">An exception for which <see cref="IsIo"/> holds.</param>
    /// <param name="what">What was attempted, as the beginning of a sentence.</param>
    /// <param name="path">To what.</param>
    internal static EmrSimException Translate(Exception e, string what, string path) => Classify(e) switch
    {
        ErrorCode.DiskFull => new EmrSimException(
            ErrorCode.DiskFull, $"{what}: the disk of '{path}' is full. Free some room, or name another destination.", path, e),
        ErrorCode.FileTooLarge => new EmrSimException(
            ErrorCode.FileTooLarge,
            $"{what}: the file system of '{path}' takes no file of this size (FAT32 ends at 4 GB). Use NTFS, exFAT, ext4 or the like.",
            path,
            e),
        ErrorCode.AccessDenied => new EmrSimException(
            ErrorCode.AccessDenied, $"{what}: access to '{path}' was denied. Give this account the right to read and write there.", path, e),
        _ => new EmrSimException(ErrorCode.IoError, $"{what}: {e.Message}", path, e),
    };

    private static ErrorCode Classify(Exception e)
    {
        if (e is UnauthorizedAccessException) return ErrorCode.AccessDenied;
        if (IsBeyondLimit(e)) return ErrorCode.FileTooLarge;
        int code = Code(e);
        if (OperatingSystem.IsWindows())
        {
            return code switch
            {
                WindowsDiskFull or WindowsHandleDiskFull => ErrorCode.DiskFull,
                WindowsFileTooLarge => ErrorCode.FileTooLarge,
                _ => ErrorCode.IoError,
            };
        }

        return code switch
        {
            ENospc => ErrorCode.DiskFull,
            LinuxEdquot when OperatingSystem.IsLinux() => ErrorCode.DiskFull,
            MacEdquot when OperatingSystem.IsMacOS() => ErrorCode.DiskFull,
            EFbig => ErrorCode.FileTooLarge,
            _ => ErrorCode.IoError,
        };
    }

    // .NET's own streams report EFBIG as a wrong argument of theirs, whoever wrote.
    private static bool IsBeyondLimit(Exception e) =>
        e is ArgumentOutOfRangeException { ParamName: "value" } && e.TargetSite?.DeclaringType == typeof(RandomAccess);

    private static int Code(Exception e) => (e.HResult & ~CodeMask) == WindowsFacility ? e.HResult & CodeMask : e.HResult;
}
