namespace EmrSim.Core.Files;

/// <summary>What is behind a link. Windows tells a link's own length, which is 0, and its own times.</summary>
internal static class RealFile
{
    /// <summary>The file itself, or what a link leads to in the end, whether that is there or not.</summary>
    internal static FileInfo Of(string path)
    {
        var file = new FileInfo(path);
        bool link = file.Exists && file.Attributes.HasFlag(FileAttributes.ReparsePoint);
        return link && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? target : file;
    }
}
