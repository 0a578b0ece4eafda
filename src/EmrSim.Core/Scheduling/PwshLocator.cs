namespace EmrSim.Core.Scheduling;

/// <summary>Finds the PowerShell that scheduled jobs run in.</summary>
internal static class PwshLocator
{
    /// <summary>The one that was named, else the one of this process, else the one on PATH; null where there is none.</summary>
    /// <param name="named">What the user named.</param>
    /// <param name="host">The machine.</param>
    /// <exception cref="EmrSimException">SchedulerFailed: the one that was named is not there.</exception>
    internal static string? Find(string? named, SchedulerHost host)
    {
        if (named is not null)
        {
            return File.Exists(named) ? named : throw new EmrSimException(ErrorCode.SchedulerFailed, $"There is no PowerShell at '{named}', which -PwshPath names.", named);
        }

        // A program that hosts PowerShell's engine is not pwsh and knows none of its options.
        bool isPwsh = Path.GetFileNameWithoutExtension(host.Process) is { } name && name.Equals("pwsh", StringComparison.OrdinalIgnoreCase);
        return isPwsh ? host.Process : host.Find(OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh");
    }

    /// <summary>Where PowerShell is installed as a rule, for plans of jobs on machines other than this one.</summary>
    internal static string Usual(EmrScheduler scheduler) =>
        scheduler == EmrScheduler.TaskScheduler ? @"C:\Program Files\PowerShell\7\pwsh.exe" : "/usr/bin/pwsh";
}
