using EmrSim.Core.Programs;

namespace EmrSim.Core.Applications;

/// <summary>The state of a service, as whatever runs it says.</summary>
internal enum ServiceState
{
    /// <summary>There is no service of that name.</summary>
    Missing,

    /// <summary>It does not run, and nobody is about to start it.</summary>
    Stopped,

    /// <summary>It is between two states, or waits to be started again.</summary>
    Changing,

    /// <summary>It runs.</summary>
    Running,
}

/// <summary>The base of controls that have a program of the system do it.</summary>
/// <param name="name">The name of the service.</param>
/// <param name="patience">How long a stop or a start may take.</param>
internal abstract class ServiceControl(string name, StopPatience patience) : IApplicationControl
{
    /// <inheritdoc/>
    public abstract string Description { get; }

    /// <summary>The name of the service.</summary>
    protected string Name => name;

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken token)
    {
        if (await RequireStateAsync(token).ConfigureAwait(false) == ServiceState.Stopped) return;
        SystemProgram run = await AskToStopAsync(token).ConfigureAwait(false);
        if (await IsSoonAsync(ServiceState.Stopped, token).ConfigureAwait(false)) return;
        throw new EmrSimException(
            ErrorCode.ApplicationNotStopped,
            $"{Description} did not stop within {patience.Limit.TotalSeconds:0} seconds{Said(run)}. Stop it by hand, or allow more time with -StopTimeout.",
            name);
    }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken token)
    {
        if (await RequireStateAsync(token).ConfigureAwait(false) == ServiceState.Running) return;
        SystemProgram run = await AskToStartAsync(token).ConfigureAwait(false);
        if (run.ExitCode == 0 && await IsSoonAsync(ServiceState.Running, token).ConfigureAwait(false)) return;
        throw new EmrSimException(
            ErrorCode.ApplicationNotStarted,
            $"{Description} did not start{(run.ExitCode == 0 ? $" within {patience.Limit.TotalSeconds:0} seconds" : "")}{Said(run)}. Look at its own log, and start it by hand.",
            name);
    }

    /// <inheritdoc/>
    public async Task<bool?> IsRunningAsync(CancellationToken token) => await RequireStateAsync(token).ConfigureAwait(false) != ServiceState.Stopped;

    /// <summary>Asks for the state.</summary>
    protected abstract Task<ServiceState> StateAsync(CancellationToken token);

    /// <summary>Asks for a stop; what counts is the state that follows.</summary>
    protected abstract Task<SystemProgram> AskToStopAsync(CancellationToken token);

    /// <summary>Asks for a start.</summary>
    protected abstract Task<SystemProgram> AskToStartAsync(CancellationToken token);

    /// <summary>Runs a program to its end, within the time that a stop or a start may take.</summary>
    protected Task<SystemProgram> RunAsync(string program, IEnumerable<string> arguments, CancellationToken token) => SystemProgram.RunAsync(
        program, arguments, token, failure: ErrorCode.ApplicationCommandFailed, patience: patience.Limit + TimeSpan.FromSeconds(30));

    private Task<bool> IsSoonAsync(ServiceState state, CancellationToken token) =>
        patience.UntilAsync(async () => await RequireStateAsync(token).ConfigureAwait(false) == state, token);

    private async Task<ServiceState> RequireStateAsync(CancellationToken token)
    {
        ServiceState state = await StateAsync(token).ConfigureAwait(false);
        return state != ServiceState.Missing ? state : throw new EmrSimException(
            ErrorCode.ApplicationServiceNotFound, $"{Description} does not exist on this machine, or not for this account. Nothing was stopped or started.", name);
    }

    private static string Said(SystemProgram run) => run.ExitCode == 0 ? "" : $" ({run.Message})";
}
