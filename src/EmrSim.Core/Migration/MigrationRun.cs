using System.Diagnostics;
using System.Globalization;
using EmrSim.Core.Backup;
using EmrSim.Core.Migration.Copying;
using EmrSim.Core.Migration.Planning;
using EmrSim.Core.Migration.Proof;
using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Postgres;
using EmrSim.Core.Progress;
using EmrSim.Core.Sqlite;
using EmrSim.Formatting;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Migration;

/// <summary>One migration, phase by phase.</summary>
internal sealed class MigrationRun(MigrationRequest request, ILoggerFactory loggers, ILogger logger, TimeProvider clock, IProgress<OperationProgress>? progress)
{
    private const int FindingsShown = 3;

    private readonly PhaseLog _phases = new();
    private readonly List<EmrFinding> _findings = [];
    private readonly string _activity = $"{(request.Rehearse ? "Rehearsing" : "Migrating")} {Path.GetFileName(request.Plan.Path)}";

    internal async Task<MigrationResult> RunAsync(CancellationToken token)
    {
        long started = Stopwatch.GetTimestamp();
        SqliteSource.Require(request.Plan.Path);
        if (request.RejectPath is { } asked) RejectFile.RequireFree(asked, request.Plan.Path);
        await using PostgresSession session = await PostgresSession.OpenAsync(request.Target, token).ConfigureAwait(false);
        await _phases.TakeAsync(MigrationPhases.Preflight, () => PreflightAsync(session, token)).ConfigureAwait(false);
        EmrBackup? backup = request.Backup is { } wanted && !request.Rehearse
            ? await _phases.TakeAsync(MigrationPhases.Backup, () => BackupAsync(wanted, token)).ConfigureAwait(false)
            : null;

        using SqliteSnapshot snapshot = SqliteSnapshot.Begin(request.Plan.Path, locked: true, request.Plan.BusyTimeout, logger, token);
        try
        {
            return await MoveAsync(session, snapshot, backup, started, token).ConfigureAwait(false);
        }
        catch (SqliteFault fault)
        {
            throw SqliteSource.Explain(fault);
        }
    }

    private async Task<MigrationResult> MoveAsync(PostgresSession session, SqliteSnapshot snapshot, EmrBackup? backup, long started, CancellationToken token)
    {
        EmrMigrationPlan plan = await _phases.TakeAsync(MigrationPhases.Plan, () => Task.FromResult(Plan(snapshot, token))).ConfigureAwait(false);
        using var rejects = new RejectFile(request.RejectPath ?? DefaultRejectPath(), plan.Schema);
        await using var target = await MigrationTarget.BeginAsync(session, request.Target, plan.Schema, Names(plan), request.Rehearse, token).ConfigureAwait(false);

        IReadOnlyList<EmrMigrationTableResult> tables = await FillAsync(snapshot, plan, target, rejects, token).ConfigureAwait(false);
        if (!snapshot.IsOneState) throw Changed();
        // Before the commit: what was left out must not be lost when this process ends between the two.
        string? rejected = request.Rehearse ? null : rejects.Publish();
        try
        {
            await _phases.TakeAsync(MigrationPhases.Commit, () => target.CommitAsync(token)).ConfigureAwait(false);
        }
        catch (Exception e) when (rejected is not null && e is not EmrSimException { ErrorCode: ErrorCode.CommitUnknown })
        {
            rejects.Withdraw();
            throw;
        }

        return Result(plan, tables, rejected, rejects.Rows, backup, Stopwatch.GetElapsedTime(started));
    }

    private async Task PreflightAsync(PostgresSession session, CancellationToken token)
    {
        ProgressMeter.Announce(progress, _activity, "Looking at the server");
        IReadOnlyList<EmrFinding> found = await PostgresPreflight.CheckAsync(session, request.Plan.Schema, token).ConfigureAwait(false);
        _findings.AddRange(found);
    }

    private async Task<EmrBackup> BackupAsync(BackupRequest asked, CancellationToken token)
    {
        (EmrBackup backup, IReadOnlyList<EmrSimException> errors) = await new BackupEngine(loggers, clock).RunAsync(asked, progress, token).ConfigureAwait(false);
        if (errors.Count > 0) throw errors[0];
        return backup.Verification.Outcome == EmrOutcome.Passed
            ? backup
            : throw new EmrSimException(
                ErrorCode.MigrationWithoutBackup, $"The final backup '{backup.Path}' is {backup.Verification.Outcome}, and a migration begins with one that is proved. Nothing was migrated.", request.Plan.Path);
    }

    private EmrMigrationPlan Plan(SqliteSnapshot snapshot, CancellationToken token)
    {
        string target = request.Target.ToString();
        if (request.GivenPlan is { } asked && asked.Seal != PlanHash.Seal(asked))
        {
            throw new EmrSimException(
                ErrorCode.PlanChanged, $"The plan for '{request.Plan.Path}' was changed after it was made. Nothing was migrated. Make a new one with New-EmrMigrationPlan.", request.Plan.Path);
        }

        EmrMigrationPlan plan = request.GivenPlan is { } given ? given with { Target = target } : MigrationPlanner.Plan(snapshot, request.Plan with { Target = target }, progress, token);
        if (plan.SchemaDigest != SqliteSchema.DigestWithoutStatistics(snapshot.Database))
        {
            throw new EmrSimException(
                ErrorCode.PlanOutdated,
                $"The schema of '{request.Plan.Path}' is another one than when the plan was made. Nothing was migrated. Make a new plan with New-EmrMigrationPlan.",
                request.Plan.Path);
        }

        EmrFinding[] errors = [.. plan.Findings.Concat(SinceThePlan(snapshot, plan)).Where(f => f.Severity == EmrSeverity.Error).Distinct()];
        if (errors.Length == 0) return plan;
        string shown = string.Join(" ", errors.Take(FindingsShown).Select(f => $"{f.Object}: {f.Message} {f.Action}"));
        throw new EmrSimException(
            ErrorCode.MigrationNotPossible,
            string.Create(CultureInfo.InvariantCulture, $"'{request.Plan.Path}' cannot be migrated before {errors.Length} findings are decided; New-EmrMigrationPlan shows them all. {shown}"),
            request.Plan.Path);
    }

    // A virtual table that was empty when the plan was made may hold rows by now, and no copy would ever meet them.
    private IReadOnlyList<EmrFinding> SinceThePlan(SqliteSnapshot snapshot, EmrMigrationPlan plan)
    {
        if (request.GivenPlan is null || plan.SkipVirtualTables) return [];
        var findings = new FindingList();
        try
        {
            VirtualTableFindings.Tell(snapshot.Database, SourceSchemaReader.Read(snapshot.Database), skip: false, findings);
        }
        catch (SqliteFault fault)
        {
            throw SqliteSource.Explain(fault);
        }

        return findings.Sorted;
    }

    private async Task<IReadOnlyList<EmrMigrationTableResult>> FillAsync(
        SqliteSnapshot snapshot, EmrMigrationPlan plan, MigrationTarget target, RejectFile rejects, CancellationToken token)
    {
        PostgresSession session = target.Session;
        await RunDdlAsync(plan, target, MigrationPhases.Tables, EmrDdlPhase.Table, token).ConfigureAwait(false);
        var copier = new TableCopier(snapshot.Database, session, rejects, plan.OnMisfit, request.MaximumRejects);
        IReadOnlyList<CopiedTable> copied = await _phases.TakeAsync(MigrationPhases.Copy, () => CopyAsync(copier, plan, token)).ConfigureAwait(false);
        await RunDdlAsync(plan, target, MigrationPhases.Keys, EmrDdlPhase.Key, token).ConfigureAwait(false);
        await RunDdlAsync(plan, target, MigrationPhases.Indexes, EmrDdlPhase.Index, token).ConfigureAwait(false);
        await RunDdlAsync(plan, target, MigrationPhases.ForeignKeys, EmrDdlPhase.ForeignKey, token).ConfigureAwait(false);
        await RunDdlAsync(plan, target, MigrationPhases.Validate, EmrDdlPhase.Validate, token).ConfigureAwait(false);
        await _phases.TakeAsync(MigrationPhases.Sequences, () => ContinueNumbersAsync(snapshot.Database, plan, session, token)).ConfigureAwait(false);
        await _phases.TakeAsync(MigrationPhases.Views, () => MakeViewsAsync(plan, target, token)).ConfigureAwait(false);
        await _phases.TakeAsync(MigrationPhases.Analyze, () => AnalyzeAsync(plan, session, token)).ConfigureAwait(false);
        return await _phases.TakeAsync(MigrationPhases.Proof, () => ProveAsync(snapshot, session, copier, copied, token)).ConfigureAwait(false);
    }

    private Task RunDdlAsync(EmrMigrationPlan plan, MigrationTarget target, string name, EmrDdlPhase phase, CancellationToken token) => _phases.TakeAsync(name, async () =>
    {
        foreach (EmrMigrationStatement statement in plan.Ddl.Where(s => s.Phase == phase))
        {
            ProgressMeter.Announce(progress, _activity, $"{name}: {statement.Object}");
            await target.RunAsync(statement, token).ConfigureAwait(false);
        }
    });

    private async Task<IReadOnlyList<CopiedTable>> CopyAsync(TableCopier copier, EmrMigrationPlan plan, CancellationToken token)
    {
        var copied = new List<CopiedTable>();
        long total = plan.Tables.Sum(t => t.Rows), before = 0;
        foreach (EmrMigrationTable table in plan.Tables)
        {
            var meter = new ProgressMeter(progress, _activity, $"Copying {table.Name}", total, static n => _Format.Count(n) + " rows");
            CopiedTable one = await copier.CopyAsync(table, meter, before, token).ConfigureAwait(false);
            before += one.Rows;
            copied.Add(one);
        }

        return copied;
    }

    private static async Task ContinueNumbersAsync(SqliteDatabase source, EmrMigrationPlan plan, PostgresSession session, CancellationToken token)
    {
        var numbers = new NextNumbers(source, session);
        foreach (EmrMigrationTable table in plan.Tables) await numbers.SetAsync(table, token).ConfigureAwait(false);
    }

    private async Task MakeViewsAsync(EmrMigrationPlan plan, MigrationTarget target, CancellationToken token)
    {
        foreach (EmrMigrationStatement view in plan.Ddl.Where(s => s.Phase == EmrDdlPhase.View))
        {
            if (await target.TryRunAsync(view, token).ConfigureAwait(false) is not { } refused) continue;
            _findings.Add(new EmrFinding(
                EmrSeverity.Warning, "ViewNotMade", view.Object, $"PostgreSQL refused the view: {refused}", $"Make it by hand once it is corrected: {view.Sql}"));
        }
    }

    private async Task AnalyzeAsync(EmrMigrationPlan plan, PostgresSession session, CancellationToken token)
    {
        foreach (EmrMigrationTable table in plan.Tables)
        {
            ProgressMeter.Announce(progress, _activity, $"Gathering statistics: {table.Name}");
            await session.ExecuteAsync($"ANALYZE {PostgresNames.Quote(table.TargetName)}", token).ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<EmrMigrationTableResult>> ProveAsync(
        SqliteSnapshot snapshot, PostgresSession session, TableCopier copier, IReadOnlyList<CopiedTable> copied, CancellationToken token)
    {
        var results = new List<EmrMigrationTableResult>();
        long total = copied.Sum(c => c.Digest.Rows), before = 0;
        foreach (CopiedTable one in copied)
        {
            var meter = new ProgressMeter(progress, _activity, $"Proving {one.Table.Name}", total, static n => _Format.Count(n) + " rows");
            long done = before;
            meter.Report(done);
            TableDigest arrived = await MigrationProof.ReadTargetAsync(session, one.Comparison, one.Digest, n => meter.Report(done + n), token).ConfigureAwait(false);
            if (one.Digest.DifferingFrom(arrived).Count > 0)
            {
                TableResult result = await MigrationProof.ProveAsync(
                    one.Comparison, snapshot.Database, snapshot.Facts.Encoding, copier.AdjustmentOf(one.Table), session, one.Digest, arrived, FindingsShown, token).ConfigureAwait(false);
                throw NotProved(one, result.Differences);
            }

            results.Add(new EmrMigrationTableResult(one.Table.Name, one.Rows, arrived.Rows, one.Rejected, Equal: true, one.Duration));
            before += one.Digest.Rows;
        }

        return results;
    }

    private MigrationResult Result(EmrMigrationPlan plan, IReadOnlyList<EmrMigrationTableResult> tables, string? rejectPath, long rejected, EmrBackup? backup, TimeSpan duration)
    {
        var migration = new EmrMigration
        {
            Plan = plan,
            Outcome = rejected > 0 ? EmrOutcome.Inconclusive : EmrOutcome.Passed,
            Rehearsal = request.Rehearse,
            Tables = tables,
            Findings = [.. plan.Findings.Concat(_findings).OrderByDescending(f => f.Severity).ThenBy(f => f.Object, StringComparer.Ordinal)],
            Phases = _phases.Ended,
            RejectPath = rejectPath,
            Backup = backup,
            Duration = duration,
        };
        if (rejected == 0) return new MigrationResult(migration, null);
        string where = rejectPath is null ? "" : $" They stand in '{rejectPath}' with the reason: correct them there, and run it with psql.";
        return new MigrationResult(migration, new EmrSimException(
            ErrorCode.RowsRejected,
            string.Create(CultureInfo.InvariantCulture, $"{rejected} rows of '{request.Plan.Path}' did not fit and were left out, or have NULL for what did not fit; all others were proved to have arrived.{where}"),
            request.Plan.Path));
    }

    private static string[] Names(EmrMigrationPlan plan) => [.. plan.Ddl.Select(s => s.Object).Concat(plan.Tables.Select(t => t.TargetName)).Distinct()];

    private string DefaultRejectPath() =>
        string.Create(CultureInfo.InvariantCulture, $"{request.Plan.Path}.rejects-{clock.GetUtcNow().UtcDateTime:yyyyMMdd'T'HHmmss'Z'}.sql");

    private EmrSimException Changed() => new(
        ErrorCode.SourceChanged,
        $"'{request.Plan.Path}' was changed past the locks while it was read, so what was copied may be of two states. Nothing was migrated. Stop what writes to it, then migrate again.",
        request.Plan.Path);

    private static EmrSimException NotProved(CopiedTable table, IReadOnlyList<EmrDifference> differences) => new(
        ErrorCode.MigrationNotProved,
        $"'{table.Table.Name}' did not arrive as it is, so nothing was migrated: {string.Join("; ", differences.Take(FindingsShown).Select(Describe))}. This is a fault of EmrSim or of a machine: please report it.",
        table.Table.Name);

    private static string Describe(EmrDifference difference) =>
        $"{difference.Kind} {difference.Key} {difference.Column}: {difference.Left ?? "NULL"} became {difference.Right ?? "NULL"}";
}
