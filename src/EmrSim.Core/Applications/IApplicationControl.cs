namespace EmrSim.Core.Applications;

/// <summary>Stops and starts an application.</summary>
internal interface IApplicationControl
{
    /// <summary>What it works on, as the end of a sentence: <c>the unit 'emr.service' of systemd</c>.</summary>
    string Description { get; }

    /// <summary>Stops the application and waits until it has stopped. One that does not run is left as it is.</summary>
    /// <exception cref="EmrSimException">ApplicationNotStopped, ApplicationServiceNotFound, ApplicationCommandFailed.</exception>
    Task StopAsync(CancellationToken token);

    /// <summary>Starts the application and waits until whatever runs it says that it does. One that runs is left as it is.</summary>
    /// <exception cref="EmrSimException">ApplicationNotStarted, ApplicationServiceNotFound, ApplicationCommandFailed.</exception>
    Task StartAsync(CancellationToken token);

    /// <summary>Whether it runs; null where nobody can say.</summary>
    /// <exception cref="EmrSimException">ApplicationServiceNotFound, ApplicationCommandFailed.</exception>
    Task<bool?> IsRunningAsync(CancellationToken token);
}
