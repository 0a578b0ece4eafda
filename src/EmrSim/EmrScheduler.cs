namespace EmrSim;

/// <summary>What runs scheduled jobs.</summary>
public enum EmrScheduler
{
    /// <summary>The Task Scheduler of Windows.</summary>
    TaskScheduler,

    /// <summary>systemd: a service and a timer.</summary>
    Systemd,

    /// <summary>cron: a line in a crontab.</summary>
    Cron,
}
