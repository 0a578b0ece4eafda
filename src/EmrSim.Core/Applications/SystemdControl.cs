using EmrSim.Core.Programs;

namespace EmrSim.Core.Applications;

/// <summary>An application that is a unit of systemd, of the system or of this account.</summary>
/// <param name="name">The name of the unit.</param>
/// <param name="host">The machine.</param>
/// <param name="patience">How long a stop or a start may take.</param>
internal sealed class SystemdControl(string name, SystemHost host, StopPatience patience)
    : ServiceControl(name.Contains('.', StringComparison.Ordinal) ? name : name + ".service", patience)
{
    private static readonly string[][] s_scopes = [[], ["--user"]];

    private string[]? _scope;

    /// <inheritdoc/>
    public override string Description => $"The unit '{Name}' of systemd";

    /// <inheritdoc/>
    protected override async Task<ServiceState> StateAsync(CancellationToken token)
    {
        foreach (string[] scope in _scope is null ? s_scopes : [_scope])
        {
            SystemProgram run = await RunAsync(Systemctl, [.. scope, "show", "--property=LoadState,ActiveState,SubState", "--", Name], token).ConfigureAwait(false);
            // Without a manager of this account, systemctl --user fails.
            if (run.ExitCode != 0) continue;
            Dictionary<string, string> facts = run.Output.Split('\n').Select(l => l.Split('=', 2)).Where(p => p.Length == 2).ToDictionary(p => p[0], p => p[1].Trim());
            if (facts.GetValueOrDefault("LoadState") is null or "not-found") continue;
            _scope = scope;
            return facts.GetValueOrDefault("ActiveState") switch
            {
                "active" => ServiceState.Running,
                "inactive" or "failed" => ServiceState.Stopped,
                // A unit that waits for its restart (Restart=) is activating, with the state auto-restart.
                _ => ServiceState.Changing,
            };
        }

        return ServiceState.Missing;
    }

    /// <inheritdoc/>
    protected override Task<SystemProgram> AskToStopAsync(CancellationToken token) => AskAsync("stop", token);

    /// <inheritdoc/>
    protected override Task<SystemProgram> AskToStartAsync(CancellationToken token) => AskAsync("start", token);

    private string Systemctl => host.Find("systemctl") ?? throw new EmrSimException(
        ErrorCode.ApplicationServiceNotFound, $"There is no systemctl on this machine, so the unit '{Name}' cannot be stopped or started.", Name);

    // The job is queued and the state is asked for: systemctl's own waiting has limits of the unit, not of the user. Nobody is asked for a password.
    private Task<SystemProgram> AskAsync(string verb, CancellationToken token) =>
        RunAsync(Systemctl, [.. _scope!, "--no-ask-password", "--no-block", verb, "--", Name], token);
}
