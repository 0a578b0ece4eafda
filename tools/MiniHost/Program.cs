using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace EmrSim.MiniHost;

/// <summary>
/// A PowerShell of our own for machines without pwsh: <c>emrsim-shell [-Module path] -c script</c> or <c>-File script</c>.
/// </summary>
/// <remarks>It has PowerShell's core commands only. The exit code is 1 when there was any error, else 0.</remarks>
internal static class Program
{
    private const int UsageError = 2;

    private static int Main(string[] arguments)
    {
        if (Options.Parse(arguments) is not { } options)
        {
            Console.Error.WriteLine("usage: emrsim-shell [-Module <EmrSim.psd1>] (-c <script> | -File <script>)");
            return UsageError;
        }

        var host = new MiniHost();
        InitialSessionState state = InitialSessionState.CreateDefault2();
        // Unix has no execution policy and refuses one.
        if (OperatingSystem.IsWindows()) state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.Bypass;
        using Runspace runspace = RunspaceFactory.CreateRunspace(host, state);
        runspace.Open();
        Runspace.DefaultRunspace = runspace;

        bool good = options.Module is null || Run(runspace, host, "Import-Module -Name $args[0]", options.Module);
        good = good && Run(runspace, host, options.Script);
        return host.ExitCode ?? (good ? 0 : 1);
    }

    private static bool Run(Runspace runspace, MiniHost host, string script, params string[] arguments)
    {
        using var shell = PowerShell.Create(runspace);
        using var interrupts = new Interrupts(shell);
        shell.AddScript(script, useLocalScope: false);
        foreach (string argument in arguments) shell.AddArgument(argument);
        // Merging errors into Out-Default keeps them in order with the output, as at a real prompt.
        shell.AddCommand("Out-Default");
        shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        try
        {
            shell.Invoke();
            return !shell.HadErrors && !host.ErrorWritten;
        }
        catch (PipelineStoppedException)
        {
            return false;
        }
        catch (RuntimeException e)
        {
            host.UI.WriteErrorLine(ErrorText.Of(e.ErrorRecord));
            return false;
        }
        finally
        {
            ((MiniHostUI)host.UI).EndProgress();
        }
    }
}
