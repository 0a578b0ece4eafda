using EmrSim.Core.Migration.Proof;
using EmrSim.Core.Postgres;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Logging;

namespace EmrSim.Tests.Migration.Proof;

/// <summary>Two SQLite databases, or one beside one of PostgreSQL.</summary>
public sealed class CompareFixture : IDisposable
{
    private PostgresDatabase? _postgres;

    public TempFolder Folder { get; } = new();

    public ListLoggerProvider Log { get; } = new();

    public string Left => Folder.File("left.db");

    public string Right => Folder.File("right.db");

    /// <summary>A database of PostgreSQL for this test.</summary>
    public PostgresDatabase Postgres => _postgres ??= PostgresCluster.Require().CreateDatabase();

    /// <summary>Runs statements on both sides.</summary>
    public void OnBoth(string sql)
    {
        TestDatabase.Run(Left, sql);
        TestDatabase.Run(Right, sql);
    }

    public void OnLeft(string sql) => TestDatabase.Run(Left, sql);

    public void OnRight(string sql) => TestDatabase.Run(Right, sql);

    /// <summary>Compares both files.</summary>
    public Task<CompareResult> RunAsync(Func<CompareRequest, CompareRequest>? with = null) =>
        RunAsync(CompareSource.Sqlite(Left), CompareSource.Sqlite(Right), with);

    /// <summary>Compares the left file with PostgreSQL.</summary>
    public Task<CompareResult> RunPostgresAsync(Func<CompareRequest, CompareRequest>? with = null) =>
        RunAsync(CompareSource.Sqlite(Left), Source(Postgres), with);

    public async Task<CompareResult> RunAsync(CompareSource left, CompareSource right, Func<CompareRequest, CompareRequest>? with = null)
    {
        var request = new CompareRequest(left, right) { BusyTimeout = TimeSpan.FromSeconds(1) };
        using ILoggerFactory loggers = LoggerFactory.Create(b => b.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));
        return await new CompareEngine(loggers).CompareAsync(with?.Invoke(request) ?? request, null, CancellationToken.None);
    }

    public async Task<IReadOnlyList<EmrDifference>> CompareAsync(Func<CompareRequest, CompareRequest>? with = null) => (await RunAsync(with)).Differences;

    public async Task<IReadOnlyList<EmrDifference>> ComparePostgresAsync(Func<CompareRequest, CompareRequest>? with = null) => (await RunPostgresAsync(with)).Differences;

    public static CompareSource Source(PostgresDatabase database, string schema = "public") => CompareSource.Postgres(PostgresTarget.Parse(database.ConnectionString), schema);

    public void Dispose()
    {
        _postgres?.Dispose();
        Folder.Dispose();
    }
}
