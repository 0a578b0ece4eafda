using System.Globalization;
using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace EmrSim.Core.Files;

/// <summary>Finds out who can change a file, or what lies in a folder, besides root or Administrators and the account of this process.</summary>
internal static class OtherWriters
{
    [SupportedOSPlatform("windows")]
    private const FileSystemRights Replacing =
        FileSystemRights.Delete | FileSystemRights.DeleteSubdirectoriesAndFiles | FileSystemRights.ChangePermissions | FileSystemRights.TakeOwnership;

    // Windows' own installer, to which much of it belongs; and whoever has made a thing, which says nothing of who that is.
    private static readonly string[] s_trusted = ["S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464", "S-1-3-0"];

    /// <summary>Whether a file is another account's, neither root's nor that of this process. Only Linux can tell.</summary>
    internal static bool IsOfAnother(string path) => UnixStatus.Of(path) is { } status && IsOther(status.User);

    /// <summary>Who can change it, by name; null for nobody, or where that cannot be told.</summary>
    /// <param name="path">A file, or a folder.</param>
    /// <param name="isAbove">
    /// Whether it is a folder from which nothing is run itself: what others may add there does no harm, as long as they can replace nothing.
    /// </param>
    /// <param name="trustsSelf">Whether this account may on Windows too, where it need not be the one that runs what stands there. On Unix it always may.</param>
    internal static string? Of(string path, bool isAbove, bool trustsSelf = false) =>
        OperatingSystem.IsWindows() ? OnWindows(path, isAbove, trustsSelf) : OnUnix(path, isAbove);

    /// <summary>Who owns a link, besides root and this account; its owner can lead it elsewhere.</summary>
    internal static string? OfLink(string path) =>
        UnixStatus.Of(path, throughLink: false) is { } status && IsOther(status.User) ? Name("passwd", status.User) : null;

    private static bool IsOther(uint user) => user != 0 && user != UnixStatus.CurrentUser;

    private static string? OnUnix(string path, bool isAbove)
    {
        if (UnixStatus.Of(path) is not { } status) return null;
        if (IsOther(status.User)) return Name("passwd", status.User);
        // In a folder with the sticky bit only its own owner can rename or remove a file: unlink(2).
        if (isAbove && status.Mode.HasFlag(UnixFileMode.StickyBit)) return null;
        if (status.Mode.HasFlag(UnixFileMode.OtherWrite)) return "everybody";
        return status.Mode.HasFlag(UnixFileMode.GroupWrite) && status.Group != 0 ? $"the group {Name("group", status.Group)}" : null;
    }

    private static string Name(string table, uint id)
    {
        string number = id.ToString(CultureInfo.InvariantCulture);
        try
        {
            return File.ReadLines("/etc/" + table).Select(l => l.Split(':')).FirstOrDefault(f => f.Length > 2 && f[2] == number)?[0] ?? number;
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            return number;
        }
    }

    [SupportedOSPlatform("windows")]
    private static string? OnWindows(string path, bool isAbove, bool trustsSelf)
    {
        using var current = WindowsIdentity.GetCurrent();
        SecurityIdentifier? self = trustsSelf ? current.User : null;
        const AccessControlSections Sections = AccessControlSections.Owner | AccessControlSections.Access;
        FileSystemSecurity security = Directory.Exists(path) ? new DirectoryInfo(path).GetAccessControl(Sections) : new FileInfo(path).GetAccessControl(Sections);
        if (security.GetOwner(typeof(SecurityIdentifier)) is SecurityIdentifier owner && !IsTrusted(owner) && owner != self) return Name(owner);
        FileSystemRights harmful = isAbove ? Replacing : Replacing | FileSystemRights.WriteData | FileSystemRights.AppendData;
        return security.GetAccessRules(includeExplicit: true, includeInherited: true, typeof(SecurityIdentifier)).OfType<FileSystemAccessRule>()
            .Where(r => r.AccessControlType == AccessControlType.Allow && !r.PropagationFlags.HasFlag(PropagationFlags.InheritOnly) && (r.FileSystemRights & harmful) != 0)
            .Select(r => (SecurityIdentifier)r.IdentityReference).Where(s => !IsTrusted(s) && s != self).Select(Name).FirstOrDefault();
    }

    [SupportedOSPlatform("windows")]
    private static bool IsTrusted(SecurityIdentifier who) =>
        who.IsWellKnown(WellKnownSidType.BuiltinAdministratorsSid) || who.IsWellKnown(WellKnownSidType.LocalSystemSid) ||
        who.IsWellKnown(WellKnownSidType.AccountDomainAdminsSid) || s_trusted.Contains(who.Value);

    [SupportedOSPlatform("windows")]
    private static string Name(SecurityIdentifier who)
    {
        try
        {
            return who.Translate(typeof(NTAccount)).Value;
        }
        catch (IdentityNotMappedException)
        {
            return who.Value;
        }
    }
}
