using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EmrSim.Core.Files;

/// <summary>What makes a file the same under all of its names: its device and its inode. Linux only.</summary>
/// <param name="Device">The device, major and minor number in one.</param>
/// <param name="Inode">The inode.</param>
/// <param name="Owner">The id of the account that owns it.</param>
/// <param name="Group">The id of its group.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, uint Owner, uint Group)
{
    // statx(2): the layout of its buffer and its number are fixed for every kernel; those of stat(2) differ by processor.
    private const int CurrentFolder = -100;
    private const uint BasicStats = 0x7ff;
    private const int BufferLength = 256;
    private const int OwnerOffset = 20;
    private const int GroupOffset = 24;
    private const int InodeOffset = 32;
    private const int DeviceOffset = 136;
    private static readonly nint s_number = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 332,
        Architecture.X86 => 383,
        Architecture.Arm => 397,
        _ => 291,
    };

    /// <summary>That of a file, links followed; null where there is none that can be asked.</summary>
    internal static unsafe FileIdentity? Of(string path)
    {
        byte* buffer = stackalloc byte[BufferLength];
        nint name = Marshal.StringToCoTaskMemUTF8(path);
        try
        {
            if (SystemCall(s_number, CurrentFolder, name, 0, (nint)BasicStats, (nint)buffer) != 0) return null;
        }
        finally
        {
            Marshal.FreeCoTaskMem(name);
        }

        var stat = new ReadOnlySpan<byte>(buffer, BufferLength);
        ulong device = ((ulong)Read32(stat[DeviceOffset..]) << 32) | Read32(stat[(DeviceOffset + 4)..]);
        return new FileIdentity(device, Read64(stat[InodeOffset..]), Read32(stat[OwnerOffset..]), Read32(stat[GroupOffset..]));
    }

    private static uint Read32(ReadOnlySpan<byte> bytes) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);

    private static ulong Read64(ReadOnlySpan<byte> bytes) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes);

    [DllImport("libc", EntryPoint = "syscall")]
    private static extern nint SystemCall(nint number, nint folder, nint path, nint flags, nint mask, nint buffer);
}
