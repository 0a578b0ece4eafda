using EmrSim.Core.Migration.Planning;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmrSim.Tests.Migration.Planning.Support;

/// <summary>A SQLite database of some statements, and plans of it.</summary>
internal sealed class PlanSource : IDisposable
{
    private readonly TempFolder _folder = new();

    internal PlanSource(string sql, string encoding = "UTF-8")
    {
        Path = _folder.File("app.db");
        // Alone: a command that gives a row keeps the errors of those after it to itself.
        TestDatabase.Run(Path, $"PRAGMA encoding='{encoding}'; PRAGMA journal_mode=WAL");
        TestDatabase.Run(Path, "PRAGMA foreign_keys=OFF; " + sql);
    }

    internal string Path { get; }

    internal EmrMapping Mapping { get; init; }

    internal EmrMisfitAction OnMisfit { get; init; }

    internal Dictionary<string, string> TypeMap { get; init; } = [];

    internal Dictionary<string, string> PartitionBy { get; init; } = [];

    internal string Schema { get; init; } = "public";

    internal bool SkipVirtualTables { get; init; }

    internal MigrationPlanRequest Request => new(Path, Schema, null, Mapping, OnMisfit, TypeMap, PartitionBy, TimeSpan.FromSeconds(5))
    {
        SkipVirtualTables = SkipVirtualTables,
    };

    internal void Run(string sql) => TestDatabase.Run(Path, sql);

    internal EmrMigrationPlan Plan() => new MigrationPlanner(NullLoggerFactory.Instance).PlanAsync(Request, null, CancellationToken.None).GetAwaiter().GetResult();

    internal static EmrMigrationPlan PlanOf(string sql)
    {
        using var source = new PlanSource(sql);
        return source.Plan();
    }

    public void Dispose() => _folder.Dispose();
}

internal static class Plans
{
    /// <summary>The statements of a phase.</summary>
    internal static string[] Sql(this EmrMigrationPlan plan, EmrDdlPhase phase) => [.. plan.Ddl.Where(s => s.Phase == phase).Select(s => s.Sql)];

    /// <summary>The only statement of a phase.</summary>
    internal static string OnlySql(this EmrMigrationPlan plan, EmrDdlPhase phase) => Assert.Single(plan.Sql(phase));

    /// <summary>The findings of an id.</summary>
    internal static EmrFinding[] Found(this EmrMigrationPlan plan, string id) => [.. plan.Findings.Where(f => f.Id == id)];

    /// <summary>The only finding of an id.</summary>
    internal static EmrFinding OnlyFound(this EmrMigrationPlan plan, string id) => Assert.Single(plan.Found(id));
}
