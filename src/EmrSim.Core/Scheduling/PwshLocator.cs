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

        if (OperatingSystem.IsWindows()) return FindOnWindows(host);

        // A program that hosts PowerShell's engine is not pwsh and knows none of its options.
        return Path.GetFileName(host.Process) == "pwsh" ? host.Process : host.Find("pwsh");
    }

    /// <summary>Where PowerShell is installed as a rule, for plans of jobs on machines other than this one.</summary>
    internal static string Usual(EmrScheduler scheduler) =>
        scheduler == EmrScheduler.TaskScheduler ? @"C:\Program Files\PowerShell\7\pwsh.exe" : "/usr/bin/pwsh";

    // One from the Microsoft Store is in a folder that other accounts may not enter, and that has another name after each update.
    private static string? FindOnWindows(SchedulerHost host)
    {
        string installed = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PowerShell", "7", "pwsh.exe");
        string?[] candidates = ["pwsh.exe".Equals(Path.GetFileName(host.Process), StringComparison.OrdinalIgnoreCase) ? host.Process : null, host.Find("pwsh.exe"), installed];
        return candidates.FirstOrDefault(c => c is not null && File.Exists(c) && !c.Contains(@"\WindowsApps\", StringComparison.OrdinalIgnoreCase));
    }
}
