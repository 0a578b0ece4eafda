namespace EmrSim.HelpGenerator;

/// <summary>What the command line asks for.</summary>
/// <param name="Manifest">The manifest of the built module; MAML goes to en-US beside it.</param>
/// <param name="Docs">The folder with the XML documentation that the compiler wrote.</param>
/// <param name="Topics">The folder with the about topics.</param>
/// <param name="Pages">The folder for the Markdown pages; it is emptied first.</param>
/// <param name="TopicLink">The folder of the about topics as the pages link to it.</param>
internal sealed record Options(string Manifest, string Docs, string Topics, string Pages, string TopicLink)
{
    internal const string Usage =
        "usage: emrsim-help -Manifest <psd1> -Docs <folder> -Topics <folder> -Pages <folder> -TopicLink <relative folder>";

    private static readonly string[] s_names = ["-Manifest", "-Docs", "-Topics", "-Pages", "-TopicLink"];

    /// <summary>Null where the words make no sense.</summary>
    internal static Options? Parse(string[] arguments)
    {
        if (arguments.Length != s_names.Length * 2) return null;
        Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < arguments.Length; i += 2) values[arguments[i]] = arguments[i + 1];
        return s_names.All(values.ContainsKey)
            ? new Options(
                Path.GetFullPath(values["-Manifest"]),
                Path.GetFullPath(values["-Docs"]),
                Path.GetFullPath(values["-Topics"]),
                Path.GetFullPath(values["-Pages"]),
                values["-TopicLink"])
            : null;
    }
}
