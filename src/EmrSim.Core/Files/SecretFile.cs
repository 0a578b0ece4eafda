using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;
using System.Text;

namespace EmrSim.Core.Files;

/// <summary>Files that hold a secret: a passphrase, an identity, a signature. Only their owner may read them.</summary>
internal static class SecretFile
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    // The well-known SID "OWNER RIGHTS", which .NET does not name.
    private const string OwnerRights = "S-1-3-4";

    private const int LongestSecret = 64 * 1024;

    /// <summary>Reads a secret: the file's text without the line break at its end.</summary>
    /// <exception cref="EmrSimException">SecretNotFound, SecretExposed, AccessDenied, IoError.</exception>
    internal static string Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            RequirePrivate(file, path);
            if (file.Length > LongestSecret) throw new EmrSimException(ErrorCode.SecretNotFound, $"'{path}' is too long to be a secret.", path);
            using var reader = new StreamReader(file, Encoding.UTF8);
            string secret = reader.ReadToEnd().TrimEnd('\r', '\n');
            return secret.Length > 0 ? secret : throw new EmrSimException(ErrorCode.SecretNotFound, $"'{path}' is empty; it should hold the secret.", path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new EmrSimException(ErrorCode.SecretNotFound, $"There is no file '{path}' that could hold the secret.", path, e);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "The secret could not be read", path);
        }
    }

    /// <summary>Writes a new file that only its owner can read, and flushes it.</summary>
    /// <exception cref="EmrSimException">TargetExists, AccessDenied, IoError.</exception>
    internal static void WriteNew(string path, string content) => WriteNew(path, Encoding.UTF8.GetBytes(content));

    /// <summary>Writes a new file that only its owner can read, and flushes it.</summary>
    /// <exception cref="EmrSimException">TargetExists, AccessDenied, IoError.</exception>
    internal static void WriteNew(string path, ReadOnlySpan<byte> content)
    {
        bool made = false;
        try
        {
            using FileStream file = PrivateFile.OpenNew(path);
            made = true;
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        catch (IOException e) when (!made && File.Exists(path))
        {
            throw new EmrSimException(ErrorCode.TargetExists, $"'{path}' exists and is not overwritten: it may be the only key of some backups.", path, e);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            // Half a secret is none, and would be in the way of the next attempt.
            if (made) File.Delete(path);
            throw IoErrors.Translate(e, "The secret could not be written", path);
        }

        DurableFile.FlushFolder(Path.GetDirectoryName(path)!);
    }

    private static void RequirePrivate(FileStream file, string path)
    {
        bool exposed = OperatingSystem.IsWindows() ? IsExposedOnWindows(file) : (File.GetUnixFileMode(file.SafeFileHandle) & Others) != 0;
        if (!exposed) return;
        string remedy = OperatingSystem.IsWindows()
            ? $"icacls \"{path}\" /inheritance:r /grant:r \"$($env:USERNAME):R\""
            : $"chmod 600 '{path}'";
        throw new EmrSimException(
            ErrorCode.SecretExposed,
            $"The secret in '{path}' was not used: others than its owner can read or write the file. Run {remedy}, and think of the secret as known.",
            path);
    }

    [SupportedOSPlatform("windows")]
    private static bool IsExposedOnWindows(FileStream file)
    {
        FileSecurity security = file.GetAccessControl();
        using var current = WindowsIdentity.GetCurrent();
        // Administrators and the system can read every file anyway.
        HashSet<IdentityReference> trusted =
        [
            new SecurityIdentifier(WellKnownSidType.LocalSystemSid, null),
            new SecurityIdentifier(WellKnownSidType.BuiltinAdministratorsSid, null),
            new SecurityIdentifier(OwnerRights),
        ];
        if (current.User is { } user) trusted.Add(user);
        if (security.GetOwner(typeof(SecurityIdentifier)) is { } owner) trusted.Add(owner);
        return security.GetAccessRules(true, true, typeof(SecurityIdentifier)).Cast<FileSystemAccessRule>().Any(r =>
            r.AccessControlType == AccessControlType.Allow &&
            (r.FileSystemRights & (FileSystemRights.ReadData | FileSystemRights.WriteData)) != 0 &&
            !trusted.Contains(r.IdentityReference));
    }
}
