using System.Globalization;
using System.Text;

namespace EmrSim.Tests.Secrets;

/// <summary>Notes the command lines and environments of all processes below this one, every few milliseconds, as anybody's process list would.</summary>
internal sealed class ProcessWatch : IDisposable
{
    private const int IntervalMilliseconds = 5;

    private readonly HashSet<string> _seen = [];
    private readonly HashSet<int> _strangers = [];
    private readonly Thread _thread;
    private volatile bool _end;

    internal ProcessWatch()
    {
        _thread = new Thread(Watch) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>What was seen, each once. The test's own server is left out: its environment is where it gets its key from.</summary>
    internal string[] Seen
    {
        get
        {
            lock (_seen) return [.. _seen];
        }
    }

    public void Dispose()
    {
        _end = true;
        _thread.Join();
    }

    private void Watch()
    {
        while (!_end)
        {
            foreach (int process in Descendants()) Note(process);
            Thread.Sleep(IntervalMilliseconds);
        }
    }

    private void Note(int process)
    {
        string command = Read(process, "cmdline");
        if (command.Length == 0 || command.Contains("/azurite/", StringComparison.Ordinal)) return;
        string environment = Read(process, "environ");
        lock (_seen)
        {
            _seen.Add(command);
            _seen.Add(environment);
        }
    }

    // Whoever was somebody else's child when first seen never becomes ours.
    private List<int> Descendants()
    {
        ILookup<int, int> children = Directory.EnumerateDirectories("/proc").Select(f => int.TryParse(Path.GetFileName(f), CultureInfo.InvariantCulture, out int id) ? id : 0)
            .Where(id => id > 0 && !_strangers.Contains(id)).Select(id => (Id: id, Parent: ParentOf(id))).ToLookup(p => p.Parent, p => p.Id);
        var found = new List<int>(children[Environment.ProcessId]);
        for (int i = 0; i < found.Count; i++) found.AddRange(children[found[i]]);
        _strangers.UnionWith(children.SelectMany(c => c).Except(found));
        return found;
    }

    // The name before it stands in parentheses and may hold anything.
    private static int ParentOf(int process)
    {
        string facts = Read(process, "stat");
        string[] fields = facts[(facts.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 1 ? int.Parse(fields[1], CultureInfo.InvariantCulture) : 0;
    }

    // A process may end at any time.
    private static string Read(int process, string file)
    {
        try
        {
            return Encoding.Latin1.GetString(File.ReadAllBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/{file}")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
