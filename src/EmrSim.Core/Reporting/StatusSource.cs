using EmrSim.Core.Alarms;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Reporting;

/// <summary>Gathers the health of a store's sets. That one is not well is for the page to show.</summary>
internal sealed class StatusSource(ILoggerFactory loggers, TimeProvider clock) : IReportSource
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<object>> ReadAsync(ReportRequest request, DateTimeOffset now, CancellationToken token)
    {
        var query = new StatusQuery(request.Destination!, request.Names) { Access = request.Access };
        StatusResult status = await new StatusEngine(loggers, clock).GetAsync(query, token).ConfigureAwait(false);
        // A store without any set is told by the page itself.
        return [.. status.Sets.Where(s => s.Name != "*")];
    }
}
