using System.Runtime.InteropServices;

namespace EmrSim.Core.Files;

/// <summary>Whose a file of Linux is, who else may change it, and what makes it the same under all of its names: .NET tells the mode only.</summary>
/// <param name="User">The id of the account that owns it.</param>
/// <param name="Group">The id of its group.</param>
/// <param name="Mode">Its mode.</param>
/// <param name="Device">Its device, major and minor number in one.</param>
/// <param name="Inode">Its number on the device.</param>
internal readonly partial record struct UnixStatus(uint User, uint Group, UnixFileMode Mode, ulong Device, ulong Inode)
{
    // struct statx of linux/stat.h, which is the same on every processor; only its number differs: statx(2). Old C libraries have no function for it.
    private const int Length = 256;
    private const int UserAt = 20;
    private const int GroupAt = 24;
    private const int ModeAt = 28;
    private const int InodeAt = 32;
    private const int DeviceMajorAt = 136;
    private const int DeviceMinorAt = 140;
    private const int CurrentFolder = -100;
    private const int NotThroughLink = 0x100;
    private const int BasicFacts = 0x7ff;
    private const int ModeBits = 0xfff;
    private static readonly nint s_number = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 332,
        Architecture.X86 => 383,
        Architecture.Arm => 397,
        _ => 291,
    };

    /// <summary>The account of this process; root is 0.</summary>
    internal static uint CurrentUser => OperatingSystem.IsWindows() ? 0 : EffectiveUser();

    /// <summary>The status of what a path leads to, or of a link itself; null where it is not there or cannot be asked.</summary>
    internal static unsafe UnixStatus? Of(string path, bool throughLink = true)
    {
        if (!OperatingSystem.IsLinux()) return null;
        byte* buffer = stackalloc byte[Length];
        nint name = Marshal.StringToCoTaskMemUTF8(path);
        try
        {
            if (SystemCall(s_number, CurrentFolder, name, throughLink ? 0 : NotThroughLink, BasicFacts, (nint)buffer) != 0) return null;
        }
        finally
        {
            Marshal.FreeCoTaskMem(name);
        }

        var status = new ReadOnlySpan<byte>(buffer, Length);
        return new UnixStatus(
            Read32(status[UserAt..]),
            Read32(status[GroupAt..]),
            (UnixFileMode)(BitConverter.ToUInt16(status[ModeAt..]) & ModeBits),
            ((ulong)Read32(status[DeviceMajorAt..]) << 32) | Read32(status[DeviceMinorAt..]),
            BitConverter.ToUInt64(status[InodeAt..]));
    }

    private static uint Read32(ReadOnlySpan<byte> bytes) => BitConverter.ToUInt32(bytes);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(nint number, nint folder, nint path, nint flags, nint mask, nint buffer);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
