using System.Diagnostics;
using System.Globalization;
using System.IO.Enumeration;
using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Stores;

/// <summary>Which backups of a store are wanted.</summary>
/// <param name="Destination">The store's absolute path, or its address.</param>
/// <param name="Names">Names of sets with wildcards; empty for all.</param>
/// <param name="Latest">Only the newest of each set.</param>
/// <param name="AsOf">Only backups not newer than this instant.</param>
/// <param name="Access">What opens the store; null for a folder, or for the identity of this process.</param>
public sealed record BackupQuery(
    string Destination, IReadOnlyList<string> Names, bool Latest, DateTimeOffset? AsOf, StoreAccess? Access = null);

/// <summary>Finds and removes backups.</summary>
/// <param name="loggers">Where events go.</param>
/// <param name="clock">Dates locks.</param>
public sealed class BackupCatalog(ILoggerFactory loggers, TimeProvider clock)
{
    private readonly ILogger _logger = loggers.CreateLogger("EmrSim.Stores");

    /// <summary>Lists backups, oldest first, and the manifests that cannot be used.</summary>
    /// <exception cref="EmrSimException">DestinationNotFound, AccessDenied, IoError.</exception>
    public static Task<IReadOnlyList<StoreEntry>> ListAsync(BackupQuery query, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Task.Run<IReadOnlyList<StoreEntry>>(() => List(query, token), token);
    }

    /// <summary>The names of a store's sets.</summary>
    /// <exception cref="EmrSimException">DestinationNotFound, AccessDenied, IoError.</exception>
    public static IReadOnlyList<string> Sets(string destination) => BackupStores.Open(destination, null).Sets();

    /// <summary>Removes a backup with its manifest.</summary>
    /// <param name="backup">Which.</param>
    /// <param name="force">Removes even a pinned backup, and the newest verified one of its set.</param>
    /// <param name="access">What opens its store; null for a folder, or for the identity of this process.</param>
    /// <param name="token">Cancels before anything is removed.</param>
    /// <exception cref="EmrSimException">
    /// BackupNotFound, BackupPinned, LastGoodBackup, SetLocked, AccessDenied, IoError. HistoryNotWritten: the backup was removed, but the history does not say so.
    /// </exception>
    public Task RemoveAsync(EmrBackup backup, bool force, StoreAccess? access, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(backup);
        return Task.Run(() => Remove(backup, force, access, token), token);
    }

    /// <summary>Lists backups as <see cref="ListAsync"/> does, and says when each was last proved to restore.</summary>
    /// <exception cref="EmrSimException">DestinationNotFound, AccessDenied, IoError.</exception>
    public async Task<IReadOnlyList<StoreEntry>> ListProvedAsync(BackupQuery query, CancellationToken token)
    {
        IReadOnlyList<StoreEntry> entries = await ListAsync(query, token).ConfigureAwait(false);
        if (!entries.Any(e => e.Backup is not null)) return entries;
        RestoreProofs proofs = await Task.Run(() => RestoreProofs.Read(BackupStores.Open(query.Destination, query.Access), _logger), token).ConfigureAwait(false);
        return [.. entries.Select(e => e.Backup is { } backup ? e with { Backup = proofs.Mark(backup) } : e)];
    }

    private static List<StoreEntry> List(BackupQuery query, CancellationToken token)
    {
        List<StoreEntry> found =
        [
            .. BackupStores.Open(query.Destination, query.Access).List(token: token).Where(e => e.Backup is null
                ? Wanted(query, SetOf(e.Error!))
                : Wanted(query, e.Backup.Name) && (query.AsOf is null || e.Backup.CreatedUtc <= query.AsOf)),
        ];
        IEnumerable<StoreEntry> missing = query.Names.Where(n => !IsPattern(n) && !found.Exists(e => IsOf(e, n))).Select(n => Missing(query, n));
        if (!query.Latest) return [.. found, .. missing];

        Dictionary<string, StoreEntry> newest = [];
        foreach (StoreEntry entry in found.Where(e => e.Backup is not null)) newest[entry.Backup!.Name] = entry;
        return [.. found.Where(e => e.Backup is null || ReferenceEquals(e, newest[e.Backup.Name])), .. missing];
    }

    // A name that was asked for and is not there must not look like a set in which all is well.
    private static StoreEntry Missing(BackupQuery query, string name) => new(null, new EmrSimException(
        ErrorCode.BackupNotFound,
        query.AsOf is { } time
            ? string.Create(CultureInfo.InvariantCulture, $"'{query.Destination}' holds no backup of the set '{name}' from before {time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z.")
            : $"'{query.Destination}' holds no backup of a set '{name}'.",
        query.Destination));

    private static bool IsPattern(string name) => name.AsSpan().ContainsAny('*', '?');

    private static bool IsOf(StoreEntry entry, string name) => name.Equals(entry.Backup?.Name ?? SetOf(entry.Error!), StringComparison.OrdinalIgnoreCase);

    private static string SetOf(EmrSimException error) => BackupFileName.Parse(BackupStores.NameOf(error.Target!))?.Set ?? "";

    private static bool Wanted(BackupQuery query, string set) =>
        query.Names.Count == 0 || query.Names.Any(n => n == set || FileSystemName.MatchesSimpleExpression(n, set, ignoreCase: true));

    private void Remove(EmrBackup backup, bool force, StoreAccess? access, CancellationToken token)
    {
        (BackupStore store, string manifest) = BackupStores.OpenFor(backup.ManifestPath, access);
        (long started, DateTimeOffset startedUtc) = (Stopwatch.GetTimestamp(), clock.GetUtcNow());
        EmrHistoryEntry Entry(EmrSimException? error) => new()
        {
            StartedUtc = startedUtc,
            Kind = EmrRunKind.Removal,
            Name = backup.Name,
            Outcome = error is null ? EmrOutcome.Passed : EmrOutcome.Failed,
            Duration = Stopwatch.GetElapsedTime(started),
            File = BackupStores.NameOf(backup.Path),
            Error = error?.ErrorCode,
            Reason = error?.Message,
            Host = Environment.MachineName,
        };

        try
        {
            using IDisposable setLock = store.Lock(backup.Name, clock, token);
            if (store.LengthOf(manifest) is null)
            {
                throw new EmrSimException(
                    ErrorCode.BackupNotFound, $"There is no backup '{backup.Path}': it was removed before.", backup.Path);
            }

            if (!force) RequireNoPin(store, manifest, backup.Path);
            if (!force) RequireAnotherGoodOne(store, backup, token);
            store.Remove(backup);
            Log.BackupRemoved(_logger, backup.Path);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            EmrSimException error = IoErrors.Translate(e, $"The backup '{backup.Path}' could not be removed", backup.Path);
            _ = History.Append(store, Entry(error), _logger);
            throw error;
        }

        if (History.Append(store, Entry(null), _logger) is { } unwritten) throw unwritten;
    }

    // The pin may be newer than what the caller has read.
    private void RequireNoPin(BackupStore store, string manifestName, string path)
    {
        EmrBackup current = store.Describe(store.ReadManifest(manifestName));
        if (!current.IsPinnedAt(clock.GetUtcNow())) return;
        throw new EmrSimException(
            ErrorCode.BackupPinned,
            $"'{path}' is pinned{(current.PinReason is { } reason ? $" ({reason})" : "")}. Lift the pin with Set-EmrBackup -Pinned:$false, or remove it with -Force.",
            path);
    }

    private static void RequireAnotherGoodOne(BackupStore store, EmrBackup backup, CancellationToken token)
    {
        IReadOnlySet<string> failed = FailedTests.Of(store);
        EmrBackup? newestGood = store.List(backup.Name, token: token)
            .LastOrDefault(e => e.Backup is { } b && BackupStore.IsVerified(b) && !failed.Contains(BackupStores.NameOf(b.Path)))?.Backup;
        if (newestGood?.ManifestPath != backup.ManifestPath) return;
        throw new EmrSimException(
            ErrorCode.LastGoodBackup,
            $"'{backup.Path}' is the newest verified backup of the set '{backup.Name}'. Make a newer one first, or remove it with -Force.",
            backup.Path);
    }
}
