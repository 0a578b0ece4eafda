using EmrSim.Core.Programs;

namespace EmrSim.Core.Applications;

/// <summary>An application that is a process of PM2, of this account's PM2.</summary>
/// <param name="name">The name of the process; several instances may share it.</param>
/// <param name="host">The machine.</param>
/// <param name="patience">How long a stop or a start may take.</param>
internal sealed class Pm2Control(string name, SystemHost host, StopPatience patience) : ServiceControl(name, patience)
{
    /// <inheritdoc/>
    public override string Description => $"The process '{Name}' of PM2";

    /// <inheritdoc/>
    protected override async Task<ServiceState> StateAsync(CancellationToken token)
    {
        Pm2Process[] instances = [.. (await Pm2.ListAsync(host, token).ConfigureAwait(false)).Where(p => p.Name == Name)];
        return instances.Length == 0 ? ServiceState.Missing
            : instances.All(p => p.Status == "online") ? ServiceState.Running
            : instances.All(p => p.Status is "stopped" or "errored") ? ServiceState.Stopped
            : ServiceState.Changing;
    }

    /// <inheritdoc/>
    protected override Task<SystemProgram> AskToStopAsync(CancellationToken token) => RunAsync(Pm2.Require(host), ["stop", Name], token);

    /// <inheritdoc/>
    protected override Task<SystemProgram> AskToStartAsync(CancellationToken token) => RunAsync(Pm2.Require(host), ["start", Name], token);
}
