using EmrSim.Core.Retention;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Reporting;

/// <summary>Gathers what a retention policy would keep of a store's sets. Unless the request names another, it is the default one.</summary>
internal sealed class PlanSource(ILoggerFactory loggers, TimeProvider clock) : IReportSource
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<object>> ReadAsync(ReportRequest request, DateTimeOffset now, CancellationToken token)
    {
        RetentionPolicy policy = (request.Policy ?? new RetentionPolicy()) with { TimeZone = request.Zone ?? clock.LocalTimeZone };
        var wanted = new RetentionRequest(request.Destination!, request.Names, policy, now) { Access = request.Access };
        RetentionPlans plans = await new RetentionEngine(loggers, clock).PlanAsync(wanted, token).ConfigureAwait(false);
        // What cannot be planned is told by the backups.
        return [.. plans.Sets.SelectMany(s => s.Plan.Decisions)];
    }
}
