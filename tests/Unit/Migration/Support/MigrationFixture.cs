using System.Security.Cryptography;
using EmrSim.Core.Migration;
using EmrSim.Core.Migration.Planning;
using EmrSim.Core.Postgres;
using EmrSim.Core.Progress;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmrSim.Tests.Migration;

/// <summary>A SQLite database and an empty database of a real PostgreSQL.</summary>
public sealed class MigrationFixture : IDisposable
{
    private readonly bool _own;

    public MigrationFixture()
        : this(PostgresCluster.Require().CreateDatabase()) => _own = true;

    /// <summary>Into a database that is the caller's.</summary>
    public MigrationFixture(PostgresDatabase database) => Database = database;

    /// <summary>The target: an empty database and its owner, who is no superuser.</summary>
    public PostgresDatabase Database { get; }

    public TempFolder Folder { get; } = new();

    public string Connection => Database.ConnectionString;

    public string Source => Folder.File("app.db");

    /// <summary>Makes the source from SQL.</summary>
    public MigrationFixture With(string sql)
    {
        TestDatabase.Run(Source, sql);
        return this;
    }

    public MigrationPlanRequest Plan => new(
        Source, "public", null, EmrMapping.Faithful, EmrMisfitAction.Stop, new Dictionary<string, string>(), new Dictionary<string, string>(), TimeSpan.FromSeconds(5));

    public MigrationRequest Request => new(Plan, PostgresTarget.Parse(Connection));

    public Task<MigrationResult> RunAsync(MigrationRequest? request = null, IProgress<OperationProgress>? progress = null, CancellationToken token = default) =>
        new MigrationEngine(NullLoggerFactory.Instance, TimeProvider.System).RunAsync(request ?? Request, progress, token);

    public async Task<EmrMigration> PassAsync(MigrationRequest? request = null)
    {
        MigrationResult result = await RunAsync(request);
        Assert.Null(result.Error);
        Assert.Equal(EmrOutcome.Passed, result.Migration.Outcome);
        return result.Migration;
    }

    public Task<EmrSimException> FailAsync(MigrationRequest? request = null) => Assert.ThrowsAsync<EmrSimException>(() => RunAsync(request));

    /// <summary>The first value that a statement gives.</summary>
    public object? Ask(string sql) => Database.Scalar(sql);

    /// <summary>Everything in the target that is not PostgreSQL's own.</summary>
    public long Objects => (long)Ask(CountObjects)!;

    public const string CountObjects =
        "SELECT (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema') + " +
        "(SELECT count(*) FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', 'public'))";

    /// <summary>The source's bytes and when it was written.</summary>
    public (string Digest, DateTime Written) SourceState =>
        (Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Source))), File.GetLastWriteTimeUtc(Source));

    public void Dispose()
    {
        Folder.Dispose();
        if (_own) Database.Dispose();
    }
}
