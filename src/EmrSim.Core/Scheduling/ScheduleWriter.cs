using System.Text;
using EmrSim.Core.Files;

namespace EmrSim.Core.Scheduling;

/// <summary>Writes the files of one schedule, each whole or not at all, and puts back what was there when a later step fails.</summary>
internal sealed class ScheduleWriter
{
    private const UnixFileMode ReadableByAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly Stack<(string Path, byte[]? Before)> _done = new();

    /// <summary>Writes a file, or replaces it.</summary>
    /// <exception cref="EmrSimException">AccessDenied, IoError.</exception>
    internal void Write(ScheduleFile file)
    {
        try
        {
            byte[]? before = File.Exists(file.Path) ? File.ReadAllBytes(file.Path) : null;
            _done.Push((file.Path, before));
            Put(file.Path, Encoding.UTF8.GetBytes(file.Content));
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "The schedule could not be written", file.Path);
        }
    }

    /// <summary>Whether a file was written, or begun, that was not there before.</summary>
    internal bool IsNew(string path) => _done.Any(f => f.Path == path && f.Before is null);

    /// <summary>Puts back what was there, in the opposite order.</summary>
    internal void Undo()
    {
        while (_done.TryPop(out (string Path, byte[]? Before) file))
        {
            try
            {
                if (file.Before is { } before) Put(file.Path, before);
                else File.Delete(file.Path);
            }
            catch (Exception e) when (IoErrors.IsIo(e))
            {
                // The error that led here says more than that this one could not be undone either.
            }
        }
    }

    /// <summary>Whether a file that is there begins with a mark. One that cannot be read is not ours.</summary>
    internal static bool IsMarked(string path, string mark)
    {
        try
        {
            return File.Exists(path) && File.ReadLines(path).FirstOrDefault()?.StartsWith(mark, StringComparison.Ordinal) == true;
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            return false;
        }
    }

    /// <summary>The error of a file that stands in the way and is not ours.</summary>
    internal static EmrSimException Foreign(string path) => new(
        ErrorCode.ScheduleExists, $"'{path}' exists and was not made by EmrSim, so it is not replaced. Choose another name.", path);

    /// <summary>Removes a file that may be gone already.</summary>
    /// <exception cref="EmrSimException">AccessDenied, IoError.</exception>
    internal static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Gone, with its folder.
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "The schedule could not be removed", path);
        }
    }

    private static void Put(string path, byte[] content)
    {
        // Schedulers pass over files with such names: cron for the dots, systemd for the suffix.
        string partial = path + ".emrsim" + DurableFile.PartialSuffix;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Delete(partial);
        DurableFile.Stage(partial, content);
        // Units and crontabs hold no secret; systemctl of any account shows them.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(partial, ReadableByAll);
        DurableFile.Publish(partial, path);
    }
}
