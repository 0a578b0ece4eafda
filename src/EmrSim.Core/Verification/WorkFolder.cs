using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Verification;

/// <summary>
/// A temporary folder that only its owner can enter, made when first used and removed on every path. What a killed process left in a place of our
/// own is removed by the next one that makes such a folder there.
/// </summary>
internal sealed class WorkFolder(string? parent, ILogger logger) : IDisposable
{
    private const string Prefix = "emrsim-work-";
    private const string LockName = "owner.lock";
    private static readonly TimeSpan s_justMade = TimeSpan.FromMinutes(1);

    private string? _path;
    private FileStream? _lock;

    /// <summary>The folder, made when it is first asked for.</summary>
    internal string Path => _path ??= Make();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_path is null) return;
        _lock!.Dispose();
        Remove(_path);
    }

    private string Make()
    {
        (string place, bool ours) = parent is null ? PrivateTemp.Find() : (parent, true);
        Directory.CreateDirectory(place);
        // Not where others may write, too: they could put anything there for us to open or to delete. Such a place is cleared by the system.
        if (ours)
        {
            foreach (string folder in Directory.GetDirectories(place, Prefix + "*").Where(IsOurs)) RemoveAbandoned(folder);
        }

        string path = System.IO.Path.Combine(place, Prefix + Guid.NewGuid().ToString("N"));
        PrivateFile.CreateFolder(path);
        // The operating system drops the lock with the process, however that ends.
        _lock = new FileStream(System.IO.Path.Combine(path, LockName), FileMode.CreateNew, FileAccess.Write, FileShare.None);
        return path;
    }

    // A place that the user named may be one where all can write. What others made there is neither opened nor removed.
    private static bool IsOurs(string folder) =>
        Guid.TryParseExact(System.IO.Path.GetFileName(folder)[Prefix.Length..], "N", out _) && (!OperatingSystem.IsLinux() || PrivateTemp.IsOursAlone(folder));

    private void RemoveAbandoned(string folder)
    {
        try
        {
            // A lock file exists for a moment before it is locked.
            if (DateTime.UtcNow - Directory.GetLastWriteTimeUtc(folder) < s_justMade) return;
            using (new FileStream(System.IO.Path.Combine(folder, LockName), FileMode.Open, FileAccess.Write, FileShare.None))
            {
            }
        }
        catch (FileNotFoundException)
        {
            // It was killed while it removed the folder, after the lock and before the rest.
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            // In use, or another account's.
            return;
        }

        Remove(folder);
    }

    private void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            Log.WorkFolderLeft(logger, folder, e.Message);
        }
    }
}
