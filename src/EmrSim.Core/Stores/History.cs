using System.IO.Enumeration;
using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Stores;

/// <summary>Which runs of a store's history are wanted.</summary>
/// <param name="Destination">The store's absolute path, or its address.</param>
/// <param name="Names">Names of sets with wildcards; empty for all.</param>
public sealed record HistoryQuery(string Destination, IReadOnlyList<string> Names)
{
    /// <summary>Only runs of these kinds; empty for all.</summary>
    public IReadOnlyList<EmrRunKind> Kinds { get; init; } = [];

    /// <summary>Only runs that did not begin before this instant.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>At most so many of the newest runs; null for all.</summary>
    public int? Newest { get; init; }

    /// <summary>What opens the store; null for a folder, or for the identity of this process.</summary>
    public StoreAccess? Access { get; init; }
}

/// <summary>Runs that were found, and what could not be read.</summary>
/// <param name="Entries">Oldest first.</param>
/// <param name="Errors">HistoryDamaged for each line that cannot be read; BackupNotFound for a named set that never ran.</param>
public sealed record HistoryResult(IReadOnlyList<EmrHistoryEntry> Entries, IReadOnlyList<EmrSimException> Errors);

/// <summary>The evidence of what was done in a store.</summary>
public static class History
{
    /// <summary>Lists runs, oldest first by the time at which they began.</summary>
    /// <exception cref="EmrSimException">DestinationNotFound, AccessDenied, IoError, and what a service says.</exception>
    public static Task<HistoryResult> ListAsync(HistoryQuery query, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Task.Run(() => List(query), token);
    }

    /// <summary>Adds a run to a store's history. That this fails is logged; what was done stays done.</summary>
    /// <returns>HistoryNotWritten, or null where all went well.</returns>
    internal static EmrSimException? Append(BackupStore store, EmrHistoryEntry entry, ILogger logger)
    {
        try
        {
            store.AppendLine(HistoryFile.Name, HistoryFile.Serialize(entry));
            return null;
        }
        catch (Exception e) when (e is EmrSimException || IoErrors.IsIo(e))
        {
            Log.HistoryNotWritten(logger, store.Location, entry.Kind, entry.Name, e.Message);
            string path = store.Locate(HistoryFile.Name);
            return new EmrSimException(
                ErrorCode.HistoryNotWritten,
                $"The {entry.Kind} of '{entry.Name}' was done, but the history '{path}' could not be told of it: {e.Message}",
                path,
                e);
        }
    }

    private static HistoryResult List(HistoryQuery query)
    {
        BackupStore store = BackupStores.Open(query.Destination, query.Access);
        IReadOnlyList<HistoryLine> lines = HistoryFile.Read(store);
        // A store that is not there has no history either, but that is not the same.
        if (lines.Count == 0) store.Sets();

        EmrHistoryEntry[] known = [.. lines.Select(l => l.Entry).OfType<EmrHistoryEntry>()];
        IEnumerable<EmrHistoryEntry> found = known
            .Where(e => Wanted(query, e.Name) && (query.Kinds.Count == 0 || query.Kinds.Contains(e.Kind)) && (query.Since is null || e.StartedUtc >= query.Since))
            .OrderBy(e => e.StartedUtc);
        IEnumerable<EmrSimException> missing = query.Names
            .Where(n => !n.AsSpan().ContainsAny('*', '?') && !known.Any(e => Matches(n, e.Name)))
            .Select(n => new EmrSimException(ErrorCode.BackupNotFound, $"The history of '{store.Location}' knows no run of a set '{n}'.", store.Location));
        return new HistoryResult(
            [.. query.Newest is { } newest ? found.TakeLast(newest) : found], [.. lines.Select(l => l.Error).OfType<EmrSimException>(), .. missing]);
    }

    private static bool Wanted(HistoryQuery query, string set) => query.Names.Count == 0 || query.Names.Any(n => Matches(n, set));

    private static bool Matches(string name, string set) => name == set || FileSystemName.MatchesSimpleExpression(name, set, ignoreCase: true);
}
