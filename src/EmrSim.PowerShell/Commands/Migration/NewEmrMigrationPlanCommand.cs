using System.Collections;
using System.Management.Automation;
using EmrSim.Core.Migration.Planning;
using EmrSim.Core.Postgres;
using EmrSim.Core.Recovery;
using EmrSim.Core.Sqlite;
using EmrSim.PowerShell.Abstractions;

namespace EmrSim.PowerShell.Commands;

/// <summary>Plans the migration of a SQLite database to PostgreSQL: every table, type and statement, and what must be known or decided before.</summary>
/// <remarks>
/// <para>
/// It reads the schema and every row in one snapshot, and writes nothing to the database. The type of a column follows from its declaration and from what it holds; each has its reason. Findings say what
/// cannot be carried, with its DDL, and which rows stand in the way: values that do not fit, NULLs in primary keys, foreign keys that lead nowhere. While a finding is an Error the migration refuses the plan.
/// </para>
/// <para>
/// With <see cref="Mapping"/> Faithful a column becomes what it is declared as, where every value fits; with Idiomatic also what all its values are: times, JSON, UUIDs and booleans in columns of text and
/// integers. <see cref="TypeMap"/> decides for single columns, and a column that refers to another follows its type. <see cref="PartitionBy"/> makes a partition for each day, month or year of UTC from
/// the first row to three periods past the last, and one for all other rows.
/// </para>
/// <para>
/// The hash covers all that decides what is made, and no rows, times or places, so a rehearsal and the real run have the same. A plan that was written to a file is carried out by Invoke-EmrMigration as it
/// is; one that was edited is refused. No server is needed; with one, findings also say what it lacks. <c>about_EmrSim_Migration</c> has all rules.
/// </para>
/// </remarks>
/// <example>
/// See what a migration would do
/// <code>New-EmrMigrationPlan app.db</code>
/// No server is needed.
/// </example>
/// <example>
/// See each column with its type and the reason
/// <code>New-EmrMigrationPlan app.db -Mapping Idiomatic | ForEach-Object Tables | ForEach-Object Columns</code>
/// Columns of text that hold times or JSON throughout become such.
/// </example>
/// <example>
/// Keep a plan in a file, with a type that is given
/// <code>New-EmrMigrationPlan app.db -TypeMap @{ 'turns.created_at' = 'timestamptz' } -OutFile app.plan.json</code>
/// Invoke-EmrMigration -PlanPath app.plan.json carries it out.
/// </example>
/// <example>
/// See the statements as a script
/// <code>(New-EmrMigrationPlan app.db).Ddl -join ";`n"</code>
/// They are in the order in which they are run.
/// </example>
/// <seealso cref="NewEmrSampleDatabaseCommand"/>
[Cmdlet(VerbsCommon.New, "EmrMigrationPlan", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(EmrMigrationPlan))]
public sealed class NewEmrMigrationPlanCommand : PostgresCmdlet
{
    private bool _wroteFile;

    /// <summary>The schema of PostgreSQL that takes the tables: an empty one, or one that is made. public by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Schema { get; set; } = "public";

    /// <summary>How types are chosen. Faithful by default.</summary>
    [Parameter]
    public EmrMapping Mapping { get; set; }

    /// <summary>What becomes of values that do not fit. Stop by default: each column that has such values is an Error.</summary>
    [Parameter]
    public EmrMisfitAction OnMisfit { get; set; }

    /// <summary>Types for columns: <c>@{ 'turns.created_at' = 'timestamptz' }</c>.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable TypeMap { get; set; } = [];

    /// <summary>Tables that are partitioned: <c>@{ 'messages' = 'created_at:month' }</c>, or day, or year.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable PartitionBy { get; set; } = [];

    /// <summary>Leaves virtual tables (FTS, R-tree) behind with the rows that they alone hold. Without it each such table is an Error.</summary>
    [Parameter]
    public SwitchParameter SkipVirtualTables { get; set; }

    /// <summary>The file that the plan is written to, for Invoke-EmrMigration -PlanPath. Only its owner can read it, since findings name rows.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>Replaces a plan that is there. Any other file stays.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How long to wait while another connection locks the database. 30 seconds by default.</summary>
    [Parameter]
    [Interval]
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    private protected override EmrSimException NotFound(string path) =>
        new(ErrorCode.SourceNotFound, $"There is no database at '{path}'. Nothing was created.", path);

    private protected override bool IsByTheWay(string path) => SqliteSource.IsSidecar(path) || RestoreFiles.IsOne(path);

    private protected override void ProcessPath(string path)
    {
        string? file = OutFile is null ? null : ResolvePath(OutFile);
        if (file is not null && _wroteFile)
        {
            Report(new EmrSimException(ErrorCode.InvalidArgument, $"'{file}' holds the plan of another database already. Give each database a file of its own.", path), path);
            return;
        }

        if (file is not null && !ShouldProcess(file, "Write a plan")) file = null;
        Func<PostgresTarget>? target = HasTarget ? Target() : null;
        var request = new MigrationPlanRequest(path, Schema, null, Mapping, OnMisfit, MigrationWords.Of(TypeMap), MigrationWords.Of(PartitionBy), BusyTimeout)
        {
            SkipVirtualTables = SkipVirtualTables,
        };
        Run(
            path,
            call => new MigrationPlanner(call.Loggers).PlanAsync(request, target?.Invoke(), file is null ? null : new PlanOutput(file, Force), call.Progress, call.Token),
            plan =>
            {
                _wroteFile = file is not null;
                WriteObject(plan);
            });
    }
}
