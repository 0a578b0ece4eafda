using System.IO.Compression;

namespace EmrSim.Core.Stores.Blobs;

/// <summary>
/// What is noted with a stored file: its digest, its manifest where that is short enough, and whether it is being removed. So what a kill left
/// between the two blobs of a backup can be finished.
/// </summary>
internal static class BlobMetadata
{
    /// <summary>SHA-256 of the stored file.</summary>
    internal const string Sha256 = "sha256";

    /// <summary>The manifest, packed by gzip, in base64.</summary>
    internal const string Manifest = "manifest";

    /// <summary>Whether its removal has begun.</summary>
    internal const string Removing = "removing";

    // The service takes 8 KB of metadata, but many a proxy no more headers than that altogether.
    private const int LongestManifest = 4096;

    internal static Dictionary<string, string> Of(BackupManifest manifest, byte[] serialized)
    {
        var metadata = new Dictionary<string, string> { [Sha256] = manifest.Stored.Sha256 };
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(serialized);
        string text = Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length);
        if (text.Length <= LongestManifest) metadata[Manifest] = text;
        return metadata;
    }

    /// <summary>The manifest in some metadata; null where there is none that can be read.</summary>
    internal static byte[]? ManifestIn(IDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(Manifest, out string? text)) return null;
        try
        {
            using var gzip = new GZipStream(new MemoryStream(Convert.FromBase64String(text)), CompressionMode.Decompress);
            using var plain = new MemoryStream();
            gzip.CopyTo(plain);
            return plain.ToArray();
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            return null;
        }
    }
}
