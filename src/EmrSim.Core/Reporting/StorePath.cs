namespace EmrSim.Core.Reporting;

/// <summary>Takes paths apart that may come from another system, or be addresses.</summary>
internal static class StorePath
{
    private static readonly char[] s_separators = ['/', '\\'];

    /// <summary>The folder, container or prefix that a file lies in.</summary>
    internal static string Of(string path) => Normal(path[..(path.LastIndexOfAny(s_separators) + 1)]);

    /// <summary>A store's path without separators at its end.</summary>
    internal static string Normal(string store) => store.TrimEnd(s_separators) is { Length: > 0 } trimmed ? trimmed : store;

    /// <summary>A file's own name.</summary>
    internal static string FileName(string path) => path[(path.LastIndexOfAny(s_separators) + 1)..];
}
