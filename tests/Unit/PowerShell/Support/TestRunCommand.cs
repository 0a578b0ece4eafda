using System.Management.Automation;
using EmrSim.Core.Applications;
using EmrSim.PowerShell.Abstractions;

namespace EmrSim.Tests.PowerShell.Support;

/// <summary>An engine call that runs a command of the user, as a restore does.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Run")]
public sealed class TestRunCommand : EmrCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public string Command { get; set; } = "";

    [Parameter]
    public string Folder { get; set; } = System.IO.Path.GetTempPath();

    [Parameter]
    public int MillisecondsTimeout { get; set; } = -1;

    protected override void ProcessRecord() => Run(
        null,
        async call =>
        {
            using var limit = new CancellationTokenSource(MillisecondsTimeout);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(call.Token, limit.Token);
            try
            {
                CommandResult result = await call.Commands.RunAsync(Command, Folder, both.Token);
                return result.Failure ?? (result.SaidFalse ? "said false" : "good: " + string.Join('|', result.Output));
            }
            catch (OperationCanceledException) when (!call.Token.IsCancellationRequested)
            {
                return "ended";
            }
        },
        value => WriteObject(value));
}
