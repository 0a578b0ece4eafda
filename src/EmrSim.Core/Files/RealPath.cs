using System.Runtime.InteropServices;

namespace EmrSim.Core.Files;

/// <summary>One name for a file, whatever links lead to it.</summary>
internal static partial class RealPath
{
    /// <summary>The path with all links followed, folders' too; the path itself where that cannot be told. Unix only.</summary>
    internal static string Of(string path)
    {
        nint real = Resolve(path, 0);
        // A link to nowhere still names what is missing.
        if (real == 0) return File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;
        try
        {
            return Marshal.PtrToStringUTF8(real)!;
        }
        finally
        {
            Free(real);
        }
    }

    /// <summary>The same for a file that may be missing: then the links of its folder are followed.</summary>
    internal static string OfMissing(string path) =>
        File.Exists(path) || Path.GetDirectoryName(path) is not { } folder ? Of(path) : Path.Combine(Of(folder), Path.GetFileName(path));

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Resolve(string path, nint buffer);

    [LibraryImport("libc", EntryPoint = "free")]
    private static partial void Free(nint pointer);
}
