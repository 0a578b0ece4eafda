using System.Runtime.InteropServices;

namespace EmrSim.Core.Files;

/// <summary>Writes that survive a power cut: flush, then publish by rename, then flush the folder.</summary>
internal static partial class DurableFile
{
    private const int MoveAttempts = 20;
    private static readonly TimeSpan s_moveDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>Writes a small file so that it is there whole or not at all.</summary>
    /// <param name="path">The final path.</param>
    /// <param name="content">The bytes.</param>
    internal static void Write(string path, ReadOnlySpan<byte> content)
    {
        string partial = path + PartialSuffix;
        Stage(partial, content);
        Publish(partial, path);
    }

    /// <summary>What the name of an unfinished file ends in.</summary>
    internal const string PartialSuffix = ".partial";

    /// <summary>Writes and flushes a file that only its owner can read, under a name that nobody reads yet and that no file has.</summary>
    internal static void Stage(string path, ReadOnlySpan<byte> content)
    {
        using FileStream file = PrivateFile.OpenNew(path);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Flushes a file that was written through another handle.</summary>
    internal static void Flush(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Renames within a folder and makes the rename durable.</summary>
    /// <param name="from">A flushed file.</param>
    /// <param name="to">Its final path; a file there is replaced.</param>
    internal static void Publish(string from, string to)
    {
        Move(from, to);
        FlushFolder(Path.GetDirectoryName(to)!);
    }

    /// <summary>Renames, with patience for virus scanners and indexers that hold a new file open for a moment on Windows.</summary>
    internal static void Move(string from, string to)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                File.Move(from, to, overwrite: true);
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException && OperatingSystem.IsWindows() && attempt < MoveAttempts)
            {
                Thread.Sleep(s_moveDelay);
            }
        }
    }

    /// <summary>Makes created, renamed and deleted names of a folder durable. NTFS journals them itself.</summary>
    internal static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        int descriptor = Open(folder, 0);
        // Some network file systems open no folders; there is nothing more to be done for them.
        if (descriptor < 0) return;
        _ = Fsync(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
