using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace EmrSim.HelpGenerator.Reading;

/// <summary>A session with the built module: what it exports is what the help describes.</summary>
internal sealed class ModuleSession : IDisposable
{
    private readonly Runspace _runspace;
    private readonly string _manifest;

    internal ModuleSession(string manifest)
    {
        _manifest = manifest;
        InitialSessionState state = InitialSessionState.CreateDefault2();
        // Unix has no execution policy and refuses one.
        if (OperatingSystem.IsWindows()) state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.Bypass;
        _runspace = RunspaceFactory.CreateRunspace(state);
        _runspace.Open();
    }

    /// <summary>The exported cmdlets, in the order of their names.</summary>
    internal IReadOnlyList<CmdletInfo> Commands()
    {
        using var shell = PowerShell.Create(_runspace);
        shell.AddCommand("Import-Module").AddParameter("Name", _manifest).AddParameter("PassThru").AddParameter("ErrorAction", "Stop");
        var module = (PSModuleInfo)shell.Invoke()[0].BaseObject;
        return [.. module.ExportedCmdlets.Values.OrderBy(c => c.Name, StringComparer.Ordinal)];
    }

    public void Dispose() => _runspace.Dispose();
}
