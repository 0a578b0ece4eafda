using System.Text.RegularExpressions;
using EmrSim.Core.Programs;

namespace EmrSim.Core.Applications;

/// <summary>An application that is a service of Windows, by sc.exe.</summary>
/// <param name="name">The name of the service, not the one that is displayed.</param>
/// <param name="host">The machine.</param>
/// <param name="patience">How long a stop or a start may take.</param>
internal sealed partial class WindowsServiceControl(string name, SystemHost host, StopPatience patience) : ServiceControl(name, patience)
{
    // ERROR_SERVICE_DOES_NOT_EXIST: sc.exe ends with it, and shows it in every language.
    private const string NoSuchService = " 1060:";

    /// <inheritdoc/>
    public override string Description => $"The Windows service '{Name}'";

    /// <inheritdoc/>
    protected override async Task<ServiceState> StateAsync(CancellationToken token)
    {
        SystemProgram run = await RunAsync(ServiceProgram, ["query", Name], token).ConfigureAwait(false);
        if (run.ExitCode != 0 && run.Output.Contains(NoSuchService, StringComparison.Ordinal)) return ServiceState.Missing;
        return run.ExitCode == 0 ? Parse(run.Output) : throw new EmrSimException(
            ErrorCode.ApplicationCommandFailed, $"{Description} could not be asked for its state: {run.Message}", Name);
    }

    /// <summary>Reads <c>STATE : 4  RUNNING</c>; the words are translated, the numbers of SERVICE_STATUS are not.</summary>
    internal static ServiceState Parse(string output)
    {
        // TYPE is the first line of this form, STATE the second, in every language.
        MatchCollection numbers = NumberedLine().Matches(output);
        return (numbers.Count > 1 ? numbers[1].Groups[1].Value : "") switch
        {
            "1" => ServiceState.Stopped,
            "4" => ServiceState.Running,
            _ => ServiceState.Changing,
        };
    }

    /// <inheritdoc/>
    protected override Task<SystemProgram> AskToStopAsync(CancellationToken token) => RunAsync(ServiceProgram, ["stop", Name], token);

    /// <inheritdoc/>
    protected override Task<SystemProgram> AskToStartAsync(CancellationToken token) => RunAsync(ServiceProgram, ["start", Name], token);

    private string ServiceProgram => host.Find("sc.exe") ?? throw new EmrSimException(
        ErrorCode.ApplicationServiceNotFound, $"There are no services of Windows on this machine, so '{Name}' cannot be stopped or started.", Name);

    [GeneratedRegex(@"^[ \t]+[\w ]+?[ \t]*:[ \t]+([0-9a-f]+)[ \t]+\S", RegexOptions.Multiline)]
    private static partial Regex NumberedLine();
}
