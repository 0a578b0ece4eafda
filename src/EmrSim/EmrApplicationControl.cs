namespace EmrSim;

/// <summary>How an application is stopped and started.</summary>
public enum EmrApplicationControl
{
    /// <summary>Nobody knows: it cannot be stopped by EmrSim.</summary>
    None,

    /// <summary>As a service of Windows.</summary>
    WindowsService,

    /// <summary>As a unit of systemd.</summary>
    Systemd,

    /// <summary>As a process of PM2.</summary>
    Pm2,

    /// <summary>By commands of the user.</summary>
    Commands,
}
