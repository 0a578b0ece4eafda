using Azure.Storage.Blobs.Models;
using EmrSim.Core.Logging;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Stores.Blobs;

/// <summary>
/// Finishes what killed runs left between the two blobs of a backup. A stored file without manifest may be somebody's only backup, so it goes
/// only where its removal had begun; otherwise its manifest is written again, or it is kept and named.
/// </summary>
internal sealed class BlobSweep(BlobStore store, string set, ILogger logger)
{
    /// <summary>Looks at the blobs of the set.</summary>
    /// <param name="objects">What the store lists.</param>
    /// <param name="token">Cancels; a stored file that is read through may be of any length.</param>
    internal void Run(IReadOnlyList<StoredObject> objects, CancellationToken token)
    {
        var manifests = objects.Select(o => o.Name).Where(n => n.EndsWith(BackupFileName.ManifestSuffix, StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
        var swept = new List<string>();
        foreach (string name in objects.Select(o => o.Name))
        {
            if (BackupFileName.Parse(name) is not { } parsed || !SetName.IsSame(parsed.Set, set) || BackupFileName.CompressionOf(name) is null) continue;
            if (manifests.Contains(parsed.Stem + BackupFileName.ManifestSuffix)) continue;
            try
            {
                if (SweepOne(name, token)) swept.Add(name);
            }
            catch (EmrSimException e) when (e.ErrorCode != ErrorCode.StoreUnavailable)
            {
                Log.LeftoverKept(logger, store.Locate(name), e.Message);
            }
        }

        if (swept.Count > 0) Log.LeftoversSwept(logger, string.Join(", ", swept));
    }

    private bool SweepOne(string name, CancellationToken token)
    {
        if (store.Properties(name) is not { } properties) return false;
        if (properties.Metadata.ContainsKey(BlobMetadata.Removing)) return store.Delete(name, "Its removal could not be finished");
        if (ManifestOf(store, name, properties) is not { } found)
        {
            Log.LeftoverKept(logger, store.Locate(name), "it has no manifest, and may still be a good backup. Repair-EmrBackup makes one.");
            return false;
        }

        store.RequireSame(found.Manifest, token);
        store.WriteNewManifest(BackupFileName.Manifest(found.Manifest), found.Serialized);
        return true;
    }

    /// <summary>The manifest that is noted with a stored file; null where there is none that fits it.</summary>
    internal static (BackupManifest Manifest, byte[] Serialized)? ManifestOf(BlobStore store, string name, BlobProperties properties)
    {
        try
        {
            if (BlobMetadata.ManifestIn(properties.Metadata) is not { } serialized) return null;
            BackupManifest manifest = ManifestFile.Parse(serialized, store.Locate(name));
            bool fits = manifest.File == name && SetName.IsSame(manifest.Name, BackupFileName.Parse(name)!.Value.Set) && manifest.Stored.Length == properties.ContentLength;
            return fits ? (manifest, serialized) : null;
        }
        catch (EmrSimException)
        {
            return null;
        }
    }
}
