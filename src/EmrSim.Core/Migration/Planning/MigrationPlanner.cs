using EmrSim.Core.Logging;
using EmrSim.Core.Migration.Profiling;
using EmrSim.Core.Migration.Schema;
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
