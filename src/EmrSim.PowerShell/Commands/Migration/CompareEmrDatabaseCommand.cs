using System.Management.Automation;
using System.Net;
using System.Security;
using EmrSim.Core.Migration.Proof;
using EmrSim.Core.Postgres;
using EmrSim.Core.Recovery;
using EmrSim.Core.Sqlite;
using EmrSim.PowerShell.Abstractions;

namespace EmrSim.PowerShell.Commands;

/// <summary>Compares two databases, value by value: SQLite with PostgreSQL, or two of either.</summary>
/// <remarks>
/// <para>
/// Nothing comes out when they are equal; otherwise one object per difference, with table, key and column. A difference is no error, as with Compare-Object. A job tests for it with
/// <c>if (Compare-EmrDatabase … -ErrorAction Stop) { exit 1 }</c>: what could not be compared is an error, and without <c>-ErrorAction Stop</c> that, too, is no output.
/// <c>-Verbose</c> tells which tables were compared and how many rows each has.
/// </para>
/// <para>
/// Each side is read in one state, and neither is written; applications may go on meanwhile. Every row is reduced to a canonical form and hashed, in whatever order it comes. Only where the
/// sums of some rows differ are these read again, and named. So memory does not grow with the tables.
/// </para>
/// <para>
/// The same are: 1 and 1.0; the same instant as text and as timestamptz, where a text without a zone is UTC; 1.50 and 1.5 in a numeric; 0 and false beside a boolean; JSON with its keys in another
/// order, beside json and jsonb only. Not the same are: one bit of a blob, the last bit of a real, NULL and an empty text and an empty blob, a space at the end, upper and lower case, one row lost and
/// another one doubled.
/// </para>
/// <para>
/// Tables and columns are found by their names, whatever the case of their letters. Primary keys, unique keys, indexes and foreign keys are compared by what they are and not by their names;
/// expressions and conditions between two of one engine only. A foreign key that was never validated, an invalid index, and a next number that is not beyond all that there are, are differences.
/// Not compared are views, triggers, defaults, CHECK constraints, rights and the order of columns; virtual tables of SQLite are not either, and a warning names them.
/// </para>
/// </remarks>
/// <example>
/// Compare a database with its restored backup
/// <code>Restore-EmrDatabase -From backups -Destination copy.db -Confirm:$false | Out-Null; if (-not (Compare-EmrDatabase app.db -DifferencePath copy.db -ErrorAction Stop)) { 'Equal' }</code>
/// In an if, no difference is false.
/// </example>
/// <example>
/// See what somebody changed
/// <code>New-EmrSampleDatabase other.db -Turns 60 | Out-Null; Compare-EmrDatabase app.db -DifferencePath other.db -Table turns, sess* -MaximumDifferences 20</code>
/// Left is the first database, right the second. A warning says how many more there are at least.
/// </example>
/// <example>
/// Count the rows that were lost
/// <code>New-EmrSampleDatabase third.db -Turns 40 | Out-Null; @(Compare-EmrDatabase app.db -DifferencePath third.db -RowsOnly | Where-Object Kind -eq RowMissing).Count</code>
/// With PostgreSQL the same is <c>Compare-EmrDatabase app.db -Server db -Database emr -Credential emr</c>, and the other way round <c>Compare-EmrDatabase -Server db -Database emr -Credential emr
/// -DifferencePath app.db</c>.
/// </example>
/// <seealso cref="RestoreEmrDatabaseCommand"/>
[Cmdlet(VerbsData.Compare, "EmrDatabase", DefaultParameterSetName = PostgresToPathSet)]
[OutputType(typeof(EmrDifference))]
public sealed class CompareEmrDatabaseCommand : PostgresCmdlet
{
    private const string PostgresSet = "Postgres";
    private const string PostgresToPathSet = "PostgresToPath";

    /// <summary>The SQLite database on the right, in place of PostgreSQL. Without one on the left, PostgreSQL is the left.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [Parameter(Mandatory = true, ParameterSetName = PostgresToPathSet)]
    [ValidateNotNullOrEmpty]
    public string? DifferencePath { get; set; }

    /// <summary>The PostgreSQL on the right, where that on the left is PostgreSQL too. It takes what ConnectionString takes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PostgresSet)]
    [SecretText]
    public SecureString? DifferenceConnectionString { get; set; }

    /// <summary>The schema of PostgreSQL. Its case counts. public by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Schema { get; set; } = "public";

    /// <summary>The schema on the right, where both sides are PostgreSQL. By default the same as on the left.</summary>
    [Parameter(ParameterSetName = PostgresSet)]
    [ValidateNotNullOrEmpty]
    public string? DifferenceSchema { get; set; }

    /// <summary>The tables to compare, by their names on either side. The wildcards * and ? are allowed. By default all.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Table { get; set; } = [];

    /// <summary>How many differences are wanted at most. All tables are compared all the same, and a warning says how many more differences there are at least.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MaximumDifferences { get; set; } = 1000;

    /// <summary>Compares tables, columns and rows, and leaves out keys, indexes, foreign keys and next numbers.</summary>
    [Parameter]
    public SwitchParameter RowsOnly { get; set; }

    /// <summary>How long to wait for another connection's lock on a SQLite database.</summary>
    [Parameter]
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    private protected override EmrSimException NotFound(string path) => new(ErrorCode.SourceNotFound, $"There is no database at '{path}'.", path);

    private protected override bool IsByTheWay(string path) => SqliteSource.IsSidecar(path) || RestoreFiles.IsOne(path);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName is not (PostgresSet or PostgresToPathSet))
        {
            base.ProcessRecord();
            return;
        }

        Func<PostgresTarget> left = Target();
        string? other = DifferencePath is null ? null : ResolvePath(DifferencePath);
        Compare(
            null,
            () => CompareSource.Postgres(left(), Schema),
            () => other is null
                ? CompareSource.Postgres(PostgresTarget.Parse(new NetworkCredential("", DifferenceConnectionString).Password), DifferenceSchema ?? Schema)
                : CompareSource.Sqlite(other));
    }

    private protected override void ProcessPath(string path)
    {
        if (DifferencePath is not null && HasTarget)
        {
            Report(new EmrSimException(ErrorCode.InvalidArgument, "Both -DifferencePath and a PostgreSQL were given. Give one of them.", path), path, terminate: true);
            return;
        }

        string? other = DifferencePath is null ? null : ResolvePath(DifferencePath);
        Func<PostgresTarget> target = Target();
        Compare(path, () => CompareSource.Sqlite(path), () => other is null ? CompareSource.Postgres(target(), Schema) : CompareSource.Sqlite(other));
    }

    private void Compare(object? given, Func<CompareSource> left, Func<CompareSource> right) => Run(
        given,
        call => new CompareEngine(call.Loggers).CompareAsync(
            new CompareRequest(left(), right())
            {
                Tables = Table,
                MaximumDifferences = MaximumDifferences,
                RowsOnly = RowsOnly,
                BusyTimeout = BusyTimeout,
            },
            call.Progress,
            call.Token),
        result => WriteObject(result.Differences, enumerateCollection: true));
}
