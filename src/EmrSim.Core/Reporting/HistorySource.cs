using EmrSim.Core.Stores;

namespace EmrSim.Core.Reporting;

/// <summary>Gathers the history of a store. That a named set never ran is told by its backups.</summary>
internal sealed class HistorySource : IReportSource
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<object>> ReadAsync(ReportRequest request, DateTimeOffset now, CancellationToken token)
    {
        var query = new HistoryQuery(request.Destination!, request.Names) { Access = request.Access };
        HistoryResult history = await History.ListAsync(query, token).ConfigureAwait(false);
        return
        [
            .. history.Entries,
            .. history.Errors.Where(e => e.ErrorCode != ErrorCode.BackupNotFound).Select(e => new ReportProblem("", request.Destination!, e)),
        ];
    }
}
