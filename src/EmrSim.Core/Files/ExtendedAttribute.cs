using System.Runtime.InteropServices;

namespace EmrSim.Core.Files;

/// <summary>An extended attribute of a file of Linux, in which it keeps what its mode has no room for: xattr(7). Elsewhere no file has any.</summary>
/// <param name="Name">Its name with its namespace.</param>
internal sealed partial record ExtendedAttribute(string Name)
{
    // errno of Linux.
    private const int Missing = 61;
    private const int NotSupported = 95;
    private const int Unknown = 38;
    private const int TooSmall = 34;

    /// <summary>The access control list of POSIX: acl(5).</summary>
    internal static ExtendedAttribute AccessControl { get; } = new("system.posix_acl_access");

    /// <summary>The label of SELinux.</summary>
    internal static ExtendedAttribute Label { get; } = new("security.selinux");

    /// <summary>Its value; null where the file has none, or its file system knows none.</summary>
    /// <exception cref="UnauthorizedAccessException">It cannot be read.</exception>
    internal byte[]? Of(string path)
    {
        if (!OperatingSystem.IsLinux()) return null;
        while (true)
        {
            nint length = Get(path, Name, null, 0);
            if (length == 0) return [];
            byte[] value = new byte[Math.Max(0, length)];
            if (length > 0) length = Get(path, Name, value, (nuint)value.Length);
            if (length >= 0) return value[..(int)length];
            int error = Marshal.GetLastPInvokeError();
            if (error is Missing or NotSupported or Unknown) return null;
            // It has grown since it was measured.
            if (error != TooSmall) throw Refused("read", path, error);
        }
    }

    /// <summary>Gives a file the one of another: its value, or none.</summary>
    /// <exception cref="UnauthorizedAccessException">It cannot be read, or the file cannot be given it.</exception>
    internal void Carry(string model, string path)
    {
        byte[]? wanted = Of(model), actual = Of(path);
        if (wanted is null && actual is null) return;
        if (wanted is not null && actual is not null && wanted.AsSpan().SequenceEqual(actual)) return;
        int result = wanted is null ? Remove(path, Name) : Set(path, Name, wanted, (nuint)wanted.Length, 0);
        if (result != 0) throw Refused("carried over", path, Marshal.GetLastPInvokeError());
    }

    private UnauthorizedAccessException Refused(string what, string path, int error) =>
        new($"the attribute {Name} of '{path}' cannot be {what}: {Marshal.GetPInvokeErrorMessage(error)}");

    [LibraryImport("libc", EntryPoint = "getxattr", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial nint Get(string path, string name, [Out] byte[]? value, nuint size);

    [LibraryImport("libc", EntryPoint = "setxattr", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Set(string path, string name, byte[] value, nuint size, int flags);

    [LibraryImport("libc", EntryPoint = "removexattr", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Remove(string path, string name);
}
