namespace EmrSim.Tests.Support;

/// <summary>A folder of one test, removed with it.</summary>
public sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("emrsim-unit-").FullName;

    public string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>The names of all files below the folder, in order, with / between the parts.</summary>
    public string[] Files(string below = ".") => Directory.Exists(File(below))
        ? [.. Directory.EnumerateFiles(File(below), "*", SearchOption.AllDirectories)
            .Select(f => System.IO.Path.GetRelativePath(File(below), f).Replace('\\', '/')).Order(StringComparer.Ordinal)]
        : [];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
