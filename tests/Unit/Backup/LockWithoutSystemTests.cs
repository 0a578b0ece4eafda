using System.Globalization;
using System.Text.Json;
using EmrSim.Core.Stores;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace EmrSim.Tests.Backup;

/// <summary>Sets in folders where the locks of the operating system do not hold, as on some network file systems. The runtime can be told not to take any.</summary>
public sealed class LockWithoutSystemTests : IDisposable
{
    private static readonly Dictionary<string, string> s_noLocks = new() { ["DOTNET_SYSTEM_IO_DISABLEFILELOCKING"] = "1" };
    private static readonly TimeSpan s_longAgo = OwnerFile.Lifetime + TimeSpan.FromMinutes(1);

    private readonly BackupFixture _fixture = new();

    public LockWithoutSystemTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file system whose locks do not hold.");
        TestDatabase.Create(_fixture.Source, journalMode: "DELETE");
    }

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B11_A_second_backup_is_refused_whether_or_not_locks_hold_for_it(bool holdForIt)
    {
        using OtherProcess holder = OtherProcess.Start("hold", _fixture.Source, "BEGIN EXCLUSIVE");
        using OtherProcess first = StartBackup();
        Assert.True(SetLock.IsHeld(_fixture.Store, "app"));

        string message = holdForIt ? (await _fixture.FailAsync()).Message : await RefusedAsync();

        Assert.Contains($"process {first.Id} (emrsim-test-worker)", message, StringComparison.Ordinal);
        holder.End();
        Assert.EndsWith(".zst", first.ReadLine(), StringComparison.Ordinal);
        Assert.Equal(0, first.End().ExitCode);
        Assert.False(SetLock.IsHeld(_fixture.Store, "app"));
        Assert.Equal(2, _fixture.Stored().Length);
    }

    [Fact]
    public void B11_The_owner_file_of_a_process_that_was_killed_is_none()
    {
        using OtherProcess holder = OtherProcess.Start("hold", _fixture.Source, "BEGIN EXCLUSIVE");
        using (OtherProcess dying = StartBackup()) dying.Kill();
        Assert.True(File.Exists(Owner));
        holder.End();

        using OtherProcess next = OtherProcess.StartIn(s_noLocks, "backup", _fixture.Source, _fixture.Store);

        Assert.EndsWith(".zst", next.ReadLine(), StringComparison.Ordinal);
        next.End();
        Assert.Equal(2, _fixture.Stored().Length);
    }

    [Theory]
    [InlineData("""{"process":"1","program":"pwsh","host":"another","sinceUtc":"2026-01-01 00:00:00Z","id":"x"}""", "process 1 (pwsh) on another since 2026-01-01 00:00:00Z")]
    [InlineData("", "another process")]
    [InlineData("no JSON", "another process")]
    public async Task B11_An_owner_that_cannot_be_asked_counts_until_it_has_not_been_written_for_ten_minutes(string content, string name)
    {
        Directory.CreateDirectory(_fixture.Store);
        await File.WriteAllTextAsync(Owner, content, TestContext.Current.CancellationToken);

        EmrSimException error = await _fixture.FailAsync();

        Assert.Equal(ErrorCode.SetLocked, error.ErrorCode);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Owner));
        File.SetLastWriteTimeUtc(Owner, DateTime.UtcNow - s_longAgo);
        Assert.Equal(500, (await _fixture.BackupAsync()).Tables["patients"]);
        Assert.Equal(2, _fixture.Stored().Length);
    }

    [Fact]
    public void B11_A_number_that_another_process_has_now_is_not_that_of_its_holder()
    {
        Directory.CreateDirectory(_fixture.Store);
        Dictionary<string, string> facts = JsonSerializer.Deserialize<Dictionary<string, string>>(LockHolder.Current(TimeProvider.System).Serialize())!;
        File.WriteAllText(Owner, JsonSerializer.Serialize(facts));
        Assert.False(OwnerFile.IsFree(Owner, DateTime.UtcNow));

        facts["started"] = "1";
        File.WriteAllText(Owner, JsonSerializer.Serialize(facts));

        Assert.True(OwnerFile.IsFree(Owner, DateTime.UtcNow));
        Assert.False(File.Exists(Owner));
    }

    [Fact]
    public void B11_Where_processes_are_numbered_anew_as_in_another_container_nobody_is_taken_for_dead()
    {
        Directory.CreateDirectory(_fixture.Store);
        Dictionary<string, string> facts = JsonSerializer.Deserialize<Dictionary<string, string>>(LockHolder.Current(TimeProvider.System).Serialize())!;
        facts["system"] = "another";
        facts["process"] = int.MaxValue.ToString(CultureInfo.InvariantCulture);
        File.WriteAllText(Owner, JsonSerializer.Serialize(facts));

        Assert.False(OwnerFile.IsFree(Owner, DateTime.UtcNow));
        Assert.True(OwnerFile.IsFree(Owner, DateTime.UtcNow + s_longAgo));
    }

    [Fact]
    public void B11_An_owner_that_lives_writes_its_file_again_and_stays_one()
    {
        var clock = new FakeTimeProvider();
        string path = _fixture.Folder.File("owner");
        using OwnerFile owner = OwnerFile.Take(path, LockHolder.Current(clock), DateTime.UtcNow, clock)!;
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow - s_longAgo);

        clock.Advance(OwnerFile.Lifetime / 10);

        Assert.True(OwnerFile.IsLive(path, DateTime.UtcNow));
        Assert.Null(OwnerFile.Take(path, LockHolder.Current(clock), DateTime.UtcNow, clock));
        owner.Dispose();
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task B11_Of_many_that_break_the_same_owner_at_once_one_gets_it()
    {
        var clock = new FakeTimeProvider();
        string path = _fixture.Folder.File("owner");
        for (int i = 0; i < 50; i++)
        {
            await File.WriteAllTextAsync(path, "", TestContext.Current.CancellationToken);
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow - s_longAgo);
            using var start = new Barrier(4);
            OwnerFile?[] takers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    return OwnerFile.Take(path, LockHolder.Current(clock), DateTime.UtcNow, clock);
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));

            Assert.Single(takers, t => t?.IsHeld() == true);
            foreach (OwnerFile? taker in takers) taker?.Dispose();
            Assert.DoesNotContain(_fixture.Folder.Files(""), f => f.StartsWith("owner", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task B11_A_run_whose_lock_was_broken_publishes_nothing()
    {
        using OtherProcess holder = OtherProcess.Start("hold", _fixture.Source, "BEGIN EXCLUSIVE");
        using OtherProcess slept = StartBackup();
        string other = """{"process":"1","program":"pwsh","host":"another","sinceUtc":"2026-01-01 00:00:00Z","id":"x"}""";
        await File.WriteAllTextAsync(Owner, other, TestContext.Current.CancellationToken);

        holder.End();

        Assert.Equal("SetLocked", slept.ReadLine());
        slept.End();
        string message = await slept.Errors;
        Assert.Contains("was lost", message, StringComparison.Ordinal);
        Assert.Contains("pwsh", message, StringComparison.Ordinal);
        Assert.Equal(other, await File.ReadAllTextAsync(Owner, TestContext.Current.CancellationToken));
        Assert.DoesNotContain(_fixture.Stored(), f => f.Contains(".sqlite", StringComparison.Ordinal) || f.EndsWith("Z.json", StringComparison.Ordinal));
    }

    private string Owner => Path.Combine(_fixture.Store, ".app.lock.owner");

    // It waits for the database, and has the lock of the set.
    private OtherProcess StartBackup()
    {
        OtherProcess backup = OtherProcess.StartIn(s_noLocks, "backup", _fixture.Source, _fixture.Store);
        string note = Path.Combine(_fixture.Store, ".app.lock.json");
        Wait.Until(() => File.Exists(note) && new FileInfo(note).Length > 0, "the backup has its lock");
        return backup;
    }

    private async Task<string> RefusedAsync()
    {
        using OtherProcess second = OtherProcess.StartIn(s_noLocks, "backup", _fixture.Source, _fixture.Store);
        Assert.Equal("SetLocked", second.ReadLine());
        second.End();
        return await second.Errors;
    }
}
