using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace EmrSim.MiniHost;

/// <summary>A PowerShell session on the console.</summary>
internal sealed class Session : IDisposable
{
    private readonly MiniHost _host = new();
    private readonly Runspace _runspace;

    internal Session()
    {
        InitialSessionState state = InitialSessionState.CreateDefault2();
        // Unix has no execution policy and refuses one.
        if (OperatingSystem.IsWindows()) state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.Bypass;
        _runspace = RunspaceFactory.CreateRunspace(_host, state);
        _runspace.Open();
        Runspace.DefaultRunspace = _runspace;
    }

    /// <summary>What a script gave to <c>exit</c>, if one did.</summary>
    internal int? ExitCode => _host.ExitCode;

    /// <summary>Runs a script and shows what it says.</summary>
    /// <returns>False when it showed an error, or ended in one, or was stopped. An error that the script handled is none.</returns>
    internal bool Run(string script, params string[] arguments)
    {
        Parser.ParseInput(script, out _, out ParseError[] mistakes);
        if (mistakes.Length > 0)
        {
            foreach (string line in ParseErrors.Describe(mistakes)) _host.Console.WriteErrorLine(line);
            return false;
        }

        bool good = true;
        using var shell = PowerShell.Create(_runspace);
        using var interrupts = new Interrupts(shell);
        shell.AddScript(script, useLocalScope: false);
        foreach (string argument in arguments) shell.AddArgument(argument);
        shell.AddCommand("Out-Default");
        // Raised on the pipeline's thread as the error is written, so errors keep their place in the output.
        shell.Streams.Error.DataAdded += (sender, e) =>
        {
            good = false;
            Show(((PSDataCollection<ErrorRecord>)sender!)[e.Index], PowerShell.Create(RunspaceMode.CurrentRunspace));
        };
        try
        {
            shell.Invoke();
            if (shell.InvocationStateInfo.State == PSInvocationState.Stopped) throw new PipelineStoppedException();
            return good && !_host.Console.ErrorWritten;
        }
        catch (PipelineStoppedException)
        {
            _host.Console.WriteErrorLine("Stopped.");
        }
        catch (RuntimeException e)
        {
            Show(e.ErrorRecord, PowerShell.Create(_runspace));
        }
        finally
        {
            _host.Console.EndProgress();
        }

        return false;
    }

    public void Dispose() => _runspace.Dispose();

    /// <summary>Shows an error as pwsh does, and its id where a command gave it one.</summary>
    private void Show(ErrorRecord record, PowerShell formatter)
    {
        using (formatter)
        {
            using IDisposable redirection = _host.Console.WriteAsErrors();
            formatter.AddCommand("Out-Default").AddParameter("InputObject", record).Invoke();
            if (record.InvocationInfo?.MyCommand is not CmdletInfo) return;
            _host.Console.WriteLine($"  Id: {record.FullyQualifiedErrorId.Split(',')[0]} ({record.CategoryInfo.Category})");
        }
    }
}
