using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using EmrSim.PowerShell.Commands;

namespace EmrSim.Tests.PowerShell.Support;

/// <summary>A session with the cmdlets of EmrSim and those of the tests in it, without the module's loader.</summary>
public sealed class CmdletSession : IDisposable
{
    private readonly Runspace _runspace;

    public CmdletSession()
    {
        InitialSessionState state = InitialSessionState.CreateDefault2();
        foreach (Type type in new[] { typeof(BackupEmrDatabaseCommand).Assembly, typeof(CmdletSession).Assembly }.SelectMany(a => a.GetTypes()))
        {
            if (type.GetCustomAttribute<CmdletAttribute>() is { } name)
            {
                state.Commands.Add(new SessionStateCmdletEntry($"{name.VerbName}-{name.NounName}", type, null));
            }
        }

        _runspace = RunspaceFactory.CreateRunspace(state);
        _runspace.Open();
    }

    /// <summary>A shell that has the script, ready to run or to be stopped.</summary>
    public System.Management.Automation.PowerShell Prepare(string script, params object[] arguments)
    {
        var shell = System.Management.Automation.PowerShell.Create(_runspace);
        shell.AddScript(script);
        foreach (object argument in arguments) shell.AddArgument(argument);
        return shell;
    }

    public void Dispose() => _runspace.Dispose();
}
