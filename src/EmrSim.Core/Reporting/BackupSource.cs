using EmrSim.Core.Stores;

namespace EmrSim.Core.Reporting;

/// <summary>Gathers the backups of a store.</summary>
internal sealed class BackupSource : IReportSource
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<object>> ReadAsync(ReportRequest request, DateTimeOffset now, CancellationToken token)
    {
        string store = request.Destination!;
        var query = new BackupQuery(store, request.Names, Latest: false, AsOf: null, request.Access);
        IReadOnlyList<StoreEntry> entries = await BackupCatalog.ListAsync(query, token).ConfigureAwait(false);
        return [.. entries.Select(e => e.Backup ?? (object)new ReportProblem(SetOf(request, e.Error!), store, e.Error!))];
    }

    // A set that was named and is not there is a finding on that set; its error names the store only.
    private static string SetOf(ReportRequest request, EmrSimException error) =>
        BackupFileName.Parse(StorePath.FileName(error.Target ?? ""))?.Set ??
        request.Names.FirstOrDefault(n => error.Message.Contains($"'{n}'", StringComparison.Ordinal)) ?? "";
}
