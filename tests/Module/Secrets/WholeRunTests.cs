using System.Diagnostics;
using System.Text.RegularExpressions;
using EmrSim.Tests.Support;
using Microsoft.Data.Sqlite;

namespace EmrSim.Tests.Secrets;

/// <summary>No secret in anything that a whole run leaves or shows: schedules, jobs, stores, logs, histories, reports, errors, process lists.</summary>
public sealed partial class WholeRunTests : IDisposable
{
    private readonly SecretWorld _world;

    public WholeRunTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Process lists are read from /proc, and the mini host stands in for pwsh by a shell script.");
        _world = new SecretWorld();
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_whole_run_with_failures_of_every_kind_shows_none_of_its_secrets()
    {
        using var server = new AzuriteServer();
        var secrets = new RunSecrets(_world, server);
        string elsewhere = RunSecrets.Core(), failing = RunSecrets.Core();
        using var hook = new HookServer();
        // Services that repeat the address to whoever listens.
        using var redirecting = new HookServer(_ => $"302 Found\r\nLocation: http://elsewhere.invalid/{elsewhere}");
        using var broken = new HookServer(_ => $"500 {failing}\r\nX-Echo: {failing}");
        secrets.AddToken("notify", hook, RunSecrets.Core());
        secrets.AddToken("elsewhere", redirecting, elsewhere);
        secrets.AddToken("failing", broken, failing);
        string store = server.Address("backups/nightly"), mirror = server.Address("mirror/nightly"), job = _world.At("out-Cron", "nightly.ps1");
        string[] processes;

        using (var watch = new ProcessWatch())
        {
            _world.Run("prepare", RunScripts.Prepare(store, mirror)).ThrowOnError();
            Task<ShellResult> down = Task.Run(() => _world.Run("down", RunScripts.Down(secrets.Down)));
            AssertEndsWith(0, _world.RunFile("selftest", job, "-SelfTest"));
            AssertEndsWith(0, _world.RunFile("job", job));
            AssertEndsWith(0, _world.RunFile("job again", job));
            ShellResult failed = _world.Run("failures", RunScripts.Fail(store));
            File.WriteAllText(_world.At("app.db"), "damaged");
            AssertEndsWith(1, _world.RunFile("job of a damaged database", job));
            _world.Run("read", RunScripts.Read(store, mirror)).ThrowOnError();

            Assert.Equal(RunScripts.Failures, Attempt().Matches(failed.Output).Select(m => m.Groups["ids"].Value));
            Assert.Contains("error-id: MirrorFailed", (await down).Output, StringComparison.Ordinal);
            processes = watch.Seen;
        }

        Evidence evidence = Collect(processes);
        foreach (string container in new[] { "backups", "mirror" })
        {
            evidence.Add(await StoreOutside.ReadAllAsync(server, container, secrets.Signed, TestContext.Current.CancellationToken));
        }

        evidence.Add([.. hook.Requests, .. redirecting.Requests, .. broken.Requests]);
        evidence.AssertIsOfAWholeRun();
        if (_world.Journal is not null) evidence.AssertHoldsTheSystemsLog();
        Assert.Equal([], evidence.Leaks(secrets.All));
    }

    [Fact]
    public void With_a_passphrase_in_memory_neither_it_nor_plain_data_is_left_in_any_file()
    {
        string passphrase = $"grün <{RunSecrets.Core()}>", marker = RunSecrets.Core();
        _world.Run("prepare", "New-EmrSampleDatabase app.db -Turns 50").ThrowOnError();
        AddRow(_world.At("app.db"), marker);
        string[] processes;

        using (var watch = new ProcessWatch())
        {
            ShellResult run = _world.Run("backup", RunScripts.InMemory, passphrase + "\n");
            Assert.Equal(["Passed", "Inconclusive", "Inconclusive"], Outcome().Matches(run.Output).Select(m => m.Groups["outcome"].Value));
            Assert.Equal(["KeyNeeded", "WrongPassphrase"], ErrorId().Matches(run.Output).Select(m => m.Groups["id"].Value));
            processes = watch.Seen;
        }

        Evidence evidence = Collect(processes);
        Assert.Contains(evidence.Pieces.Keys, f => f.StartsWith("store/app-", StringComparison.Ordinal) && f.EndsWith(".sqlite.zst.age", StringComparison.Ordinal));
        Assert.Contains("store/history.jsonl", evidence.Pieces.Keys);
        Assert.Equal([], evidence.Leaks(new Dictionary<string, string> { ["passphrase"] = passphrase, ["core"] = passphrase.Split('<', '>')[1] }));
        Assert.Equal(["row: app.db"], evidence.Leaks(new Dictionary<string, string> { ["row"] = marker }));
        Assert.Equal(["app.db"], evidence.Pieces.Where(f => IsPlain(f.Value)).Select(f => f.Key));
    }

    [Fact]
    public void What_is_shown_or_left_anywhere_is_found()
    {
        string said = RunSecrets.Core(), left = RunSecrets.Core(), passed = RunSecrets.Core(), inherited = RunSecrets.Core();
        string[] processes;

        using (var watch = new ProcessWatch())
        {
            _world.Run("leak", RunScripts.Leak, $"{said}\n{left}\n");
            var start = new ProcessStartInfo("/bin/sh", ["-c", "read line", passed]) { RedirectStandardInput = true, Environment = { ["INHERITED"] = inherited } };
            using Process child = Process.Start(start)!;
            Wait.Until(() => watch.Seen.Count(s => s.Contains(passed, StringComparison.Ordinal) || s.Contains(inherited, StringComparison.Ordinal)) == 2, "the child is seen");
            child.StandardInput.Close();
            child.WaitForExit();
            processes = watch.Seen;
        }

        var secrets = new Dictionary<string, string> { ["said"] = said, ["left"] = left, ["passed"] = passed, ["inherited"] = inherited };
        string[] leaks = [.. Collect(processes).Leaks(secrets).Select(l => l.Split(',')[0])];
        Assert.Equal(["inherited: process list", "left: tmp/left.txt", "passed: process list", "said: what was said by leak"], leaks.Order(StringComparer.Ordinal));
    }

    private Evidence Collect(string[] processes)
    {
        var evidence = new Evidence();
        evidence.Add(_world.Everything());
        evidence.Add(processes);
        return evidence;
    }

    private static void AssertEndsWith(int code, ShellResult run) => Assert.True(run.ExitCode == code, $"It ended with {run.ExitCode}: {run.Output}{run.Errors}");

    // A database, or one that is only packed.
    private static bool IsPlain(ReadOnlySpan<byte> bytes) => bytes.StartsWith("SQLite format 3"u8) || bytes.StartsWith<byte>([0x28, 0xb5, 0x2f, 0xfd]);

    private static void AddRow(string path, string text)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString);
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "CREATE TABLE marked (row TEXT); INSERT INTO marked VALUES ($row)";
        command.Parameters.AddWithValue("$row", text);
        command.ExecuteNonQuery();
    }

    [GeneratedRegex("^attempt [0-9]+ gave: (?<ids>.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Attempt();

    [GeneratedRegex("^tested: (?<outcome>.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Outcome();

    [GeneratedRegex("^error-id: (?<id>.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex ErrorId();
}
