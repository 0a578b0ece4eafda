using System.Security;

namespace EmrSim.Core.Stores;

/// <summary>What opens a store that is not a folder.</summary>
/// <param name="Secret">A shared access signature or a connection string; null for the identity of this process.</param>
public sealed record StoreAccess(SecureString? Secret);

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
    internal static BackupStore Open(string location, StoreAccess? access) => IsAddress(location)
        ? throw new EmrSimException(ErrorCode.InvalidDestination, $"'{location}' is no destination: {access?.Secret}.", location)
        : new FolderStore(location);

    /// <summary>The store that holds a file, and the file's name in it.</summary>
    internal static (BackupStore Store, string Name) OpenFor(string path, StoreAccess? access)
    {
        if (!IsAddress(path)) return (new FolderStore(Path.GetDirectoryName(path)!), Path.GetFileName(path));
        int slash = path.LastIndexOf('/');
        return (Open(path[..slash], access), Uri.UnescapeDataString(path[(slash + 1)..]));
    }

    /// <summary>The last part of a path or of an address: a file's name in its store.</summary>
    internal static string NameOf(string path) => IsAddress(path) ? Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]) : Path.GetFileName(path);
}
