using System.IO.Enumeration;
using EmrSim.Core.Stores;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Retention;

/// <summary>All that retention asks of a store, in one place.</summary>
/// <param name="store">The store.</param>
/// <param name="access">What opens it.</param>
internal sealed class RetentionStore(BackupStore store, StoreAccess? access = null)
{
    internal RetentionStore(string destination, StoreAccess? access) : this(BackupStores.Open(destination, access), access)
    {
    }

    /// <summary>Where it is, for messages.</summary>
    internal string Destination => store.Location;

    /// <summary>All backups and unusable manifests of the wanted sets; a name that is not there is an error among them.</summary>
    internal async Task<IReadOnlyList<StoreEntry>> ListAsync(IReadOnlyList<string> names, CancellationToken token)
    {
        IReadOnlyList<StoreEntry> entries =
            await BackupCatalog.ListAsync(new BackupQuery(store.Location, names, Latest: false, AsOf: null, access), token).ConfigureAwait(false);
        IReadOnlySet<string> failed = await Task.Run(() => FailedTests.Of(store), token).ConfigureAwait(false);
        return [.. entries.Select(e => e.Backup is { } backup ? e with { Backup = Judged(backup, failed) } : e)];
    }

    /// <summary>Times a run, for the store's history.</summary>
    internal RunHistory Begin(string set, ILogger logger, TimeProvider clock) => new(store, EmrRunKind.Retention, set, logger, clock);

    /// <summary>The usable backups of one set.</summary>
    internal IEnumerable<EmrBackup> List(string set, CancellationToken token)
    {
        IReadOnlySet<string> failed = FailedTests.Of(store);
        return store.List(set, token: token).Select(e => e.Backup).OfType<EmrBackup>().Select(b => Judged(b, failed));
    }

    /// <summary>The names of the wanted sets.</summary>
    internal IEnumerable<string> Sets(IReadOnlyList<string> names, CancellationToken token) => store.Sets(token)
        .Where(s => names.Count == 0 || names.Any(n => n == s || FileSystemName.MatchesSimpleExpression(n, s, ignoreCase: true)));

    /// <summary>How names of sets are compared.</summary>
    internal static StringComparer Names => StringComparer.FromComparison(SetName.Case);

    /// <summary>Takes a set's lock.</summary>
    internal IDisposable Lock(string set, TimeProvider clock, CancellationToken token) => store.Lock(set, clock, token);

    /// <summary>Finishes what a killed run began; the set's lock is held.</summary>
    internal void Sweep(string set, ILogger logger, CancellationToken token) => store.Sweep(set, logger, token);

    // It must not take the place of an older one that is good.
    private static EmrBackup Judged(EmrBackup backup, IReadOnlySet<string> failed) => failed.Contains(BackupStores.NameOf(backup.Path))
        ? backup with { Verification = backup.Verification with { Outcome = EmrOutcome.Failed } }
        : backup;

    /// <summary>Removes a backup; its set's lock is held.</summary>
    internal void Remove(EmrBackup backup) => store.Remove(backup);
}
