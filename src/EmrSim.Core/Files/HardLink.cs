using System.Runtime.InteropServices;

namespace EmrSim.Core.Files;

/// <summary>A second name for a file.</summary>
internal static partial class HardLink
{
    /// <summary>Gives a file a second name in the same file system.</summary>
    /// <returns>False where the file system has no such names, or the account may give none.</returns>
    internal static bool TryCreate(string file, string name) => OperatingSystem.IsWindows()
        ? CreateOnWindows(name, file, 0)
        : CreateOnUnix(file, name) == 0;

    [LibraryImport("kernel32", EntryPoint = "CreateHardLinkW", StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateOnWindows(string name, string file, nint reserved);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateOnUnix(string file, string name);
}
