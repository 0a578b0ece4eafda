using System.Diagnostics;
using System.Globalization;

namespace EmrSim.Tests.Support;

/// <summary>A file system of a few megabytes, or one that takes no writes. Needs root on Linux.</summary>
public sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    /// <summary>Mounts an empty one at a folder; skips the test where that is not allowed.</summary>
    public static SmallDisk Mount(string path, int megabytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Mounting a small disk needs root on Linux.");
        Directory.CreateDirectory(path);
        Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m"), "tmpfs", path);
        return new SmallDisk(path);
    }

    /// <summary>From now on it takes no writes.</summary>
    public void MakeReadOnly() => Run("mount", "-o", "remount,ro", Path);

    /// <summary>Gives a folder, and what is in it, to another user.</summary>
    public static void GiveTo(string user, string path) => Run("chown", "-R", user, path);

    public void Dispose() => Run("umount", "-l", Path);

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {errors}");
    }
}
