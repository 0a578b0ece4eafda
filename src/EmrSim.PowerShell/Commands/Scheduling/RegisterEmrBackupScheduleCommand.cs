using System.Management.Automation;
using EmrSim.Core.Scheduling;
using EmrSim.PowerShell.Abstractions;

namespace EmrSim.PowerShell.Commands;

/// <summary>Registers a backup that runs every day with the system's scheduler.</summary>
/// <remarks>
/// <para>
/// On Windows it makes a task of the Task Scheduler, on Linux a service and a timer of systemd or, where systemd does not run, a line for cron.
/// What the scheduler runs is a script of its own in a folder that only its owner can change. It can be read and run by hand; it ends with 0 when every
/// backup was made and verified, and with 1 when anything failed. As root or Administrator the schedule is the system's, else it is that of the account.
/// </para>
/// <para>
/// First a self-test runs, in the PowerShell and, on Linux, as the account of the job: the module and SQLite load, each database can be read, each
/// destination can be written, each secret can be read and is private. When anything fails, nothing is registered.
/// </para>
/// <para>
/// A job of root or SYSTEM gives all its rights to whoever can change what it runs. Where that is anybody but root or Administrators, a warning names the file
/// or the folder, of PowerShell, of the module or of the script, and who it is.
/// </para>
/// <para>
/// Secrets never stand on a command line or in a file of the schedule. Keep them in files that only the account of the job can read
/// (<see cref="ScheduledBackupCmdlet.PassphraseFile"/> and the like), or in a vault of SecretManagement that it can open without asking
/// (<see cref="NamedSecretCmdlet.PassphraseSecret"/> and the like).
/// </para>
/// <para>
/// The script names this module and this PowerShell by their paths. Register the schedule again with -Force after either has moved.
/// </para>
/// </remarks>
/// <example>
/// See what would be made
/// <code>Register-EmrBackupSchedule app.db backups -At 02:00 -WhatIf</code>
/// Every file is shown, and every command. Nothing is changed and nothing tested.
/// </example>
/// <example>
/// Write a service and a timer for a look, or for another machine
/// <code>Register-EmrBackupSchedule app.db backups -At 02:00 -Name nightly -As Systemd -OutFile nightly</code>
/// The folder holds the job script, both units, and how to put them in place.
/// </example>
/// <example>
/// Write a task for Windows that keeps two weeks of backups
/// <code>Register-EmrBackupSchedule *.db \\server\backups -At 02:30 -Name nightly -As TaskScheduler -KeepDaily 14 -OutFile nightly.xml</code>
/// Without -OutFile it would be registered. A pattern finds its databases anew at each run.
/// </example>
/// <seealso cref="GetEmrBackupScheduleCommand"/>
/// <seealso cref="TestEmrBackupScheduleCommand"/>
/// <seealso cref="UnregisterEmrBackupScheduleCommand"/>
[Cmdlet(VerbsLifecycle.Register, "EmrBackupSchedule", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(EmrBackupSchedule))]
public sealed class RegisterEmrBackupScheduleCommand : NamedSecretCmdlet
{
    /// <summary>The time of day, in hours and minutes.</summary>
    [Parameter(Mandatory = true)]
    [TimeOfDay]
    public TimeOnly At { get; set; }

    /// <summary>The schedule's name. By default that of the database, or "backup" where there are several.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>What runs the job. By default TaskScheduler on Windows, Systemd where it runs the machine, else Cron.</summary>
    [Parameter]
    public EmrScheduler? As { get; set; }

    /// <summary>
    /// The account that the job runs as. By default SYSTEM or root, or this account where it has no such rights. On Windows a managed service account (its name
    /// ends in $) reaches shares; another account runs without its password and reaches none.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RunAs { get; set; }

    /// <summary>Delays each run by a random time up to this one, so that not all machines begin at once. Not with Cron.</summary>
    [Parameter]
    public TimeSpan RandomDelay { get; set; } = TimeSpan.Zero;

    /// <summary>Ends a run that takes longer, with all its repetitions. 6 hours by default.</summary>
    [Parameter]
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromHours(6);

    /// <summary>How often the job tries again what failed. 2 by default.</summary>
    [Parameter]
    [ValidateRange(0, 10)]
    public int RetryCount { get; set; } = 2;

    /// <summary>How long to wait before that. 15 minutes by default.</summary>
    [Parameter]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The PowerShell that runs the job. By default this one, or the one on PATH.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PwshPath { get; set; }

    /// <summary>
    /// Writes what would be registered, and registers nothing: into a folder, or all of it into one file to read. A file that ends in .xml,
    /// .service, .timer or .ps1 is that part alone.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>Replaces a schedule of the same name, or a file of -OutFile.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        ScheduledBackup backup = Backup();
        var request = new ScheduleRequest(Name ?? SchedulePlanner.DefaultName(backup.Sources), backup, At)
        {
            As = As,
            RunAs = RunAs,
            RandomDelay = RandomDelay,
            TimeLimit = TimeLimit,
            Retries = RetryCount,
            RetryDelay = RetryDelay,
            PwshPath = PwshPath is null ? null : ResolvePath(PwshPath),
            Force = Force,
        };
        Run(request.Name, _ => Task.FromResult(new SchedulePlanner(TimeProvider.System).Plan(request)), Carry);
    }

    private void Carry(SchedulePlan plan)
    {
        if (OutFile is not null)
        {
            string path = ResolvePath(OutFile);
            if (ShouldProcess(path, "Write the schedule")) Run(path, call => ScheduleExport.WriteAsync(plan, path, call.Token), WriteObject);
            return;
        }

        string name = plan.Request.Name;
        string what = $"Register the schedule '{name}'.\n{plan.Describe()}";
        if (!ShouldProcess(what, $"Register the schedule '{name}' with {plan.Schedule.As}?", "Register-EmrBackupSchedule")) return;
        Run(
            name,
            call => new ScheduleEngine(call.Loggers, TimeProvider.System).RegisterAsync(plan, call.Progress, call.Token),
            WriteObject);
    }
}
