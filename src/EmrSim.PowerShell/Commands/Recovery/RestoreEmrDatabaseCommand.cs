using System.Management.Automation;
using EmrSim.Core.Encryption;
using EmrSim.Core.Recovery;
using EmrSim.Core.Recovery.Salvage;
using EmrSim.Core.Stores;
using EmrSim.PowerShell.Abstractions;
using EmrSim.PowerShell.Completion;

namespace EmrSim.PowerShell.Commands;

/// <summary>Restores a database from a backup as one transaction: afterwards there is the restored database or the old one, whatever happens.</summary>
/// <remarks>
/// <para>
/// It tests the backup and unpacks it beside the database; stops the application; waits until nobody has the database open; keeps the old database with its log;
/// puts the new one in its place with one rename; checks it there, byte for byte and by SQLite; starts the application, and sees that it is healthy and really uses
/// this file. Each step is written down before it is taken. When one fails after the application was stopped, the old database gets its place again, the
/// application is started, and the restore is an error. <c>-WhatIf</c> names every step and changes nothing at all.
/// </para>
/// <para>
/// A restore that was cut off by a crash or a reboot is finished with Resume-EmrRestore or taken back with Undo-EmrRestore; until then no other one begins. The
/// old database stays beside the new one as <c>….emr-safety-…</c> until the next verified backup, and as long Undo-EmrRestore can bring it back.
/// </para>
/// <para>
/// With <see cref="From"/> the newest verified backup is taken that failed no test, or with <see cref="AsOf"/> the newest that is not newer than that time. With an
/// application its database is the destination. Without one nothing is stopped, and a database that is there is replaced only with <see cref="Force"/>.
/// </para>
/// <para>
/// A backup whose user_version is higher than that of the database that is there, or than <see cref="MaximumUserVersion"/>, is refused: the application would not know
/// its schema. It asks before it begins; in a job say <c>-Confirm:$false</c>.
/// </para>
/// <para>
/// <see cref="Salvage"/> is for a damaged database without a usable backup: what can be read of its pages goes into a new database, and what was lost is told per
/// table. The damaged one is only read.
/// </para>
/// </remarks>
/// <example>
/// See what a restore would do
/// <code>Restore-EmrDatabase -From backups -Destination app.db -Force -WhatIf</code>
/// One line for each step. Nothing is changed.
/// </example>
/// <example>
/// Restore the newest backup to another path, and look at it there
/// <code>Get-EmrBackup backups app -Latest | Restore-EmrDatabase -Destination restored.db -Confirm:$false</code>
/// Nothing is stopped, and the live database stays as it is.
/// </example>
/// <example>
/// Put the database of an application back to what it was at a time
/// <code>Restore-EmrDatabase -From backups -AsOf (Get-EmrBackup backups app -Latest).CreatedUtc -Destination app.db -Force -Confirm:$false</code>
/// With -Application (Get-EmrApplication C:\emr) in place of -Destination the application is stopped before, started after, and validated.
/// </example>
/// <example>
/// Save what can be read of a damaged database
/// <code>Restore-EmrDatabase app.db -Salvage -Destination saved.db -Confirm:$false</code>
/// One line per table: rows saved, in doubt and lost.
/// </example>
/// <seealso cref="ResumeEmrRestoreCommand"/>
/// <seealso cref="UndoEmrRestoreCommand"/>
/// <seealso cref="GetEmrApplicationCommand"/>
/// <seealso cref="TestEmrBackupCommand"/>
[Cmdlet(VerbsData.Restore, "EmrDatabase", DefaultParameterSetName = PathSet, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EmrRestore), typeof(EmrSalvage))]
public sealed class RestoreEmrDatabaseCommand : StoredBackupCmdlet
{
    private const string BackupSet = "Backup";
    private const string StoreSet = "Store";

    /// <summary>The backup to restore, as Get-EmrBackup, Backup-EmrDatabase and Test-EmrBackup give it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BackupSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public EmrBackup Backup { get; set; } = null!;

    /// <summary>The store from which the newest good backup is taken: a folder, or the address of a container.</summary>
    [Parameter(Mandatory = true, ParameterSetName = StoreSet)]
    [ValidateNotNullOrEmpty]
    public string From { get; set; } = null!;

    /// <summary>The set. Not needed where the store has only one, or one of this database.</summary>
    [Parameter(ParameterSetName = StoreSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(BackupNameCompleter))]
    public string? Name { get; set; }

    /// <summary>Takes the newest backup that is not newer than this. A time without a zone is local.</summary>
    [Parameter(ParameterSetName = StoreSet)]
    public DateTimeOffset? AsOf { get; set; }

    /// <summary>The database that is restored. By default that of the application.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>The application that uses the database, as Get-EmrApplication gives it. It is stopped, started and validated.</summary>
    [Parameter]
    [Parameter(ParameterSetName = StoreSet, ValueFromPipeline = true)]
    public EmrApplication? Application { get; set; }

    /// <summary>PowerShell that stops the application, as a script block or a text. It fails by an error or by an exit code other than 0.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StopCommand { get; set; }

    /// <summary>PowerShell that starts the application and returns.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StartCommand { get; set; }

    /// <summary>PowerShell that looks whether the application is well. It fails by an error, by an exit code other than 0, or by giving $false.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ValidateCommand { get; set; }

    /// <summary>SQL that looks whether the database is well after the start. It fails by giving no row, or 0 or NULL first.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ValidateQuery { get; set; }

    /// <summary>How long the application may take to answer after its start. 60 seconds by default.</summary>
    [Parameter]
    [Interval]
    public TimeSpan? ValidateTimeout { get; set; }

    /// <summary>The highest user_version that the application knows. By default that of the database that is there.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? MaximumUserVersion { get; set; }

    /// <summary>Reads what is left of a damaged database into a new one, without any backup.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    public SwitchParameter Salvage { get; set; }

    /// <summary>Replaces a database that is there though no application is named, and one that the backup is not of. A safety copy is kept all the same.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == BackupSet) Restore(new RestoreSource(Backup.Path, null, null, null));
        else if (ParameterSetName == StoreSet) Restore(new RestoreSource(null, ResolveStore(From), Name, AsOf));
        else base.ProcessRecord();
    }

    private protected override EmrSimException NotFound(string path) =>
        Salvage ? new EmrSimException(ErrorCode.SourceNotFound, $"There is no database at '{path}'. Nothing was created.", path) : base.NotFound(path);

    private protected override void ProcessPath(string path)
    {
        if (Salvage) Save(path);
        else Restore(new RestoreSource(path, null, null, null));
    }

    private void Restore(RestoreSource source)
    {
        if (Target() is not { } destination) return;
        Func<StoreAccess?> access = Access();
        Func<DecryptionKeys> keys = Keys();
        var request = new RestoreRequest(source, destination)
        {
            Application = Told(destination),
            Force = Force,
            MaximumUserVersion = MaximumUserVersion,
            WorkPath = WorkPath is null ? null : ResolvePath(WorkPath),
            Patience = ValidateTimeout is { } limit ? RestorePatience.Default with { Validate = limit } : RestorePatience.Default,
        };
        if (IsOnlyAsked)
        {
            Run(destination, call => new RestoreEngine(call.Loggers, TimeProvider.System).PlanAsync(Complete(request), call.Token), Tell);
        }
        else if (ShouldProcess(destination, $"Restore {Described(source)}"))
        {
            Run(
                destination,
                call => new RestoreEngine(call.Loggers, TimeProvider.System).RestoreAsync(
                    Complete(request) with { Keys = keys(), Runner = call.Commands }, call.Progress, call.Token),
                Write);
        }

        RestoreRequest Complete(RestoreRequest asked) => asked with { Source = source with { Access = access() } };
    }

    private void Save(string path)
    {
        if (Target() is not { } destination || !ShouldProcess(destination, $"Save what can be read of '{path}'")) return;
        Run(
            path,
            call => SalvageEngine.SalvageAsync(new SalvageRequest(path, destination) { Force = Force, Loggers = call.Loggers }, call.Progress, call.Token),
            WriteObject);
    }

    private string? Target()
    {
        if ((Destination ?? Application?.Database) is { } destination) return ResolvePath(destination);
        Report(
            new EmrSimException(ErrorCode.InvalidArgument, "Nobody says which database is restored: name it with -Destination, or its application with -Application."),
            Application);
        return null;
    }

    /// <summary>The application with what the parameters say of it.</summary>
    private EmrApplication? Told(string destination)
    {
        bool commands = StopCommand is not null || StartCommand is not null;
        if (Application is null && !commands && ValidateCommand is null && ValidateQuery is null) return null;
        EmrApplication told = Application ?? new EmrApplication
        {
            Root = System.IO.Path.GetDirectoryName(destination)!,
            Engine = EmrEngine.Sqlite,
            Database = destination,
            Control = EmrApplicationControl.None,
        };
        return told with
        {
            Control = commands ? EmrApplicationControl.Commands : told.Control,
            StopCommand = StopCommand ?? told.StopCommand,
            StartCommand = StartCommand ?? told.StartCommand,
            ValidateCommand = ValidateCommand ?? told.ValidateCommand,
            ValidateQuery = ValidateQuery ?? told.ValidateQuery,
        };
    }

    private static string Described(RestoreSource source) => source switch
    {
        { Path: { } path } => $"'{path}'",
        { AsOf: { } limit } => $"the newest backup in '{source.Store}' as of {limit:yyyy-MM-dd HH:mm:ss zzz}",
        _ => $"the newest backup in '{source.Store}'",
    };

    private void Tell(IReadOnlyList<PlannedStep> steps)
    {
        foreach (PlannedStep step in steps) ShouldProcess($"{step.Name}: {step.Action}.", null, null);
    }

    private void Write(RestoreResult result)
    {
        WriteObject(result.Restore);
        if (result.Error is { } error) Report(error, result.Restore);
    }
}
