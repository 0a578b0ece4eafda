using EmrSim.Core.Programs;

namespace EmrSim.Core.Applications;

/// <summary>Finds what stops and starts an application.</summary>
internal static class ApplicationControls
{
    /// <summary>The control of an application; null where nobody knows how to stop it.</summary>
    /// <param name="application">The application.</param>
    /// <param name="runner">What runs commands of the user.</param>
    /// <param name="host">The machine; this one where null.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="EmrSimException">InvalidArgument where a name or a command is missing, or where the application's health could not be asked for.</exception>
    internal static IApplicationControl? For(EmrApplication application, ICommandRunner runner, SystemHost? host = null, TimeProvider? time = null)
    {
        // Before anything is stopped that could then not be validated.
        if (application.HealthUrl is { } url) HealthProbe.Require(url);
        host ??= SystemHost.This;
        time ??= TimeProvider.System;
        return application.Control switch
        {
            EmrApplicationControl.Systemd => new SystemdControl(Name(application), host, Patience(application, time)),
            EmrApplicationControl.Pm2 => new Pm2Control(Name(application), host, Patience(application, time)),
            EmrApplicationControl.WindowsService => new WindowsServiceControl(Name(application), host, Patience(application, time)),
            EmrApplicationControl.Commands => new CommandControl(application, runner, time),
            _ => null,
        };
    }

    private static StopPatience Patience(EmrApplication application, TimeProvider time) => new(application.StopTimeout, time);

    private static string Name(EmrApplication application) => ServiceName.Require(
        application.Service ?? throw new EmrSimException(
            ErrorCode.InvalidArgument, $"The application in '{application.Root}' is controlled as {application.Control}, but nobody says by which name. Give it with -Service.", application.Root));
}
