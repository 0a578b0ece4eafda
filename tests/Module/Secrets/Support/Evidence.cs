using System.Text;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Secrets;

/// <summary>What a run left and showed, each piece by its name.</summary>
internal sealed class Evidence
{
    private readonly Dictionary<string, byte[]> _pieces = [];

    internal IReadOnlyDictionary<string, byte[]> Pieces => _pieces;

    internal void Add(IReadOnlyDictionary<string, byte[]> pieces)
    {
        foreach ((string name, byte[] content) in pieces) _pieces.Add(name, content);
    }

    /// <summary>Adds command lines and environments.</summary>
    internal void Add(IEnumerable<string> processes)
    {
        foreach ((int i, string process) in processes.Index()) _pieces.Add($"process list, {i}: {process.Replace('\0', ' ')}", Encoding.Latin1.GetBytes(process));
    }

    /// <summary>Adds what services were told, but for the address, by which they are found.</summary>
    internal void Add(IEnumerable<HookRequest> notices)
    {
        foreach ((int i, HookRequest notice) in notices.Index()) _pieces.Add($"notice {i}", Encoding.UTF8.GetBytes(notice.Body + string.Join('\n', notice.Headers)));
    }

    /// <summary>Which secret is where.</summary>
    internal IEnumerable<string> Leaks(IReadOnlyDictionary<string, string> secrets)
    {
        var search = new SecretSearch(secrets);
        return _pieces.SelectMany(p => search.In(p.Value).Select(s => $"{s}: {p.Key}"));
    }

    /// <summary>Success and every failure that was logged to a file must have come to the system's log, too.</summary>
    internal void AssertHoldsTheSystemsLog()
    {
        string said = Encoding.UTF8.GetString(_pieces["the system's log"]);
        foreach (string code in new[] { "EMRSIM_EVENT=BackupPublished", "EMRSIM_EVENT=BackupFailed", "StoreAccessDenied", "SecretExposed", "InvalidRecipient", "MirrorFailed", "NotADatabase" })
        {
            Assert.Contains(code, said, StringComparison.Ordinal);
        }
    }

    /// <summary>A search in nothing finds nothing.</summary>
    internal void AssertIsOfAWholeRun()
    {
        string[] files =
        [
            "out-Systemd/emrsim-nightly.service", "out-Systemd/emrsim-nightly.timer", "out-Systemd/nightly.ps1", "out-Systemd/README.txt", "out-Cron/nightly.ps1",
            "out-TaskScheduler/nightly.xml", "out-TaskScheduler/nightly.ps1", "runbook.ps1", "job.log", "failures.log", "down.log", "report.html",
            "folder/history.jsonl", "backups/nightly/history.jsonl", "mirror/nightly/history.jsonl",
        ];
        Assert.Equal([], files.Except(_pieces.Keys));
        // The line is a file where root registers it, else it stands in the steps.
        Assert.Contains(_pieces.Keys, k => k is "out-Cron/emrsim-nightly" or "out-Cron/README.txt");
        foreach (string end in new[] { "Z.json", ".sqlite.zst.age" })
        {
            Assert.Equal(
                ["backups", "folder", "mirror"],
                _pieces.Keys.Where(k => k.EndsWith(end, StringComparison.Ordinal)).Select(k => k.Split('/')[0]).Distinct().Order(StringComparer.Ordinal));
        }

        foreach (string session in new[] { "selftest", "job", "failures", "down", "read" })
        {
            Assert.Contains("DEBUG: ", Encoding.UTF8.GetString(_pieces["what was said by " + session]), StringComparison.Ordinal);
        }

        Assert.Contains("notice 3", _pieces.Keys);
        Assert.Contains(_pieces.Keys, k => k.StartsWith("process list, ", StringComparison.Ordinal) && k.Contains("out-Cron/nightly.ps1", StringComparison.Ordinal));
    }
}
