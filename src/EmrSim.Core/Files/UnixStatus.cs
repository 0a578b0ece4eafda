using System.Runtime.InteropServices;

namespace EmrSim.Core.Files;

/// <summary>Whose a file of Linux is, and who else may change it: .NET tells the mode only.</summary>
/// <param name="User">The id of the account that owns it.</param>
/// <param name="Group">The id of its group.</param>
/// <param name="Mode">Its mode.</param>
internal readonly partial record struct UnixStatus(uint User, uint Group, UnixFileMode Mode)
{
    // struct statx of linux/stat.h, which is the same on every processor: statx(2).
    private const int Length = 256;
    private const int UserAt = 20;
    private const int GroupAt = 24;
    private const int ModeAt = 28;
    private const int CurrentFolder = -100;
    private const int NotThroughLink = 0x100;
    private const uint BasicFacts = 0x7ff;
    private const int ModeBits = 0xfff;

    /// <summary>The account of this process; root is 0.</summary>
    internal static uint CurrentUser => OperatingSystem.IsWindows() ? 0 : EffectiveUser();

    /// <summary>The status of what a path leads to, or of a link itself; null where it is not there or cannot be asked.</summary>
    internal static UnixStatus? Of(string path, bool throughLink = true)
    {
        if (!OperatingSystem.IsLinux()) return null;
        byte[] status = new byte[Length];
        try
        {
            if (Ask(CurrentFolder, path, throughLink ? 0 : NotThroughLink, BasicFacts, status) != 0) return null;
        }
        catch (EntryPointNotFoundException)
        {
            // glibc before 2.28.
            return null;
        }

        uint user = BitConverter.ToUInt32(status, UserAt), group = BitConverter.ToUInt32(status, GroupAt);
        return new UnixStatus(user, group, (UnixFileMode)(BitConverter.ToUInt16(status, ModeAt) & ModeBits));
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Ask(int folder, string path, int flags, uint mask, [Out] byte[] status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
