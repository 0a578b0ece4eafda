using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace EmrSim.Tests.Application;

/// <summary>A folder in which an application runs, with the files by which it is started and stopped from outside.</summary>
internal sealed partial class Instance(string folder)
{
    private const int Terminate = 15;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    internal string Folder => folder;

    internal string PidFile => Path.Combine(folder, "app.pid");

    internal string SupervisorPidFile => Path.Combine(folder, "supervisor.pid");

    /// <summary>Appears where a process cannot be asked by a signal to end.</summary>
    internal string StopFile => Path.Combine(folder, "app.stop");

    /// <summary>Starts a process in the background, with no stream of this one, and waits until it says that it is there.</summary>
    internal int Start(string verb, string pidFile)
    {
        if (IdIn(pidFile) is not null) return Say("It runs.", 0);
        File.Delete(pidFile);
        string program = Environment.ProcessPath!;
        using Process starter = Process.Start(OperatingSystem.IsWindows()
            ? new ProcessStartInfo(program, [verb, folder]) { UseShellExecute = true, WindowStyle = ProcessWindowStyle.Hidden }
            : new ProcessStartInfo("/bin/sh", ["-c", "\"$0\" \"$1\" \"$2\" > \"$2/app.log\" 2>&1 < /dev/null &", program, verb, folder]))!;
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < s_patience)
        {
            if (IdIn(pidFile) is not null) return 0;
            Thread.Sleep(20);
        }

        return Say("It did not start.", 1);
    }

    /// <summary>Asks the application to end, not its supervisor, and does not wait for it.</summary>
    internal int Stop()
    {
        if (IdIn(PidFile) is not { } id) return Say("It does not run.", 0);
        if (OperatingSystem.IsWindows()) File.WriteAllText(StopFile, "");
        else _ = Signal(id, Terminate);
        return 0;
    }

    /// <summary>Ends all of it at once.</summary>
    internal void Kill()
    {
        foreach (string file in new[] { SupervisorPidFile, PidFile })
        {
            if (IdIn(file) is { } id) KillProcess(id);
            File.Delete(file);
        }
    }

    /// <summary>Writes this process' id.</summary>
    internal static void Claim(string pidFile)
    {
        File.WriteAllText(pidFile + ".new", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        File.Move(pidFile + ".new", pidFile, overwrite: true);
    }

    /// <summary>Whether the test that started it is still there; none of its processes may outlive it.</summary>
    internal static bool HasOwner() =>
        !int.TryParse(Environment.GetEnvironmentVariable("EMRSIM_TEST_OWNER"), CultureInfo.InvariantCulture, out int owner) || IsAlive(owner);

    private static int? IdIn(string pidFile) =>
        File.Exists(pidFile) && int.TryParse(File.ReadAllText(pidFile), CultureInfo.InvariantCulture, out int id) && IsAlive(id) ? id : null;

    private static bool IsAlive(int id)
    {
        // Under Wine the same path is that of another process: of the Linux below, which numbers its own.
        string state = $"/proc/{id}/stat";
        try
        {
            // Who has ended stays a zombie until somebody asks how.
            if (OperatingSystem.IsLinux() && File.Exists(state)) return !File.ReadAllText(state).Split(") ")[^1].StartsWith('Z');
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (Exception e) when (e is ArgumentException or IOException)
        {
            return false;
        }
    }

    private static void KillProcess(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended.
        }
    }

    private static int Say(string text, int code)
    {
        Console.WriteLine(text);
        return code;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
