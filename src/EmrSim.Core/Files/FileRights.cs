using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace EmrSim.Core.Files;

/// <summary>Owner, mode, access control list and attributes of a file.</summary>
internal static partial class FileRights
{
    private const FileAttributes Kept = FileAttributes.ReadOnly | FileAttributes.Hidden | FileAttributes.System | FileAttributes.Archive | FileAttributes.NotContentIndexed;

    /// <summary>Gives a file those of another one, so that it can take its place.</summary>
    /// <exception cref="UnauthorizedAccessException">This account may not give a file to the other one's owner, or its access control list to it.</exception>
    internal static void Take(string model, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            TakeControl(model, path);
            File.SetAttributes(path, (File.GetAttributes(path) & ~Kept) | (File.GetAttributes(model) & Kept));
            return;
        }

        TakeOwner(model, path);
        TakeLabel(model, path);
        // Before the mode: with a list that names others, what the mode says of the group is the most that any of them may do, not what the group may.
        ExtendedAttribute.AccessControl.Carry(model, path);
        // After the owner, whose change takes away what lets a file run as its owner.
        File.SetUnixFileMode(path, File.GetUnixFileMode(model));
    }

    /// <summary>Lets a file be replaced: Windows refuses that for one that is only to be read.</summary>
    internal static void AllowReplacing(string path)
    {
        if (!OperatingSystem.IsWindows() || !File.Exists(path)) return;
        FileAttributes attributes = File.GetAttributes(path);
        if (attributes.HasFlag(FileAttributes.ReadOnly)) File.SetAttributes(path, attributes & ~FileAttributes.ReadOnly);
    }

    private static void TakeOwner(string model, string path)
    {
        // GNU and BSD systems have no common layout of stat(2): the file's own tools know it. Where the owner is the same there is nothing to do.
        if (!OperatingSystem.IsLinux() || UnixStatus.Of(model) is not { } wanted || UnixStatus.Of(path) is not { } actual) return;
        if ((wanted.User, wanted.Group) == (actual.User, actual.Group)) return;
        if (Chown(path, wanted.User, wanted.Group) != 0)
        {
            throw new UnauthorizedAccessException($"only root can give a file to the owner of '{model}' (user {wanted.User}, group {wanted.Group})");
        }
    }

    // A policy may reserve this to others. Then the file has the label that its folder gives, which mostly is the same.
    private static void TakeLabel(string model, string path)
    {
        try
        {
            ExtendedAttribute.Label.Carry(model, path);
        }
        catch (UnauthorizedAccessException)
        {
            // restorecon sets it.
        }
    }

    [SupportedOSPlatform("windows")]
    private static void TakeControl(string model, string path)
    {
        FileSecurity wanted = new FileInfo(model).GetAccessControl(AccessControlSections.Access | AccessControlSections.Owner);
        var control = new FileSecurity();
        control.SetSecurityDescriptorBinaryForm(wanted.GetSecurityDescriptorBinaryForm(), AccessControlSections.Access);
        var file = new FileInfo(path);
        file.SetAccessControl(control);
        IdentityReference? owner = wanted.GetOwner(typeof(SecurityIdentifier));
        if (owner is null || owner.Equals(file.GetAccessControl(AccessControlSections.Owner).GetOwner(typeof(SecurityIdentifier)))) return;
        control = new FileSecurity();
        control.SetOwner(owner);
        try
        {
            file.SetAccessControl(control);
        }
        catch (InvalidOperationException e)
        {
            throw new UnauthorizedAccessException($"this account may not give a file to {owner}, who owns '{model}'", e);
        }
    }

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Chown(string path, uint owner, uint group);
}
