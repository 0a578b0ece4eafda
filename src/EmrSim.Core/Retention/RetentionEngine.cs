using System.Globalization;
using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using EmrSim.Core.Progress;
using EmrSim.Core.Stores;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Retention;

/// <summary>Plans and carries out retention policies on the sets of a store.</summary>
/// <param name="loggers">Where events go.</param>
/// <param name="clock">Says what now is.</param>
public sealed class RetentionEngine(ILoggerFactory loggers, TimeProvider clock)
{
    private readonly ILogger _logger = loggers.CreateLogger("EmrSim.Retention");

    /// <summary>Says what a policy would do. Nothing is changed.</summary>
    /// <exception cref="EmrSimException">InvalidArgument, EmptyPolicy, DestinationNotFound, AccessDenied, IoError.</exception>
    public async Task<RetentionPlans> PlanAsync(RetentionRequest request, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Policy.Require();
        DateTimeOffset asOf = AsOf(request);
        IReadOnlyList<StoreEntry> entries = await new RetentionStore(request.Destination, request.Access).ListAsync(request.Names, token).ConfigureAwait(false);
        List<RetentionSetPlan> sets = [];
        foreach (IGrouping<string, EmrBackup> set in BySet(entries))
        {
            token.ThrowIfCancellationRequested();
            RetentionPlan plan = RetentionPlanner.Plan(set, request.Policy, asOf);
            RetentionRun.Warn(plan, set.Key, _logger);
            sets.Add(new RetentionSetPlan(set.Key, plan));
        }

        Log.RetentionPlanned(_logger, request.Destination, request.Policy, sets.Sum(s => s.Plan.Decisions.Count(d => d.Action == EmrRetentionAction.Remove)));
        return new RetentionPlans(sets, Errors(entries));
    }

    /// <summary>
    /// Carries out a policy, set by set. Each set is planned anew under its lock, so what was made or pinned meanwhile is seen, and leftovers of a
    /// killed run are finished first.
    /// </summary>
    /// <param name="request">Which sets and policy.</param>
    /// <param name="progress">Is told of removals; may be null.</param>
    /// <param name="token">Stops between two removals.</param>
    /// <returns>One result for each set; what went wrong with one is no reason to leave out the next.</returns>
    /// <exception cref="EmrSimException">InvalidArgument, EmptyPolicy, DestinationNotFound, AccessDenied, IoError.</exception>
    public Task<IReadOnlyList<RetentionResult>> ApplyAsync(RetentionRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Policy.Require();
        return Task.Run<IReadOnlyList<RetentionResult>>(() => Apply(request, progress, token), token);
    }

    /// <summary>Says day by day what a policy would leave, were verified backups made at a steady rhythm from now on.</summary>
    /// <exception cref="EmrSimException">InvalidArgument, EmptyPolicy; with a store also DestinationNotFound, AccessDenied, IoError.</exception>
    public async Task<RetentionSimulations> SimulateAsync(SimulationRequest request, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(request);
        RetentionRequest retention = request.Retention;
        var simulator = new RetentionSimulator(retention.Policy, retention.AsOf ?? clock.GetUtcNow(), request.Days, request.Every);
        if (retention.Destination.Length == 0)
        {
            return new RetentionSimulations(await Task.Run(() => simulator.Run(null, [], token), token).ConfigureAwait(false), []);
        }

        IReadOnlyList<StoreEntry> entries = await new RetentionStore(retention.Destination, retention.Access).ListAsync(retention.Names, token).ConfigureAwait(false);
        return await Task.Run(
            () => new RetentionSimulations([.. BySet(entries).SelectMany(s => simulator.Run(s.Key, s, token))], Errors(entries)), token).ConfigureAwait(false);
    }

    /// <summary>Carries out a policy on one set whose lock the caller holds, as a backup does after its own publication.</summary>
    /// <param name="store">The store.</param>
    /// <param name="set">The set.</param>
    /// <param name="policy">How many stay.</param>
    /// <param name="asOf">The time of the plan.</param>
    /// <param name="logger">Where events go.</param>
    /// <param name="token">Stops between two removals.</param>
    /// <returns>What was removed, and what could not be.</returns>
    internal static RetentionResult ApplyHeld(
        BackupStore store, string set, RetentionPolicy policy, DateTimeOffset asOf, ILogger logger, CancellationToken token) =>
        new RetentionRun(new RetentionStore(store), set, logger).Execute(policy, asOf, null, null, token);

    private List<RetentionResult> Apply(RetentionRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        DateTimeOffset asOf = AsOf(request with { ToApply = true });
        var store = new RetentionStore(request.Destination, request.Access);
        var meter = new ProgressMeter(progress, $"Removing backups from {request.Destination}", "Removing", request.Approved?.Count ?? 0, static n => n.ToString(CultureInfo.InvariantCulture));
        int removed = 0;
        return [.. store.Sets(request.Names, token).ToList().Select(set => ApplyTo(set))];

        RetentionResult ApplyTo(string set)
        {
            token.ThrowIfCancellationRequested();
            RunHistory history = store.Begin(set, _logger, clock);
            RetentionResult result = ApplyToOne(set);
            EmrSimException? unwritten = history.Write(result.Errors.Count > 0 ? result.Errors[^1] : null, removed: result.Removed.Count);
            return unwritten is null ? result : result with { Errors = [.. result.Errors, unwritten] };
        }

        RetentionResult ApplyToOne(string set)
        {
            try
            {
                using IDisposable held = store.Lock(set, clock, token);
                store.Sweep(set, _logger, token);
                return new RetentionRun(store, set, _logger)
                    .Execute(request.Policy, asOf, request.Approved, _ => meter.Report(++removed), token);
            }
            catch (EmrSimException e)
            {
                return new RetentionResult(set, null, [], [e]);
            }
            catch (Exception e) when (IoErrors.IsIo(e))
            {
                return new RetentionResult(set, null, [], [IoErrors.Translate(e, $"The set '{set}' could not be thinned out", request.Destination)]);
            }
        }
    }

    private DateTimeOffset AsOf(RetentionRequest request)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (!request.ToApply || request.AsOf is not { } asOf || asOf - now <= RetentionPlanner.ClockTolerance) return request.AsOf ?? now;
        throw new EmrSimException(
            ErrorCode.InvalidArgument,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Nothing was removed as of {asOf.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z, which is still to come: pins hold until then. Only a plan can look ahead."));
    }

    private static IEnumerable<IGrouping<string, EmrBackup>> BySet(IReadOnlyList<StoreEntry> entries) => entries
        .Select(e => e.Backup).OfType<EmrBackup>().GroupBy(b => b.Name, RetentionStore.Names).OrderBy(g => g.Key, StringComparer.Ordinal);

    private static List<EmrSimException> Errors(IReadOnlyList<StoreEntry> entries) => [.. entries.Select(e => e.Error).OfType<EmrSimException>()];
}
