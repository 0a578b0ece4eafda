namespace EmrSim.Core.Stores;

/// <summary>
/// Finds stored files without manifest. While somebody holds the lock of their set they are passed over: a stored file has its name before its manifest has.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="held">Whether the caller itself holds the lock.</param>
internal sealed class OrphanSearch(BackupStore store, bool held)
{
    private readonly Dictionary<string, bool> _locked = new(StringComparer.Ordinal);

    /// <summary>The stored files to which there is no manifest among some names, in order, each with the name of the manifest that it should have.</summary>
    /// <param name="names">What the store lists.</param>
    /// <param name="set">A set's exact name, or null for all.</param>
    internal IEnumerable<(string Stored, string Manifest)> Find(IReadOnlyCollection<string> names, string? set)
    {
        HashSet<string> manifests = [.. names.Where(n => n.EndsWith(BackupFileName.ManifestSuffix, StringComparison.Ordinal))];
        foreach (string name in names.Order(StringComparer.Ordinal))
        {
            if (BackupFileName.ParseStored(name) is not { } stored || (set is not null && !SetName.IsSame(stored.Set, set))) continue;
            string manifest = stored.Stem + BackupFileName.ManifestSuffix;
            if (!manifests.Contains(manifest) && (held || !IsLocked(stored.Set))) yield return (name, manifest);
        }
    }

    private bool IsLocked(string set)
    {
        if (!_locked.TryGetValue(set, out bool locked)) _locked[set] = locked = store.IsLocked(set);
        return locked;
    }
}
