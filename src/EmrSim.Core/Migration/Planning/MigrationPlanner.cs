using EmrSim.Core.Logging;
using EmrSim.Core.Migration.Profiling;
using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Postgres;
using EmrSim.Core.Progress;
using EmrSim.Core.Sqlite;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Migration.Planning;

/// <summary>Plans a migration: reads the schema and every row of a database in one snapshot, and says what would be made of them.</summary>
/// <param name="loggers">Where events go.</param>
public sealed class MigrationPlanner(ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger("EmrSim.Migration");

    /// <summary>Makes a plan. The source is only read.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="progress">Is told how far it has come; may be null.</param>
    /// <param name="token">Stops it.</param>
    /// <exception cref="EmrSimException">InvalidArgument, TypeMapInvalid, SchemaNotUtf8, SchemaNotReadable, SourceChanged, and whatever keeps the source from being read.</exception>
    public Task<EmrMigrationPlan> PlanAsync(MigrationPlanRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.Run(() => Plan(request, progress, token), token);
    }

    /// <summary>Makes a plan for a server, which is asked first what it lacks, and writes it to a file.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="target">The server; null to do without one.</param>
    /// <param name="output">The file; null for none.</param>
    /// <param name="progress">Is told how far it has come; may be null.</param>
    /// <param name="token">Stops it.</param>
    /// <exception cref="EmrSimException">The same, TargetExists; InvalidArgument also where the file is the database itself or its log; and whatever keeps the server from being asked or the file from being written.</exception>
    public async Task<EmrMigrationPlan> PlanAsync(
        MigrationPlanRequest request, PostgresTarget? target, PlanOutput? output, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (output is not null) PlanFile.RequireFree(output.Path, output.Overwrite, request.Path);
        IReadOnlyList<EmrFinding> lacks = target is null ? [] : await ServerFindings.AskAsync(target, request.Schema, token).ConfigureAwait(false);
        EmrMigrationPlan plan = await PlanAsync(request with { Target = target?.ToString() ?? request.Target }, progress, token).ConfigureAwait(false);
        if (lacks.Count > 0)
        {
            plan = plan with { Findings = FindingList.Sort(plan.Findings.Concat(lacks)) };
            plan = plan with { Seal = PlanHash.Seal(plan) };
        }

        if (output is not null) PlanFile.Write(output.Path, plan, output.Overwrite);
        return plan;
    }

    private EmrMigrationPlan Plan(MigrationPlanRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        // A database that nobody has open is read without locks, and once more with them where somebody opened it meanwhile.
        EmrMigrationPlan plan = TryPlan(request, locked: false, progress, token) ?? TryPlan(request, locked: true, progress, token) ?? throw new EmrSimException(
            ErrorCode.SourceChanged, $"'{request.Path}' was changed past the locks while it was read, so the plan might be of two states. Make it again.", request.Path);
        int errors = plan.Findings.Count(f => f.Severity == EmrSeverity.Error);
        Log.MigrationPlanned(_logger, request.Path, plan.Tables.Count, plan.Tables.Sum(t => t.Rows), errors, plan.Hash);
        return plan;
    }

    private EmrMigrationPlan? TryPlan(MigrationPlanRequest request, bool locked, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        using SqliteSnapshot snapshot = SqliteSnapshot.Begin(request.Path, locked, request.BusyTimeout, _logger, token);
        try
        {
            EmrMigrationPlan plan = Plan(snapshot, request, progress, token);
            return snapshot.IsOneState ? plan : null;
        }
        catch (EmrSimException) when (!snapshot.IsOneState)
        {
            return null;
        }
    }

    /// <summary>Makes a plan within a snapshot that somebody else holds.</summary>
    internal static EmrMigrationPlan Plan(SqliteSnapshot snapshot, MigrationPlanRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        try
        {
            SourceSchema schema = SourceSchemaReader.Read(snapshot.Database);
            RequestKeys.Require(request, schema);
            IReadOnlyList<TableProfile> profiles = SourceProfile.Read(snapshot, schema, request, Activity(request), progress, token);
            ProgressMeter.Announce(progress, Activity(request), "Looking for what is in the way");
            return PlanWriter.Write(snapshot, request, schema, profiles);
        }
        catch (SqliteFault fault)
        {
            throw SqliteSource.Explain(fault);
        }
    }

    private static string Activity(MigrationPlanRequest request) => $"Planning {Path.GetFileName(request.Path)}";
}

/// <summary>Where a plan is written.</summary>
/// <param name="Path">An absolute path.</param>
/// <param name="Overwrite">Whether a plan that is there is replaced.</param>
public sealed record PlanOutput(string Path, bool Overwrite);
