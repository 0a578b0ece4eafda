using Microsoft.Extensions.Logging;
using EmrSim.Core.Logging;
using EmrSim.Core.Programs;

namespace EmrSim.Core.Scheduling;

/// <summary>Runs the self-test of a job script: in a PowerShell of its own and, where that can be done, as the account of the job.</summary>
/// <param name="host">The machine.</param>
/// <param name="logger">Where events go.</param>
internal sealed class JobSelfTest(SchedulerHost host, ILogger logger)
{
    private const int Columns = 3;

    /// <summary>Runs it.</summary>
    /// <param name="jobPath">The script.</param>
    /// <param name="header">What it says of itself.</param>
    /// <param name="token">Cancels the work.</param>
    /// <returns>The checks, of which none failed.</returns>
    /// <exception cref="EmrSimException">SelfTestFailed, SchedulerFailed.</exception>
    internal async Task<IReadOnlyList<EmrBackupCheck>> RunAsync(string jobPath, JobHeader header, CancellationToken token)
    {
        (string pwsh, string account) = (header.Pwsh, header.RunAs);
        List<string> command = [pwsh, .. Arguments(jobPath), "-SelfTest"];
        Dictionary<string, string>? environment = null;
        string runAs = host.Account;
        if (!OperatingSystem.IsWindows())
        {
            if (host.IsPrivileged && account != host.Account)
            {
                command.InsertRange(0, As(account));
                runAs = account;
            }

            environment = await EnvironmentAsync(runAs, token).ConfigureAwait(false);
        }

        if (!runAs.Equals(account, StringComparison.OrdinalIgnoreCase)) Log.SelfTestAsAnother(logger, runAs, account);
        SystemProgram run = await SystemProgram.RunAsync(command[0], command.Skip(1), token, environment: environment).ConfigureAwait(false);
        EmrBackupCheck[] checks = [.. run.Output.Split('\n').Select(Read).OfType<EmrBackupCheck>()];
        bool ran = run.ExitCode == 0 && checks.Length > 0;
        if (ran && JobExposure.Check(header, jobPath) is { } programs) checks = [.. checks, programs];
        foreach (EmrBackupCheck check in checks)
        {
            Log.SelfTestChecked(logger, check.Outcome == EmrOutcome.Inconclusive ? LogLevel.Warning : LogLevel.Debug, check.Name, check.Outcome, check.Detail);
        }

        if (ran) return checks;
        string[] failed = [.. checks.Where(c => c.Outcome == EmrOutcome.Failed).Select(c => $"{c.Name}: {c.Detail}")];
        string why = failed.Length > 0 ? string.Join(' ', failed) : run.Message;
        throw new EmrSimException(ErrorCode.SelfTestFailed, $"The self-test of the job as '{runAs}' in '{pwsh}' failed. {why}", jobPath);
    }

    /// <summary>The arguments of PowerShell that run a script.</summary>
    internal static IReadOnlyList<string> Arguments(string jobPath) => ["-NoProfile", "-NonInteractive", "-File", jobPath];

    // The script is that account's own by now, so root must not run it.
    private string[] As(string account) =>
        host.Find("runuser") is { } runuser ? [runuser, "-u", account, "--"] :
        host.Find("sudo") is { } sudo ? [sudo, "-n", "-u", account, "--"] :
        throw new EmrSimException(
            ErrorCode.SchedulerFailed, $"The job cannot be tested as '{account}': there is neither runuser nor sudo on this machine. Install one of them, or leave -RunAs away.", account);

    private static EmrBackupCheck? Read(string line) =>
        line.TrimEnd('\r').Split('\t') is { Length: Columns } parts && Enum.TryParse(parts[1], out EmrOutcome outcome)
            ? new EmrBackupCheck(parts[0], outcome, parts[2], TimeSpan.Zero)
            : null;

    // A scheduled job has next to nothing in its environment, whatever whoever registers it has set.
    private async Task<Dictionary<string, string>> EnvironmentAsync(string account, CancellationToken token)
    {
        var environment = new Dictionary<string, string>
        {
            ["PATH"] = SchedulerHost.JobPath,
            ["USER"] = account,
            ["LOGNAME"] = account,
            ["POWERSHELL_TELEMETRY_OPTOUT"] = "1",
            ["POWERSHELL_UPDATECHECK"] = "Off",
        };
        if (await HomeAsync(account, token).ConfigureAwait(false) is { } home) environment["HOME"] = home;
        return environment;
    }

    private async Task<string?> HomeAsync(string account, CancellationToken token)
    {
        if (account == host.Account) return Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        if (host.Find("getent") is not { } getent) return null;
        SystemProgram run = await SystemProgram.RunAsync(getent, ["passwd", account], token).ConfigureAwait(false);
        return run.ExitCode == 0 && run.Output.Split(':') is { Length: > 5 } fields ? fields[5] : null;
    }
}
