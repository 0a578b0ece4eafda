using System.ComponentModel;
using System.Management.Automation;
using EmrSim.Core.Stores;

namespace EmrSim.PowerShell.Abstractions;

/// <summary>The base of cmdlets that take files with wildcards, or literally and from the pipeline.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class PathCmdlet : StoreCmdlet
{
    private protected const string PathSet = "Path";
    private protected const string LiteralPathSet = "LiteralPath";

    /// <summary>The files to work on. Wildcards are allowed, and paths can be piped in.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = null!;

    /// <summary>The files to work on, taken literally: brackets and other wildcard characters mean themselves.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = null!;

    /// <summary>What a file that is not there is reported as.</summary>
    private protected abstract EmrSimException NotFound(string path);

    /// <summary>Reports what a path or a pattern named and is not there.</summary>
    private protected virtual void ReportMissing(string given) => Report(NotFound(given), given, IsOnlyInput);

    /// <summary>Whether a file that a pattern happens to match is not meant.</summary>
    private protected virtual bool IsByTheWay(string path) => false;

    /// <summary>Whether a file may also be named by its address in a store.</summary>
    private protected virtual bool TakesAddresses => false;

    /// <summary>Works on one file.</summary>
    /// <param name="path">An absolute path, or an address.</param>
    private protected abstract void ProcessPath(string path);

    /// <summary>Whether an error ends the pipeline: a missing file does when it was named as a parameter, since nothing else was asked.</summary>
    private protected bool IsOnlyInput => !MyInvocation.ExpectingInput && (LiteralPath ?? Path).Length == 1;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        bool literal = ParameterSetName == LiteralPathSet;
        foreach (string given in literal ? LiteralPath : Path)
        {
            foreach (string path in Resolve(given, literal)) ProcessPath(path);
        }
    }

    /// <summary>The absolute path of what is not there; what the user gave where that names no place.</summary>
    private protected string Absolute(string given)
    {
        try
        {
            return FileSystemPaths.Resolve(SessionState.Path, given);
        }
        catch (EmrSimException)
        {
            return given;
        }
    }

    private List<string> Resolve(string given, bool literal)
    {
        try
        {
            if (TakesAddresses && BackupStores.IsAddress(given)) return [BackupStores.Canonical(given)];
            bool pattern = !literal && WildcardPattern.ContainsWildcardCharacters(given);
            List<string> paths = [.. FileSystemPaths.Find(SessionState.Path, given, literal).Where(p => !pattern || !IsByTheWay(p))];
            if (paths.Count == 0) ReportMissing(given);
            return paths;
        }
        catch (EmrSimException e)
        {
            Report(e, e.Target);
        }

        return [];
    }
}
