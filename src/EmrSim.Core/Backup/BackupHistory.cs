using System.Diagnostics.CodeAnalysis;
using EmrSim.Core.Stores;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Backup;

/// <summary>Tells the store's history of one run of a backup, however it ended.</summary>
/// <param name="request">What was to be backed up.</param>
/// <param name="startedUtc">When the run began.</param>
/// <param name="logger">Is warned when the history cannot be written.</param>
internal sealed class BackupHistory(BackupRequest request, DateTimeOffset startedUtc, ILogger logger)
{
    /// <summary>A backup was published.</summary>
    /// <returns>HistoryNotWritten, or null.</returns>
    internal EmrSimException? Published(BackupStore store, EmrBackup backup)
    {
        bool passed = backup.Verification.Outcome == EmrOutcome.Passed;
        return History.Append(store, Entry(backup.Verification.Outcome, backup.Duration) with
        {
            Name = backup.Name,
            File = BackupStores.NameOf(backup.Path),
            DatabaseLength = backup.DatabaseLength,
            StoredLength = backup.StoredLength,
            Level = backup.Verification.Level,
            Error = passed ? null : ErrorCode.VerificationInconclusive,
            Reason = passed ? null : "It was published, but a check could not run.",
        }, logger);
    }

    /// <summary>Nothing was published.</summary>
    /// <param name="error">Why; null where the run was stopped.</param>
    /// <param name="duration">How long it took.</param>
    internal void Failed(EmrSimException? error, TimeSpan duration)
    {
        // A store that does not answer would only be waited for again, and one that is not there has no history.
        if (error?.ErrorCode is ErrorCode.StoreUnavailable or ErrorCode.StoreAccessDenied or ErrorCode.InvalidDestination or ErrorCode.DestinationNotFound) return;
        if (!TryOpen(out BackupStore? store) || (store.StagingFolder is { } folder && !Directory.Exists(folder))) return;
        _ = History.Append(store, Entry(EmrOutcome.Failed, duration) with { Error = error?.ErrorCode, Reason = error?.Message ?? "It was stopped." }, logger);
    }

    private bool TryOpen([NotNullWhen(true)] out BackupStore? store)
    {
        try
        {
            store = BackupStores.Open(request.Destination, request.Access);
            return true;
        }
        catch (EmrSimException)
        {
            // Why the run failed is said already.
            store = null;
            return false;
        }
    }

    private EmrHistoryEntry Entry(EmrOutcome outcome, TimeSpan duration) => new()
    {
        StartedUtc = startedUtc,
        Kind = EmrRunKind.Backup,
        Name = request.Name ?? SetName.FromSource(request.SourcePath),
        Outcome = outcome,
        Duration = duration,
        SourcePath = request.SourcePath,
        Host = Environment.MachineName,
    };
}
