using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Stores;

/// <summary>Times a run that begins now, and tells a store's history of it.</summary>
internal sealed class RunHistory(BackupStore store, EmrRunKind kind, string set, ILogger logger, TimeProvider clock)
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly DateTimeOffset _startedUtc = clock.GetUtcNow();

    /// <summary>Writes the entry.</summary>
    /// <param name="error">Why it did not pass; null where it did.</param>
    /// <param name="file">The backup that was copied.</param>
    /// <param name="storedLength">Its length, where it was copied.</param>
    /// <param name="removed">How many backups were removed.</param>
    /// <returns>HistoryNotWritten, or null.</returns>
    internal EmrSimException? Write(EmrSimException? error, string? file = null, long? storedLength = null, int? removed = null) => History.Append(
        store,
        new EmrHistoryEntry
        {
            StartedUtc = _startedUtc,
            Kind = kind,
            Name = set,
            Outcome = error is null ? EmrOutcome.Passed : EmrOutcome.Failed,
            Duration = Stopwatch.GetElapsedTime(_started),
            File = file,
            StoredLength = storedLength,
            Removed = removed,
            Error = error?.ErrorCode,
            Reason = error?.Message,
            Host = Environment.MachineName,
        },
        logger);
}
