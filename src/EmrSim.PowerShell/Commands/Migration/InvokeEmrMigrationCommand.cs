using System.Collections;
using System.Management.Automation;
using EmrSim.Core.Backup;
using EmrSim.Core.Encryption;
using EmrSim.Core.Migration;
using EmrSim.Core.Migration.Planning;
using EmrSim.Core.Postgres;
using EmrSim.Core.Recovery;
using EmrSim.Core.Sqlite;
using EmrSim.Core.Stores;
using EmrSim.PowerShell.Abstractions;
using EmrSim.PowerShell.Completion;

namespace EmrSim.PowerShell.Commands;

/// <summary>Moves a SQLite database to PostgreSQL as one transaction, and proves that nothing was lost before anybody sees a table.</summary>
/// <remarks>
/// <para>
/// It looks at the server; makes a final verified backup; reads one snapshot of the database, which is never written; makes the tables; copies every row in binary form; adds keys,
/// indexes and foreign keys, and validates them; sets the next numbers; gathers statistics; reads every row back and compares it with the source; and commits. All of it is one
/// transaction: after an error, Ctrl+C, a kill or a power cut there is no table, and nothing that was there before is touched. The schema must be empty; it is made where it is missing.
/// </para>
/// <para>
/// Without a plan one is made in the same snapshot. A plan of New-EmrMigrationPlan is carried out as it is; a source whose schema has changed since is refused.
/// A value that does not fit its type stops the migration, and is named with its table, key and column, unless <see cref="OnMisfit"/> says what becomes of it.
/// </para>
/// <para>
/// <see cref="Rehearse"/> runs the same plan from the newest backup, or with <see cref="NoBackup"/> from the database itself, into a schema of its own, takes it back, and gives the times
/// that it took. <c>about_EmrSim_Migration</c> has the types, the phases and the day of the move.
/// </para>
/// </remarks>
/// <example>
/// See what would be done
/// <code>Invoke-EmrMigration app.db -ConnectionString postgres://emr@localhost/emr -BackupDestination backups -WhatIf</code>
/// Nothing is read or written.
/// </example>
/// <example>
/// Make a plan and keep it, for a rehearsal now and the move later
/// <code>New-EmrMigrationPlan app.db -OutFile app.plan.json | Out-Null; Invoke-EmrMigration -PlanPath app.plan.json -Server localhost -Database emr -NoBackup -WhatIf</code>
/// Without -WhatIf the plan is carried out; with -Rehearse it is taken back at the end.
/// </example>
/// <seealso cref="NewEmrMigrationPlanCommand"/>
/// <seealso cref="CompareEmrDatabaseCommand"/>
/// <seealso cref="BackupEmrDatabaseCommand"/>
[Cmdlet(VerbsLifecycle.Invoke, "EmrMigration", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(EmrMigration))]
public sealed class InvokeEmrMigrationCommand : PostgresCmdlet
{
    private const string PlanSet = "Plan";
    private const string PlanPathSet = "PlanPath";

    /// <summary>A plan, as New-EmrMigrationPlan gives it. It is carried out as it is.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PlanSet, ValueFromPipeline = true)]
    [ValidateNotNull]
    public EmrMigrationPlan Plan { get; set; } = null!;

    /// <summary>The file of a plan, as New-EmrMigrationPlan -OutFile wrote it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PlanPathSet)]
    [ValidateNotNullOrEmpty]
    public string PlanPath { get; set; } = null!;

    /// <summary>The schema that takes the tables: an empty one, or one that is made. public by default.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateNotNullOrEmpty]
    public string Schema { get; set; } = "public";

    /// <summary>How types are chosen. Faithful by default.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    public EmrMapping Mapping { get; set; }

    /// <summary>What becomes of values that do not fit. Stop by default: the migration stops, and names them.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    public EmrMisfitAction OnMisfit { get; set; }

    /// <summary>Types for columns: <c>@{ 'turns.created_at' = 'timestamptz' }</c>.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateNotNull]
    public Hashtable TypeMap { get; set; } = [];

    /// <summary>Tables that are partitioned: <c>@{ 'messages' = 'created_at:month' }</c>, or day, or year.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateNotNull]
    public Hashtable PartitionBy { get; set; } = [];

    /// <summary>Leaves virtual tables (FTS, R-tree) behind with the rows that they alone hold. Without it such a table stops the migration.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    public SwitchParameter SkipVirtualTables { get; set; }

    /// <summary>The store that takes the final backup, and from which a rehearsal takes the newest one: a folder, or the address of a container.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? BackupDestination { get; set; }

    /// <summary>The name of the backup set. By default the database's file name without its extension.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(BackupNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? BackupName { get; set; }

    /// <summary>Whom the final backup is encrypted to: one or more recipients that begin with age1.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Recipient { get; set; }

    /// <summary>A file with the age identities that read an encrypted backup for a rehearsal. Only its owner may read it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Identity { get; set; }

    /// <summary>Makes no final backup. In a rehearsal the database itself is read.</summary>
    [Parameter]
    public SwitchParameter NoBackup { get; set; }

    /// <summary>Runs the plan from the newest backup into a schema of its own, takes it back, and gives the times.</summary>
    [Parameter]
    public SwitchParameter Rehearse { get; set; }

    /// <summary>The file for what does not fit. By default one beside the database.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RejectPath { get; set; }

    /// <summary>How many rows may be rejected before the migration stops. By default any number, where -OnMisfit allows for them.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long? MaximumRejects { get; set; }

    /// <summary>How long to wait while another connection locks the database. 30 seconds by default.</summary>
    [Parameter]
    [Interval]
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == PlanSet) Migrate(Plan.SourcePath, () => Plan);
        else if (ParameterSetName == PlanPathSet) MigrateByFile(ResolvePath(PlanPath));
        else base.ProcessRecord();
    }

    private protected override EmrSimException NotFound(string path) =>
        new(ErrorCode.SourceNotFound, $"There is no database at '{path}'. Nothing was created.", path);

    private protected override bool IsByTheWay(string path) => SqliteSource.IsSidecar(path) || RestoreFiles.IsOne(path);

    private protected override void ProcessPath(string path) => Migrate(path, null);

    private void MigrateByFile(string file)
    {
        EmrMigrationPlan? plan = null;
        Run(file, call => Task.Run(() => PlanFile.Read(file), call.Token), read => plan = read);
        if (plan is not null) Migrate(plan.SourcePath, () => plan);
    }

    private void Migrate(string path, Func<EmrMigrationPlan>? given)
    {
        if (BackupDestination is null && !NoBackup)
        {
            Report(
                new EmrSimException(ErrorCode.InvalidArgument, "A migration begins with a final backup: say with -BackupDestination where it goes, or -NoBackup to go without.", path), path);
            return;
        }

        if (BackupDestination is not null && NoBackup)
        {
            Report(new EmrSimException(ErrorCode.InvalidArgument, "Both -BackupDestination and -NoBackup were given. Give one of them.", path), path);
            return;
        }

        Func<PostgresTarget> target = Target();
        Func<StoreAccess?> access = Access();
        string? store = BackupDestination is null ? null : ResolveStore(BackupDestination), identity = Identity is null ? null : ResolvePath(Identity);
        EmrMigrationPlan? plan = given?.Invoke();
        var asked = new MigrationPlanRequest(path, plan?.Schema ?? Schema, null, plan?.Mapping ?? Mapping, plan?.OnMisfit ?? OnMisfit, MigrationWords.Of(TypeMap), MigrationWords.Of(PartitionBy), BusyTimeout)
        {
            SkipVirtualTables = SkipVirtualTables,
        };
        if (!ShouldProcess(path, Action(asked.Schema, store))) return;
        string? rejects = RejectPath is null ? null : ResolvePath(RejectPath);
        Run(
            path,
            call => new MigrationEngine(call.Loggers, TimeProvider.System).RunAsync(Request(), call.Progress, call.Token),
            Write);

        MigrationRequest Request() => new(asked, target())
        {
            GivenPlan = plan,
            Backup = store is null || Rehearse ? null : new BackupRequest(path, store)
            {
                Access = access(), Name = BackupName, Encryption = new EncryptionKeys { Recipients = Recipient ?? [] }, BusyTimeout = BusyTimeout,
            },
            Rehearse = Rehearse,
            RehearseFrom = store is null || !Rehearse ? null : new RestoreSource(null, store, BackupName, null) { Access = access() },
            Keys = new DecryptionKeys { IdentityPath = identity },
            RejectPath = rejects,
            MaximumRejects = MaximumRejects,
        };
    }

    private string Action(string schema, string? store) => (Rehearse.IsPresent, store) switch
    {
        (true, null) => "Rehearse the migration to PostgreSQL in a schema of its own, and take it back",
        (true, _) => $"Rehearse the migration to PostgreSQL from the newest backup in '{store}', in a schema of its own, and take it back",
        (false, null) => $"Migrate to schema '{schema}' of PostgreSQL, without a final backup",
        _ => $"Back up to '{store}', then migrate to schema '{schema}' of PostgreSQL",
    };

    private void Write(MigrationResult result)
    {
        WriteObject(result.Migration);
        if (result.Error is { } error) Report(error, result.Migration);
    }
}
