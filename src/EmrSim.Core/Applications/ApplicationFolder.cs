using EmrSim.Core.Files;

namespace EmrSim.Core.Applications;

/// <summary>The folder of an application.</summary>
internal sealed class ApplicationFolder
{
    private static readonly StringComparison s_comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    private readonly string[] _names;

    /// <summary>That of a root.</summary>
    /// <exception cref="EmrSimException">ApplicationNotFound.</exception>
    internal ApplicationFolder(string root)
    {
        if (!Directory.Exists(root))
        {
            throw new EmrSimException(
                ErrorCode.ApplicationNotFound,
                File.Exists(root) ? $"'{root}' is a file; name the folder in which the application lies." : $"There is no folder '{root}', so there is no application in it.",
                root);
        }

        Path = System.IO.Path.TrimEndingDirectorySeparator(root);
        _names = OperatingSystem.IsWindows() ? [Path] : [Path, .. new[] { RealPath.Of(Path) }.Where(r => r != Path)];
    }

    /// <summary>Its absolute path.</summary>
    internal string Path { get; }

    /// <summary>The absolute path of what a user names relative to it.</summary>
    internal string Resolve(string path) => System.IO.Path.GetFullPath(path, Path);

    /// <summary>Whether a path, or any path in a command line, is that of the folder or lies in it.</summary>
    internal bool Holds(string? text)
    {
        if (text is null) return false;
        foreach (string name in _names)
        {
            for (int at = text.IndexOf(name, s_comparison); at >= 0; at = text.IndexOf(name, at + 1, s_comparison))
            {
                int end = at + name.Length;
                bool begins = at == 0 || char.IsWhiteSpace(text[at - 1]) || "\"'=:@-+!".Contains(text[at - 1], StringComparison.Ordinal);
                bool ends = end == text.Length || char.IsWhiteSpace(text[end]) || "/\\\"';".Contains(text[end], StringComparison.Ordinal);
                if (begins && ends) return true;
            }
        }

        return false;
    }

    /// <summary>Refuses a file whose commands somebody else could have written: whoever restores may be root, and they run as that.</summary>
    /// <exception cref="EmrSimException">ApplicationFileExposed.</exception>
    internal void RequireOwn(string name) => RequireOwnFile(Resolve(name));

    /// <summary>The same, of any file.</summary>
    /// <exception cref="EmrSimException">ApplicationFileExposed.</exception>
    internal static void RequireOwnFile(string path)
    {
        if (OtherWriters.Of(path, isAbove: false, trustsSelf: true) is not { } other) return;
        throw new EmrSimException(
            ErrorCode.ApplicationFileExposed,
            $"'{path}' holds commands that this account would run, and {other} can change it. " +
            "Look at the commands, then let the file belong to the administrator or to this account (chown, icacls /setowner) and let nobody else write to it (chmod go-w, icacls /inheritance:r).",
            path);
    }
}
