using System.Buffers;
using System.Text;

namespace EmrSim.Core.Stores;

/// <summary>The name of a backup set: part of file names on Windows, Linux and, later, of blob names.</summary>
internal static class SetName
{
    /// <summary>How many bytes a name may have; with stamp and suffixes a file name stays below 255 bytes.</summary>
    internal const int MaximumBytes = 120;

    private static readonly SearchValues<char> s_forbidden = SearchValues.Create("<>:\"/\\|?*");

    private static readonly HashSet<string> s_devices = new(StringComparer.OrdinalIgnoreCase)
    {
        "CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9",
        "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
    };

    /// <summary>The default name of a database's set: its file name without extension, made valid.</summary>
    internal static string FromSource(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        if (name.Length == 0) name = Path.GetFileName(path);
        name = new string([.. name.Select(c => IsForbidden(c) ? '_' : c)]).Trim(' ', '.');
        while (Encoding.UTF8.GetByteCount(name) > MaximumBytes) name = name[..^(char.IsLowSurrogate(name[^1]) ? 2 : 1)];
        if (name.Length == 0) name = "database";
        return s_devices.Contains(name) ? name + "_" : name;
    }

    /// <summary>Whether two names mean the same files: on Windows and macOS they do when only their case differs.</summary>
    internal static bool IsSame(string name, string other) => name.Equals(other, Case);

    /// <summary>How the names of files are compared here.</summary>
    internal static StringComparison Case => OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    /// <summary>Refuses a name that some file system could not hold.</summary>
    /// <exception cref="EmrSimException">InvalidSetName.</exception>
    internal static void Require(string name)
    {
        string? why =
            string.IsNullOrWhiteSpace(name) ? "it is empty" :
            name.Any(IsForbidden) ? "it contains one of < > : \" / \\ | ? * or a control character" :
            name[0] is '.' or ' ' || name[^1] is '.' or ' ' ? "it begins or ends with a dot or a space" :
            s_devices.Contains(name.Split('.')[0]) ? "Windows reserves it for a device" :
            Encoding.UTF8.GetByteCount(name) > MaximumBytes ? $"it is longer than {MaximumBytes} bytes" : null;
        if (why is not null)
        {
            throw new EmrSimException(ErrorCode.InvalidSetName, $"'{name}' cannot be the name of a backup set: {why}.", name);
        }
    }

    private static bool IsForbidden(char c) => char.IsControl(c) || s_forbidden.Contains(c);
}
