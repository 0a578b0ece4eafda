namespace EmrSim.PowerShell.Abstractions;

/// <summary>Rules for paths that users give.</summary>
internal static class FileSystemPaths
{
    internal const string Provider = "FileSystem";

    internal static EmrSimException NotFileSystem(string path, string provider) => new(
        ErrorCode.InvalidArgument, $"'{path}' belongs to PowerShell's {provider} provider; EmrSim works on files only.", path);
}
