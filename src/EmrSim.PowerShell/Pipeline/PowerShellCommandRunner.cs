using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using EmrSim.Core.Applications;

namespace EmrSim.PowerShell.Pipeline;

/// <summary>
/// Runs commands of the user in their own session, on the pipeline's thread: with the modules, functions and global variables that they have there. Any
/// error ends a command, as under <c>$ErrorActionPreference = 'Stop'</c>, and so does an exit code other than 0 at its end.
/// </summary>
/// <param name="cmdlet">The cmdlet, whose streams get what the command says.</param>
/// <param name="pump">The way to its thread.</param>
internal sealed class PowerShellCommandRunner(PSCmdlet cmdlet, CmdletPump pump) : ICommandRunner
{
    private const string ExitCodeVariable = "global:LASTEXITCODE";

    // Of the core commands alone, since Push-Location is not in every session. A block of its own keeps the variables of this one out of the command's sight.
    private const string Frame = """
        param($emrCommand, $emrFolder)
        $ErrorActionPreference = 'Stop'
        $emrPaths = $ExecutionContext.SessionState.Path
        $emrPaths.PushCurrentLocation('EmrSim')
        try {
            $null = $emrPaths.SetLocation([System.Management.Automation.WildcardPattern]::Escape($emrFolder))
            $global:LASTEXITCODE = 0
            & ([scriptblock]::Create($emrCommand))
        }
        finally { $null = $emrPaths.PopLocation('EmrSim') }
        """;

    /// <inheritdoc/>
    public async Task<CommandResult> RunAsync(string script, string workingFolder, CancellationToken token)
    {
        // A pipeline that is being stopped runs nothing more, but an application that a restore has stopped must be started again.
        if (cmdlet.Stopping && !token.IsCancellationRequested) return RunApart(script, workingFolder, token);
        try
        {
            CommandResult result = await pump.InvokeAsync(() => Run(script, workingFolder, token)).ConfigureAwait(false);
            token.ThrowIfCancellationRequested();
            return result;
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return RunApart(script, workingFolder, token);
        }
    }

    /// <summary>Runs it in a session of its own, on this thread: without the functions and variables of the user's.</summary>
    private static CommandResult RunApart(string script, string folder, CancellationToken token)
    {
        using Runspace runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        using var shell = System.Management.Automation.PowerShell.Create();
        shell.Runspace = runspace;
        shell.AddScript(Frame, useLocalScope: true).AddArgument(script).AddArgument(folder);
        using CancellationTokenRegistration stop = token.Register(() => shell.BeginStop(null, null));
        try
        {
            PSObject[] output = Invoke(shell);
            return Judge(shell, output, runspace.SessionStateProxy.GetVariable("LASTEXITCODE"));
        }
        catch (PipelineStoppedException) when (token.IsCancellationRequested)
        {
            throw new OperationCanceledException(token);
        }
        catch (RuntimeException e)
        {
            return new CommandResult(Line(e.ErrorRecord?.ToString() ?? e.Message), []);
        }
    }

    private CommandResult Run(string script, string folder, CancellationToken token)
    {
        if (token.IsCancellationRequested) return new CommandResult("it was not begun", []);
        object before = cmdlet.SessionState.PSVariable.GetValue(ExitCodeVariable);
        using var shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddScript(Frame, useLocalScope: true).AddArgument(script).AddArgument(folder);
        // Stop itself waits for the command; this thread must not.
        using CancellationTokenRegistration stop = token.Register(() => shell.BeginStop(null, null));
        try
        {
            PSObject[] output = Invoke(shell);
            return Judge(shell, output, cmdlet.SessionState.PSVariable.GetValue(ExitCodeVariable));
        }
        catch (PipelineStoppedException) when (token.IsCancellationRequested && !cmdlet.Stopping)
        {
            return new CommandResult("it was ended", []);
        }
        catch (PipelineStoppedException)
        {
            // Begun, and cut off by the stop of the pipeline, which the cmdlet may not have been told of yet: whoever needs it runs it again, apart.
            throw;
        }
        catch (RuntimeException e)
        {
            return new CommandResult(Line(e.ErrorRecord?.ToString() ?? e.Message), []);
        }
        finally
        {
            Forward(shell.Streams);
            cmdlet.SessionState.PSVariable.Set(ExitCodeVariable, before);
        }
    }

    // A nested pipeline that is stopped may come back as if it had ended, and what was cut off must never pass.
    private static PSObject[] Invoke(System.Management.Automation.PowerShell shell)
    {
        PSObject[] output = [.. shell.Invoke()];
        return shell.InvocationStateInfo.State == PSInvocationState.Completed ? output : throw new PipelineStoppedException();
    }

    private static CommandResult Judge(System.Management.Automation.PowerShell shell, PSObject[] output, object? code)
    {
        string[] texts = [.. output.Where(o => o is not null).Select(o => o.ToString())];
        bool saidFalse = output.Any(o => o?.BaseObject is false);
        if (shell.Streams.Error.Count > 0) return new CommandResult(Line(shell.Streams.Error[0].ToString()), texts, saidFalse);
        return code is int and not 0
            ? new CommandResult(string.Create(CultureInfo.InvariantCulture, $"it ended with the exit code {code}"), texts, saidFalse)
            : new CommandResult(null, texts, saidFalse);
    }

    private void Forward(PSDataStreams streams)
    {
        if (cmdlet.Stopping) return;
        foreach (WarningRecord warning in streams.Warning) cmdlet.WriteWarning(warning.Message);
        foreach (InformationRecord information in streams.Information) cmdlet.WriteInformation(information);
        foreach (VerboseRecord verbose in streams.Verbose) cmdlet.WriteVerbose(verbose.Message);
    }

    private static string Line(string text) => string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
