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

    internal static EmrSimException NotFileSystem(string path, string provider) => new(
        ErrorCode.InvalidArgument, $"'{path}' belongs to PowerShell's {provider} provider; EmrSim works on files only.", path);
}
