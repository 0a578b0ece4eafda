using System.Text.RegularExpressions;

namespace EmrSim.Core.Scheduling;

/// <summary>Works out what a registration would make.</summary>
/// <param name="time">The clock.</param>
public sealed partial class SchedulePlanner(TimeProvider time)
{
    private readonly TimeProvider _time = time;

    /// <summary>The machine.</summary>
    internal SchedulerHost Host { get; init; } = SchedulerHost.Current;

    /// <summary>The name that a schedule of these databases gets when it is given none.</summary>
    public static string DefaultName(IReadOnlyList<ScheduledSource> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return ScheduleName.Default(sources);
    }

    /// <summary>The plan. Changes nothing.</summary>
    /// <param name="request">What is asked for.</param>
    /// <exception cref="EmrSimException">InvalidArgument, NameNeedsOneSource, InvalidSetName, AccessDenied, SchedulerFailed.</exception>
    public SchedulePlan Plan(ScheduleRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Require(request);
        EmrScheduler kind = request.As ?? Host.Default;
        ISchedulerBackend backend = new ScheduleCatalog(_time) { Host = Host }.Backend(kind);
        string account = request.RunAs ?? backend.DefaultAccount;
        RequireAccount(account, backend);
        string pwsh = PwshLocator.Find(request.PwshPath, Host) ?? PwshLocator.Usual(kind);
        // A task that is written on another system is for another machine, where the module is found by its name.
        bool isForeign = kind == EmrScheduler.TaskScheduler && !Host.HasTaskScheduler;
        string module = request.ModulePath ?? (isForeign ? "EmrSim" : Path.Combine(Path.GetDirectoryName(typeof(EmrBackup).Assembly.Location)!, "EmrSim.psd1"));
        JobHeader header = JobHeader.Of(request, kind, account, pwsh, module);
        string script = JobScript.Write(request, header);
        var job = new ScheduleFile(isForeign ? $@"C:\ProgramData\EmrSim\jobs\{request.Name}.ps1" : new JobFolder(Host).PathOf(request.Name), script);
        IReadOnlyList<string> arguments = JobSelfTest.Arguments(job.Path);
        (IReadOnlyList<ScheduleFile> files, IReadOnlyList<string> commands) = backend.Plan(request, account, pwsh, arguments);
        var schedule = new EmrBackupSchedule
        {
            Name = request.Name,
            As = kind,
            Path = header.Path,
            Destination = header.Destination,
            At = request.At,
            TimeZone = header.TimeZone,
            RunAs = account,
            Enabled = false,
            Command = $"{pwsh} {string.Join(' ', arguments)}",
            JobPath = job.Path,
            Files = [job.Path, .. files.Select(f => f.Path)],
        };
        return new SchedulePlan(request, schedule, job, files, commands) { Pwsh = pwsh, Arguments = arguments };
    }

    private static void Require(ScheduleRequest request)
    {
        ScheduleName.Require(request.Name);
        request.Backup.Require();
        Zones.Find(request.Backup.TimeZone);
        if (request.At.Ticks % TimeSpan.TicksPerMinute != 0) throw new EmrSimException(ErrorCode.InvalidArgument, $"A job runs at a full minute, not at {request.At:O}.");
        if (request.TimeLimit < TimeSpan.FromMinutes(1) || request.TimeLimit >= TimeSpan.FromDays(1))
        {
            throw new EmrSimException(ErrorCode.InvalidArgument, "A daily job may take from a minute to just under a day. Change -TimeLimit.");
        }

        if (request.RetryDelay < TimeSpan.Zero || request.RetryDelay >= TimeSpan.FromDays(1) || request.RandomDelay < TimeSpan.Zero || request.RandomDelay >= TimeSpan.FromDays(1))
        {
            throw new EmrSimException(ErrorCode.InvalidArgument, "A delay is less than a day, and not negative. Change -RetryDelay or -RandomDelay.");
        }
    }

    private void RequireAccount(string account, ISchedulerBackend backend)
    {
        PowerShellLiteral.RequireOneLine(account);
        if (backend.Kind != EmrScheduler.TaskScheduler && !UnixAccount().IsMatch(account))
        {
            throw new EmrSimException(ErrorCode.InvalidArgument, $"'{account}' cannot be the name of an account.", account);
        }

        if (account == backend.DefaultAccount || Host.IsPrivileged) return;
        throw new EmrSimException(
            ErrorCode.AccessDenied,
            $"A job that runs as '{account}' can only be registered by {(OperatingSystem.IsWindows() ? "an administrator; run PowerShell as Administrator" : "root; use sudo")}.",
            account);
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.@-]{0,255}\z")]
    private static partial Regex UnixAccount();
}
