using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace EmrSim.Core.Files;

/// <summary>A temporary folder for large files that nobody else can enter, so that what a killed run left there can be removed by the next one.</summary>
internal static partial class PrivateTemp
{
    // statx(2): the fields have the same places on every Linux.
    private const int AtCurrentFolder = -100;
    private const int AtNoFollow = 0x100;
    private const uint TypeModeAndOwner = 0x1 | 0x2 | 0x8;
    private const int StatxLength = 256;
    private const int OwnerOffset = 20;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xf000;
    private const int TypeFolder = 0x4000;
    private const int OthersMask = 0x3f;

    /// <summary>The folder, made when it is missing, and whether it is surely ours alone.</summary>
    internal static (string Path, bool Ours) Find() =>
        // On Windows and macOS every account has a temporary folder of its own.
        OperatingSystem.IsLinux() ? In(Shared()) : (Path.GetTempPath(), true);

    /// <summary>The folder in a place where all can write.</summary>
    internal static (string Path, bool Ours) In(string shared)
    {
        string own = Path.Combine(shared, string.Create(CultureInfo.InvariantCulture, $"emrsim-{EffectiveUser()}"));
        try
        {
            PrivateFile.CreateFolder(own);
        }
        catch (IOException)
        {
            // Somebody has put a file or a link to nowhere in its place; no backup must fail of that.
            return (shared, false);
        }

        // Anybody may have made it first, or a link to some other place, in a folder that all can write.
        return IsOursAlone(own) ? (own, true) : (shared, false);
    }

    // As SQLite does for its temporary files: /tmp often lies in memory, which is no place for a copy of a database.
    private static string Shared() =>
        Environment.GetEnvironmentVariable("TMPDIR") is { Length: > 0 } chosen ? chosen : Directory.Exists("/var/tmp") ? "/var/tmp" : Path.GetTempPath();

    /// <summary>Whether a path is a folder, no link, of this account, which no other can enter.</summary>
    internal static bool IsOursAlone(string path)
    {
        Span<byte> facts = stackalloc byte[StatxLength];
        if (Statx(AtCurrentFolder, path, AtNoFollow, TypeModeAndOwner, facts) != 0) return false;
        uint owner = BinaryPrimitives.ReadUInt32LittleEndian(facts[OwnerOffset..]);
        int mode = BinaryPrimitives.ReadUInt16LittleEndian(facts[ModeOffset..]);
        return owner == EffectiveUser() && (mode & TypeMask) == TypeFolder && (mode & OthersMask) == 0;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, Span<byte> facts);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
