using System.Text;
using System.Text.RegularExpressions;
using EmrSim.Core.Files;

namespace EmrSim.Core.Applications;

/// <summary>
/// The variables of an env file, read as dotenv 16 reads them (github.com/motdotla/dotenv, lib/main.js): the last of several lines for a variable counts,
/// <c>\n</c> is a line break between double quotes only, and <c>${NAME}</c> stays as it is. It may hold secrets, so only what is asked for goes on.
/// </summary>
internal sealed partial class EnvFile
{
    private const int Longest = 1024 * 1024;

    private readonly Dictionary<string, string> _values = [];

    private EnvFile(string path, string text, bool isUtf16)
    {
        Path = path;
        IsUtf16 = isUtf16;
        foreach (Match line in Line().Matches(text.ReplaceLineEndings("\n"))) _values[line.Groups["key"].Value] = Unquote(line.Groups["value"].Value.Trim());
    }

    /// <summary>Its absolute path.</summary>
    internal string Path { get; }

    /// <summary>Whether it is in UTF-16, as Windows PowerShell writes it: Node.js then finds none of its variables.</summary>
    internal bool IsUtf16 { get; }

    /// <summary>A variable; null where it is missing or empty, which is the same to an application.</summary>
    internal string? this[string name] => _values.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>Reads one.</summary>
    /// <exception cref="EmrSimException">ApplicationEnvFileNotFound, AccessDenied, IoError.</exception>
    internal static EnvFile Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > Longest) throw new EmrSimException(ErrorCode.ApplicationEnvFileNotFound, $"'{path}' is too long to be an env file.", path);
            using var reader = new StreamReader(file, Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
            string text = reader.ReadToEnd();
            return new EnvFile(path, text, reader.CurrentEncoding is UnicodeEncoding);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new EmrSimException(ErrorCode.ApplicationEnvFileNotFound, $"There is no env file '{path}'.", path, e);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "The env file could not be read", path);
        }
    }

    private static string Unquote(string value)
    {
        if (value.Length < 2 || value[0] != value[^1] || value[0] is not ('"' or '\'' or '`')) return value;
        string bare = value[1..^1];
        return value[0] == '"' ? bare.Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\r", "\r", StringComparison.Ordinal) : bare;
    }

    // dotenv's own expression, with names for its groups.
    [GeneratedRegex(
        """(?:^|^)\s*(?:export\s+)?(?<key>[\w.-]+)(?:\s*=\s*?|:\s+?)(?<value>\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?(?:$|$)""",
        RegexOptions.Multiline | RegexOptions.ECMAScript,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Line();
}
