using System.Globalization;
using System.IO.Enumeration;
using EmrSim.Core.Stores;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Alarms;

/// <summary>Says of each set of a store whether it is fresh, verified and proved restorable. It reads manifests and the history, no stored file.</summary>
/// <param name="loggers">Where events go.</param>
/// <param name="clock">Tells ages.</param>
public sealed class StatusEngine(ILoggerFactory loggers, TimeProvider clock)
{
    private readonly ILogger _logger = loggers.CreateLogger("EmrSim.Alarms");

    /// <summary>Judges the sets. A set in bad health is a result, not an exception.</summary>
    /// <exception cref="EmrSimException">InvalidArgument, DestinationNotFound, AccessDenied, IoError, and what a service says.</exception>
    public Task<StatusResult> GetAsync(StatusQuery query, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Task.Run(() => Get(query, token), token);
    }

    private StatusResult Get(StatusQuery query, CancellationToken token)
    {
        Require("-MaxAge", query.MaximumAge);
        Require("-MaxProofAge", query.MaximumProofAge);
        BackupStore store = BackupStores.Open(query.Destination, query.Access);
        ILookup<string, StoreEntry> backups = store.List(token: token).ToLookup(SetOf, StringComparer.Ordinal);
        StoreHistory history = StoreHistory.Read(store, _logger);

        DateTimeOffset now = clock.GetUtcNow();
        // A set all of whose files were deleted or moved is the one that a monitor most needs to hear of.
        IEnumerable<string> lost = history.Sets.Where(s => history.LastKept(s) is not null && !backups.Any(g => SetName.IsSame(g.Key, s)));
        string[] known = [.. backups.Select(g => g.Key).Union(lost).Union(history.FailingSince(now - query.MaximumAge)).Order(StringComparer.Ordinal)];
        var statuses = new List<EmrBackupStatus>();
        foreach (string set in known.Where(s => query.Names.Count == 0 || query.Names.Any(n => Matches(n, s))))
        {
            statuses.Add(new SetStatus(query, store.Location, set, [.. backups[set]], history, clock).Judge());
        }

        // A store without backups, and a name that matches none, must not look like one in which all is well.
        string[] unmatched = [.. (query.Names.Count == 0 ? ["*"] : query.Names).Where(n => !known.Any(s => Matches(n, s)))];
        statuses.AddRange(unmatched.Select(n => Absent(store.Location, n)));
        return new StatusResult(statuses, Error(store.Location, statuses));
    }

    private static string SetOf(StoreEntry entry) => entry.Backup?.Name ?? BackupFileName.Parse(BackupStores.NameOf(entry.Error!.Target!))!.Value.Set;

    private static bool Matches(string name, string set) => name == set || FileSystemName.MatchesSimpleExpression(name, set, ignoreCase: true);

    private static void Require(string parameter, TimeSpan? age)
    {
        if (age is null || age > TimeSpan.Zero) return;
        throw new EmrSimException(ErrorCode.InvalidArgument, string.Create(CultureInfo.InvariantCulture, $"{parameter} is a time above zero, not {age}."));
    }

    private static EmrBackupStatus Absent(string destination, string name)
    {
        string problem = name == "*" ? $"'{destination}' holds no backup" : $"'{destination}' holds no backup of such a set";
        return new EmrBackupStatus
        {
            Destination = destination,
            Name = name,
            Outcome = EmrOutcome.Failed,
            Newest = null,
            Age = null,
            ProvedUtc = null,
            Problems = [problem],
            Summary = $"FAILED {name}: {problem}",
        };
    }

    private static EmrSimException? Error(string destination, List<EmrBackupStatus> statuses)
    {
        EmrBackupStatus[] bad = [.. statuses.Where(s => s.Outcome != EmrOutcome.Passed)];
        return bad.Length == 0 ? null : new EmrSimException(
            ErrorCode.BackupsNotHealthy,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{bad.Length} of {statuses.Count} backup sets in '{destination}' are not healthy. {string.Join(". ", bad.Select(s => s.Summary))}."),
            destination);
    }
}
