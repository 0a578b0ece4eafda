using System.Text.Json;
using EmrSim.Core.Alarms;
using EmrSim.Core.Stores;
using EmrSim.Core.Verification;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace EmrSim.Tests.Verification;

/// <summary>The evidence that drills leave in their store, and what it proves.</summary>
public sealed class DrillTests : IDisposable
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 1, 2, 0, 0, TimeSpan.Zero);

    private readonly BackupFixture _fixture = new();
    private readonly FakeTimeProvider _clock = new(s_start);

    public DrillTests()
    {
        _fixture.Clock = _clock;
        TestDatabase.Create(_fixture.Source);
    }

    private string DrillsPath => Path.Combine(_fixture.Store, "drills.jsonl");

    private string HistoryPath => Path.Combine(_fixture.Store, "history.jsonl");

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_drill_leaves_one_line_with_its_backup_its_digests_and_every_check()
    {
        EmrBackup backup = await _fixture.BackupAsync();
        _clock.Advance(TimeSpan.FromDays(1));
        EmrBackupTest test = (await DrillAsync(backup)).Test;

        JsonElement line = JsonDocument.Parse(Assert.Single(await File.ReadAllLinesAsync(DrillsPath))).RootElement;

        Assert.Equal(
            ["startedUtc", "name", "file", "backupId", "createdUtc", "sha256", "storedSha256", "level", "outcome", "durationSeconds", "checks", "host", "account", "tool"],
            line.EnumerateObject().Select(p => p.Name));
        Assert.Equal(
            ("2026-03-02T02:00:00+00:00", "app", Path.GetFileName(backup.Path), backup.Id, "restore", "passed"),
            (Text(line, "startedUtc"), Text(line, "name"), Text(line, "file"), line.GetProperty("backupId").GetGuid(), Text(line, "level"), Text(line, "outcome")));
        Assert.Equal((backup.CreatedUtc, backup.Sha256, backup.StoredSha256), (line.GetProperty("createdUtc").GetDateTimeOffset(), Text(line, "sha256"), Text(line, "storedSha256")));
        Assert.Equal((Environment.MachineName, Environment.UserName), (Text(line, "host"), Text(line, "account")));
        Assert.StartsWith("EmrSim ", Text(line, "tool"), StringComparison.Ordinal);
        Assert.Equal(Math.Round(test.Duration.TotalSeconds, 3), line.GetProperty("durationSeconds").GetDouble());
        JsonElement[] checks = [.. line.GetProperty("checks").EnumerateArray()];
        Assert.Equal(test.Checks.Select(c => (c.Name, "passed", c.Detail)), checks.Select(c => (Text(c, "name"), Text(c, "outcome"), Text(c, "detail"))));
        Assert.All(checks, c => Assert.True(c.GetProperty("durationSeconds").GetDouble() >= 0));
        Assert.Contains(checks, c => Text(c, "detail").Contains(backup.Sha256, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_a_test_that_restores_is_a_drill()
    {
        EmrBackup backup = await _fixture.BackupAsync();

        await _fixture.TestAsync(backup.Path, EmrVerificationLevel.Integrity);

        Assert.False(File.Exists(DrillsPath));
        Assert.Null(await ProvedAsync());
    }

    [Fact]
    public async Task A_backup_is_proved_by_its_last_drill_unless_a_later_test_found_it_bad()
    {
        EmrBackup backup = await _fixture.BackupAsync();
        byte[] good = await File.ReadAllBytesAsync(backup.Path), bad = [.. good];
        bad[^10] ^= 1;
        Assert.Null(await ProvedAsync());

        Assert.Equal(EmrOutcome.Passed, (await DrillAsync(backup)).Test.Outcome);
        Assert.Equal(s_start, await ProvedAsync());

        // Neither takes the proof away: nothing was found.
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(EmrOutcome.Inconclusive, (await _fixture.TestAsync(Request(backup) with { Timeout = TimeSpan.Zero })).Test.Outcome);
        Assert.Equal(ErrorCode.BackupTooOld, (await _fixture.TestAsync(Request(backup) with { MaximumAge = TimeSpan.FromHours(1) })).Error!.ErrorCode);
        Assert.Equal(s_start, await ProvedAsync());

        foreach (EmrVerificationLevel level in new[] { EmrVerificationLevel.Restore, EmrVerificationLevel.Checksum })
        {
            await File.WriteAllBytesAsync(backup.Path, bad);
            _clock.Advance(TimeSpan.FromDays(1));
            Assert.Equal(EmrOutcome.Failed, (await _fixture.TestAsync(backup.Path, level)).Test.Outcome);
            Assert.Null(await ProvedAsync());

            await File.WriteAllBytesAsync(backup.Path, good);
            _clock.Advance(TimeSpan.FromDays(1));
            await DrillAsync(backup);
            Assert.Equal(_clock.GetUtcNow(), await ProvedAsync());
        }
    }

    [Fact]
    public async Task What_failed_stands_in_the_line_and_is_not_hidden_by_its_age()
    {
        EmrBackup backup = await _fixture.BackupAsync();
        byte[] bytes = await File.ReadAllBytesAsync(backup.Path);
        bytes[^10] ^= 1;
        await File.WriteAllBytesAsync(backup.Path, bytes);
        _clock.Advance(TimeSpan.FromDays(3));

        BackupTestResult result = await _fixture.TestAsync(Request(backup) with { MaximumAge = TimeSpan.FromDays(1) });

        Assert.Equal(ErrorCode.BackupChecksumMismatch, result.Error!.ErrorCode);
        JsonElement line = JsonDocument.Parse(Assert.Single(await File.ReadAllLinesAsync(DrillsPath))).RootElement;
        Assert.Equal(("failed", "BackupChecksumMismatch", result.Error.Message), (Text(line, "outcome"), Text(line, "error"), Text(line, "reason")));
        Assert.Equal(
            ["Age", "StoredChecksum"], line.GetProperty("checks").EnumerateArray().Where(c => Text(c, "outcome") == "failed").Select(c => Text(c, "name")));
    }

    [Fact]
    public async Task A_backup_that_is_too_old_is_restored_all_the_same()
    {
        EmrBackup backup = await _fixture.BackupAsync();
        _clock.Advance(TimeSpan.FromDays(3));

        BackupTestResult result = await _fixture.TestAsync(Request(backup) with { MaximumAge = TimeSpan.FromDays(1) });

        Assert.Equal((EmrOutcome.Failed, ErrorCode.BackupTooOld), (result.Test.Outcome, result.Error!.ErrorCode));
        Assert.Equal("Usable", result.Test.Checks[^1].Name);
        Assert.Equal("Age", Assert.Single(result.Test.Checks, c => c.Outcome != EmrOutcome.Passed).Name);
    }

    [Fact]
    public async Task Either_file_proves_a_backup_when_the_other_was_cut()
    {
        EmrBackup backup = await _fixture.BackupAsync();
        await DrillAsync(backup);
        string drills = await File.ReadAllTextAsync(DrillsPath);

        // A store of before there were drills.
        File.Delete(DrillsPath);
        Assert.Equal(s_start, await ProvedAsync());

        File.Delete(HistoryPath);
        Assert.Null(await ProvedAsync());

        await File.WriteAllTextAsync(DrillsPath, drills);
        Assert.Equal(s_start, await ProvedAsync());
        EmrBackupStatus status = Assert.Single(await StatusAsync());
        Assert.Equal((s_start, s_start), (status.ProvedUtc, status.Newest!.LastProved));

        // What failed and stands in the drills only is known, too.
        await File.WriteAllTextAsync(DrillsPath, drills.Replace("\"outcome\":\"passed\",\"dur", "\"outcome\":\"failed\",\"dur", StringComparison.Ordinal));
        Assert.Null(await ProvedAsync());
        Assert.Equal(EmrOutcome.Failed, Assert.Single(await StatusAsync()).Outcome);
    }

    [Fact]
    public async Task A_drill_of_another_file_of_the_same_name_proves_nothing()
    {
        EmrBackup backup = await _fixture.BackupAsync();
        await DrillAsync(backup);
        string drills = await File.ReadAllTextAsync(DrillsPath);

        await File.WriteAllTextAsync(DrillsPath, drills.Replace($"\"storedSha256\":\"{backup.StoredSha256}\"", $"\"storedSha256\":\"{new string('0', 64)}\"", StringComparison.Ordinal));

        Assert.Null(await ProvedAsync());
    }

    [Fact]
    public async Task A_backup_that_was_verified_by_restoring_it_is_proved_from_the_beginning()
    {
        EmrBackup backup = await _fixture.BackupAsync(_fixture.Request with { VerificationLevel = EmrVerificationLevel.Restore });

        Assert.Equal(backup.Verification.CheckedUtc, await ProvedAsync());
        // What made it has asked nobody.
        Assert.Null(backup.LastProved);
    }

    [Theory]
    [InlineData("{\"startedUtc\":\"2026-03-01T02:00:00+00:00\",\"na")]
    [InlineData("null")]
    [InlineData("{\"startedUtc\":\"2026-03-01T02:00:00Z\",\"name\":\"app\",\"file\":null,\"level\":\"restore\",\"outcome\":\"passed\",\"durationSeconds\":1,\"checks\":[],\"host\":\"h\",\"account\":\"a\",\"tool\":\"t\"}")]
    public async Task A_line_that_cannot_be_read_is_warned_of_and_spoils_no_other(string line)
    {
        EmrBackup backup = await _fixture.BackupAsync();
        Directory.CreateDirectory(_fixture.Store);
        // Without a line break, as a power cut leaves it.
        await File.WriteAllTextAsync(DrillsPath, line);
        await DrillAsync(backup);
        File.Delete(HistoryPath);

        Assert.Equal(s_start, await ProvedAsync());

        Assert.StartsWith($"Line 1 of the drills '{DrillsPath}'", Assert.Single(_fixture.Log.Events, e => e.Id == 2012).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drills_that_cannot_be_written_or_read_are_warned_of_and_the_rest_is_done()
    {
        EmrBackup backup = await _fixture.BackupAsync();
        Directory.CreateDirectory(DrillsPath);

        Assert.Equal(EmrOutcome.Passed, (await DrillAsync(backup)).Test.Outcome);
        Assert.Null(await ProvedAsync());
        // The history knows of the drill, too.
        Assert.Equal(s_start, Assert.Single(await StatusAsync()).ProvedUtc);

        Assert.Contains(_fixture.Log.Events, e => e.Id == 2011 && e.Message.Contains(DrillsPath, StringComparison.Ordinal));
        Assert.Contains(_fixture.Log.Events, e => e.Id == 2012 && e.Message.Contains("not known", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_store_that_takes_no_writes_is_drilled_all_the_same()
    {
        using SmallDisk disk = SmallDisk.Mount(_fixture.Store, 64);
        EmrBackup backup = await _fixture.BackupAsync();
        disk.MakeReadOnly();

        Assert.Equal(EmrOutcome.Passed, (await DrillAsync(backup)).Test.Outcome);

        Assert.Contains(_fixture.Log.Events, e => e.Id == 2011);
        Assert.False(File.Exists(DrillsPath));
    }

    [Fact]
    public async Task A_drill_that_could_not_be_carried_out_proves_nothing_and_says_why()
    {
        EmrBackup backup = await _fixture.BackupAsync();

        await Assert.ThrowsAsync<EmrSimException>(() => _fixture.TestAsync(Request(backup) with { WorkPath = Path.Combine(backup.Path, "no folder") }));

        JsonElement line = JsonDocument.Parse(Assert.Single(await File.ReadAllLinesAsync(DrillsPath))).RootElement;
        Assert.Equal("inconclusive", Text(line, "outcome"));
        Assert.NotEmpty(Text(line, "reason"));
        Assert.Null(await ProvedAsync());
    }

    private static string Text(JsonElement element, string property) => element.GetProperty(property).GetString()!;

    private static BackupTestRequest Request(EmrBackup backup) => new(backup.Path, EmrVerificationLevel.Restore);

    private Task<BackupTestResult> DrillAsync(EmrBackup backup) => _fixture.TestAsync(Request(backup));

    private async Task<DateTimeOffset?> ProvedAsync() => Assert.Single(
        await new BackupCatalog(_fixture.Loggers(), _clock).ListProvedAsync(new BackupQuery(_fixture.Store, [], false, null), default)).Backup!.LastProved;

    private async Task<IReadOnlyList<EmrBackupStatus>> StatusAsync() =>
        (await new StatusEngine(_fixture.Loggers(), _clock).GetAsync(new StatusQuery(_fixture.Store, []), default)).Sets;
}
