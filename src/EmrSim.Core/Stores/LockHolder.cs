using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EmrSim.Core.Files;

namespace EmrSim.Core.Stores;

/// <summary>Who holds the lock of a set, as a small JSON file beside it says.</summary>
internal sealed record LockHolder
{
    private const string SystemIdentity = "/proc/sys/kernel/random/boot_id";
    private const string ProcessNumbers = "/proc/self/ns/pid";
    private const int StateField = 0;
    private const int StartField = 19;

    private readonly Dictionary<string, string> _facts;

    private LockHolder(Dictionary<string, string> facts) => _facts = facts;

    /// <summary>This process.</summary>
    /// <param name="clock">Says since when.</param>
    internal static LockHolder Current(TimeProvider clock) => new(new Dictionary<string, string>
    {
        ["process"] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
        ["program"] = Process.GetCurrentProcess().ProcessName,
        ["host"] = Environment.MachineName,
        ["sinceUtc"] = clock.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["started"] = StartOf(Environment.ProcessId) ?? "",
        ["system"] = Kernel(),
        ["id"] = Guid.NewGuid().ToString(),
    });

    /// <summary>Its file's content.</summary>
    internal string Serialize() => JsonSerializer.Serialize(_facts);

    /// <summary>The holder that a file names; null where the file is not there, or not whole.</summary>
    internal static LockHolder? Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return JsonSerializer.Deserialize<Dictionary<string, string>>(file) is { } facts ? new LockHolder(facts) : null;
        }
        catch (Exception e) when (e is JsonException || IoErrors.IsIo(e))
        {
            return null;
        }
    }

    /// <summary>Whether it is the same taking of a lock.</summary>
    internal bool Is(LockHolder? other) => Fact("id") is { } id && id == other?.Fact("id");

    /// <summary>
    /// Whether it ran on this machine and is certainly no more. Of a process of another machine, of another container, or of before a restart of a
    /// Linux machine nothing is certain.
    /// </summary>
    internal bool IsDead()
    {
        if (Fact("host") != Environment.MachineName || Fact("system") != Kernel()) return false;
        if (!int.TryParse(Fact("process"), NumberStyles.None, CultureInfo.InvariantCulture, out int process)) return false;
        // A number is used again; a number with its start is not.
        return StartOf(process) is { } started ? started.Length > 0 && Fact("started") is { Length: > 0 } noted && noted != started : true;
    }

    /// <inheritdoc/>
    public override string ToString() => Fact("process") is { } process && Fact("program") is { } program && Fact("host") is { } host && Fact("sinceUtc") is { } since
        ? $"process {process} ({program}) on {host} since {since}"
        : "another process";

    /// <summary>For messages: the holder that a file names, or words for one that is not known.</summary>
    internal static string Name(string path) => Read(path)?.ToString() ?? "another process";

    private string? Fact(string name) => _facts.GetValueOrDefault(name);

    // Two containers can have one name, and each its own process 1; a start is counted from that of the kernel.
    private static string Kernel()
    {
        if (!OperatingSystem.IsLinux()) return "";
        try
        {
            return $"{File.ReadAllText(SystemIdentity).Trim()} {File.ResolveLinkTarget(ProcessNumbers, returnFinalTarget: false)?.Name}";
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            // A value that is like no other: then only time tells whether a holder is gone.
            return Guid.NewGuid().ToString();
        }
    }

    /// <summary>When a process began, in a form that stays the same while it lives; null where there is none, empty where that cannot be told.</summary>
    private static string? StartOf(int process)
    {
        try
        {
            if (!OperatingSystem.IsLinux())
            {
                using Process found = Process.GetProcessById(process);
                return found.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);
            }

            // proc_pid_stat(5): the name, in parentheses, may hold anything; the state follows it.
            string stat = File.ReadAllText($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[StateField] is "Z" or "X" ? null : fields[StartField];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return IsHidden(process) ? "" : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
        catch (Exception e) when (IoErrors.IsIo(e) || e is InvalidOperationException or System.ComponentModel.Win32Exception or IndexOutOfRangeException)
        {
            return "";
        }
    }

    // Some systems show nobody the processes of others (hidepid); whether there is one can be asked all the same.
    private static bool IsHidden(int process)
    {
        try
        {
            Process.GetProcessById(process).Dispose();
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
