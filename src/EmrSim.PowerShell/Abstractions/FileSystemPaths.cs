using System.Management.Automation;

namespace EmrSim.PowerShell.Abstractions;

/// <summary>Rules for paths that users give.</summary>
internal static class FileSystemPaths
{
    internal const string Provider = "FileSystem";

    /// <summary>An absolute file system path of what need not exist yet; relative to the session's location.</summary>
    /// <exception cref="EmrSimException">InvalidArgument.</exception>
    internal static string Resolve(PathIntrinsics paths, string path)
    {
        try
        {
            string resolved = paths.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            return provider.Name == Provider ? Path.GetFullPath(resolved) : throw NotFileSystem(path, provider.Name);
        }
        catch (Exception e) when (e is SessionStateException or ArgumentException)
        {
            throw new EmrSimException(ErrorCode.InvalidArgument, $"'{path}' is no path: {e.Message}", path, e);
        }
    }

    /// <summary>The absolute paths that a user's path names: itself where it is literal, else what is there and fits the pattern.</summary>
    /// <exception cref="EmrSimException">InvalidArgument.</exception>
    internal static IReadOnlyList<string> Find(PathIntrinsics paths, string given, bool literal)
    {
        if (literal) return [Resolve(paths, given)];
        try
        {
            IEnumerable<string> found = paths.GetResolvedProviderPathFromPSPath(given, out ProviderInfo provider);
            return provider.Name == Provider ? [.. found.Select(Path.GetFullPath)] : throw NotFileSystem(given, provider.Name);
        }
        catch (SessionStateException)
        {
            return [];
        }
    }

    internal static EmrSimException NotFileSystem(string path, string provider) => new(
        ErrorCode.InvalidArgument, $"'{path}' belongs to PowerShell's {provider} provider; EmrSim works on files only.", path);
}
