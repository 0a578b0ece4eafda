namespace EmrSim.MiniHost;

/// <summary>What the command line asks for: a line of script, a script file, or a prompt where there is neither.</summary>
internal sealed record Options(string? Module, string? Script, string? File)
{
    internal const string Usage = "usage: emrsim-shell [-Module <manifest>] [-c <script> | -File <script file>]";

    /// <summary>Null where the words make no sense.</summary>
    internal static Options? Parse(string[] arguments)
    {
        if (arguments.Length % 2 != 0) return null;
        var options = new Options(null, null, null);
        for (int i = 0; i < arguments.Length; i += 2)
        {
            string value = arguments[i + 1];
            switch (arguments[i].ToUpperInvariant())
            {
                case "-MODULE": options = options with { Module = FullPath(value) }; break;
                case "-C" or "-COMMAND": options = options with { Script = value }; break;
                case "-FILE": options = options with { File = FullPath(value) }; break;
                default: return null;
            }
        }

        return options.Script is not null && options.File is not null ? null : options;
    }

    // Import-Module and & look for a bare relative path elsewhere than in the current folder.
    private static string FullPath(string path) => Path.Exists(path) ? Path.GetFullPath(path) : path;
}
