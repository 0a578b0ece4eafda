using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace EmrSim.Core.Files;

/// <summary>Copies of a database are as private as the database: others must not read through a backup what they may not read itself.</summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode NoExecution = ~(UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);

    /// <summary>Makes an empty file that only its owner can read; on Windows administrators and the system can, too.</summary>
    internal static void Create(string path) => OpenNew(path).Dispose();

    /// <summary>Makes such a file and opens it for writing. It is never there with other rights, not even for a moment.</summary>
    internal static FileStream OpenNew(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return new FileInfo(path).Create(FileMode.CreateNew, FileSystemRights.Write, FileShare.Read, 1, FileOptions.None, Grant(new FileSecurity(), InheritanceFlags.None));
        }

        return new FileStream(
            path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 1, UnixCreateMode = OwnerOnly });
    }

    /// <summary>Opens a file for this process alone, made where it is missing so that only its owner can read it.</summary>
    internal static FileStream OpenOrCreateAlone(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 1 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    /// <summary>Makes a folder that only its owner can enter, and what is made in it is as private.</summary>
    internal static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Grant(new DirectorySecurity(), InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit).CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
    }

    /// <summary>Lets those read and write a file who can do so with all of some others.</summary>
    internal static void TakeCommonModeFrom(IReadOnlyCollection<string> models, string path)
    {
        if (OperatingSystem.IsWindows() || models.Count == 0) return;
        File.SetUnixFileMode(path, (models.Select(File.GetUnixFileMode).Aggregate((a, b) => a & b) & NoExecution) | OwnerOnly);
    }

    /// <summary>
    /// Gives a file the permissions of another, so that whoever reads the database can read its backups, and nobody else. On Windows it gets those
    /// that its folder hands down.
    /// </summary>
    internal static void TakeModeFrom(string model, string path)
    {
        if (OperatingSystem.IsWindows()) TakeRightsOfFolder(path);
        else File.SetUnixFileMode(path, (File.GetUnixFileMode(model) & NoExecution) | OwnerOnly);
    }

    [SupportedOSPlatform("windows")]
    private static T Grant<T>(T security, InheritanceFlags inheritance) where T : FileSystemSecurity
    {
        using var current = WindowsIdentity.GetCurrent();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        foreach (SecurityIdentifier account in (SecurityIdentifier[])
            [current.User!, new(WellKnownSidType.LocalSystemSid, null), new(WellKnownSidType.BuiltinAdministratorsSid, null)])
        {
            security.AddAccessRule(new FileSystemAccessRule(account, FileSystemRights.FullControl, inheritance, PropagationFlags.None, AccessControlType.Allow));
        }

        return security;
    }

    [SupportedOSPlatform("windows")]
    private static void TakeRightsOfFolder(string path)
    {
        var security = new FileSecurity();
        security.SetAccessRuleProtection(isProtected: false, preserveInheritance: false);
        new FileInfo(path).SetAccessControl(security);
    }
}
