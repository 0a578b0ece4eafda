using EmrSim.Core.Programs;

namespace EmrSim.Core.Scheduling;

/// <summary>The machine that schedules are made on.</summary>
internal sealed record SchedulerHost : SystemHost
{
    /// <summary>This machine, as the current account sees it.</summary>
    internal static SchedulerHost Current { get; } = new();

    /// <summary>Whether this account may make schedules of the system rather than its own.</summary>
    internal bool IsPrivileged { get; init; } = Environment.IsPrivilegedProcess;

    /// <summary>The name of this account.</summary>
    internal string Account { get; init; } = OperatingSystem.IsWindows() ? $@"{Environment.UserDomainName}\{Environment.UserName}" : Environment.UserName;

    /// <summary>The program of this process.</summary>
    internal string? Process { get; init; } = Environment.ProcessPath;

    /// <summary>Where job scripts lie.</summary>
    internal string JobFolder => !IsPrivileged
        ? Path.Combine(Settings, OperatingSystem.IsWindows() ? "EmrSim" : "emrsim", "jobs")
        : OperatingSystem.IsWindows()
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "EmrSim", "jobs")
            : Path.Combine(Root, "etc/emrsim/jobs");

    /// <summary>Where units of systemd lie.</summary>
    internal string UnitFolder => IsPrivileged ? Path.Combine(Root, "etc/systemd/system") : Path.Combine(Settings, "systemd/user");

    /// <summary>Where crontabs of the system lie.</summary>
    internal string CronFolder => Path.Combine(Root, "etc/cron.d");

    /// <summary>Whether there is a Task Scheduler.</summary>
    internal bool HasTaskScheduler => Find("schtasks.exe", "schtasks") is not null;

    /// <summary>What runs jobs here.</summary>
    internal EmrScheduler Default =>
        OperatingSystem.IsWindows() ? EmrScheduler.TaskScheduler : HasSystemd ? EmrScheduler.Systemd : EmrScheduler.Cron;
}
