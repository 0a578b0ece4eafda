using System.Diagnostics;

namespace EmrSim.Tests.Support;

/// <summary>A folder of one test, removed with it.</summary>
public sealed class TempFolder : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public string Path { get; } = Directory.CreateTempSubdirectory("emrsim-unit-").FullName;

    public string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>The names of all files below the folder, in order, with / between the parts.</summary>
    public string[] Files(string below = ".") => Directory.Exists(File(below))
        ? [.. Directory.EnumerateFiles(File(below), "*", SearchOption.AllDirectories)
            .Select(f => System.IO.Path.GetRelativePath(File(below), f).Replace('\\', '/')).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>
    /// Removes a folder with all that is in it. Windows lets go of what a killed process had open a moment after the process is gone; who holds a file for longer
    /// fails the test.
    /// </summary>
    public static void Remove(string path)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                Directory.Delete(path, recursive: true);
                return;
            }
            catch (Exception e) when (OperatingSystem.IsWindows() && e is (IOException or UnauthorizedAccessException) && Stopwatch.GetElapsedTime(start) < s_patience)
            {
                if (!Directory.Exists(path)) return;
                Thread.Sleep(20);
            }
        }
    }

    public void Dispose() => Remove(Path);
}
