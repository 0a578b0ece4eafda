namespace EmrSim.Core.Files;

/// <summary>Files that are removed when the work ends, however it ends. Those that were renamed away meanwhile are left alone.</summary>
internal sealed class ScratchFiles : IDisposable
{
    private readonly List<string> _paths = [];
    private readonly object _gate = new();

    /// <summary>Registers a path before anything is written there.</summary>
    internal string Add(string path)
    {
        lock (_gate) _paths.Add(path);
        return path;
    }

    /// <summary>Removes what there is so far and goes on.</summary>
    internal void Clear()
    {
        lock (_gate)
        {
            foreach (string path in _paths) Delete(path);
            _paths.Clear();
        }
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            // A scanner holds it, say. It must not hide how the work ended; the next run sweeps it, or says that it cannot.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();
}
