using System.Runtime.CompilerServices;
using EmrSim.Core.Stores.Blobs;

namespace EmrSim.Core.Stores;

/// <summary>Tells stores by what the user named.</summary>
public static class BackupStores
{
    /// <summary>Whether a destination is an address and not a path.</summary>
    public static bool IsAddress(string location)
    {
        ArgumentNullException.ThrowIfNull(location);
        return location.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || location.StartsWith("http://", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The store of a destination; nothing is asked of it yet.</summary>
    /// <param name="location">An absolute path, or an address.</param>
    /// <param name="access">What opens it; null for a folder, or for the identity of this process.</param>
    /// <exception cref="EmrSimException">InvalidDestination.</exception>
    internal static BackupStore Open(string location, StoreAccess? access) => IsAddress(location) ? OpenBlobs(location, access) : new FolderStore(location);

    /// <summary>The canonical form of the address of a store, or of a file in one.</summary>
    /// <exception cref="EmrSimException">InvalidDestination. Its message holds no secret that the address may have held.</exception>
    public static string Canonical(string address) => BlobAddress.Parse(address, ofFile: true).Location;

    /// <summary>The store that holds a file, and the file's name in it.</summary>
    internal static (BackupStore Store, string Name) OpenFor(string path, StoreAccess? access)
    {
        if (!IsAddress(path)) return (new FolderStore(Path.GetDirectoryName(path)!), Path.GetFileName(path));
        (string store, string name) = Split(path);
        return (Open(store, access), name);
    }

    /// <summary>The last part of a path or of an address: a file's name in its store.</summary>
    internal static string NameOf(string path) => IsAddress(path) ? Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]) : Path.GetFileName(path);

    // The address of a file is one of a store, too, of which the last part is the file's name.
    private static (string Store, string Name) Split(string address)
    {
        string whole = BlobAddress.Parse(address, ofFile: true).Location;
        int slash = whole.LastIndexOf('/');
        return (whole[..slash], Uri.UnescapeDataString(whole[(slash + 1)..]));
    }

    // The service's library is loaded when the first address is opened, not with the module.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static BlobStore OpenBlobs(string address, StoreAccess? access) => new(BlobAddress.Parse(address), access);
}
