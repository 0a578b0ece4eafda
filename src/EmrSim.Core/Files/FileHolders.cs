using System.Collections;

namespace EmrSim.Core.Files;

/// <summary>The processes that have some files open, as far as this account may know.</summary>
internal sealed class FileHolders : IReadOnlyList<FileHolder>
{
    private readonly IReadOnlyList<FileHolder> _holders;

    private FileHolders(IReadOnlyList<FileHolder> holders, bool complete)
    {
        _holders = holders;
        Complete = complete;
    }

    /// <summary>Whether these are all. An account that may not look into the processes of others does not see what they have open.</summary>
    internal bool Complete { get; }

    /// <inheritdoc/>
    public int Count => _holders.Count;

    /// <inheritdoc/>
    public FileHolder this[int index] => _holders[index];

    /// <inheritdoc/>
    public IEnumerator<FileHolder> GetEnumerator() => _holders.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>As in a sentence: <c>node (4711), sqlite3 (4712)</c>.</summary>
    public override string ToString() => string.Join(", ", _holders.Select(h => h.ToString()).Distinct());

    /// <summary>Who has any of some files open, without this process.</summary>
    /// <param name="paths">Absolute paths of files, which may be missing.</param>
    internal static FileHolders Of(params IEnumerable<string> paths) => Of(paths, ownToo: false);

    /// <summary>Who has any of some files open.</summary>
    /// <param name="paths">Absolute paths of files, which may be missing.</param>
    /// <param name="ownToo">Whether this process counts.</param>
    internal static FileHolders Of(IEnumerable<string> paths, bool ownToo)
    {
        string[] files = [.. paths];
        (List<FileHolder> holders, bool complete) =
            OperatingSystem.IsLinux() ? ProcFileHolders.Find(files)
            : OperatingSystem.IsWindows() ? RestartManager.Find(files)
            : OpenFileList.Find(files);
        return new FileHolders([.. holders.Where(h => ownToo || h.ProcessId != Environment.ProcessId)], complete);
    }
}
