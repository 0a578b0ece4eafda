using System.Text.Json;
using EmrSim.Core.Backup;
using EmrSim.Core.Jobs;
using EmrSim.Core.Retention;
using EmrSim.Core.Stores;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace EmrSim.Tests.Backup;

/// <summary>Machines that have databases at the same path and share a store.</summary>
public sealed class HostTests : IDisposable
{
    private readonly BackupFixture _fixture = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 2, 0, 0, TimeSpan.Zero));

    public HostTests()
    {
        _fixture.Clock = _clock;
        TestDatabase.Create(_fixture.Source);
    }

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_backup_says_on_which_machine_its_database_is()
    {
        EmrBackup named = await BackupAsync("web1"), unnamed = await _fixture.BackupAsync(_fixture.Request with { Name = "app" });

        Assert.Equal("web1", named.SourceHost);
        Assert.Equal(Environment.MachineName.ToLowerInvariant(), unnamed.SourceHost);
        using JsonDocument manifest = JsonDocument.Parse(await File.ReadAllBytesAsync(named.ManifestPath, TestContext.Current.CancellationToken));
        Assert.Equal("web1", manifest.RootElement.GetProperty("source").GetProperty("host").GetString());
        Assert.Equal(["web1", unnamed.SourceHost], (await ListAsync(_fixture.Store)).Select(b => b.SourceHost));
    }

    [Fact]
    public async Task G9_A_machine_whose_database_would_take_the_set_of_another_machine_s_is_refused_and_named_explicitly_it_is_warned_of()
    {
        await BackupAsync("web1");

        EmrSimException error = await _fixture.FailAsync(On("web2"));

        Assert.Equal(ErrorCode.SetBelongsToAnotherSource, error.ErrorCode);
        Assert.Contains($"'{_fixture.Source}' on 'web1', not of '{_fixture.Source}' on 'web2'", error.Message, StringComparison.Ordinal);
        Assert.Contains("-Name 'app'", error.Message, StringComparison.Ordinal);
        Assert.Single(await ListAsync(_fixture.Store));
        Assert.DoesNotContain(_fixture.Log.Events, e => e.Id == 1020);

        // A database that has moved: once named, the set is the new machine's.
        Assert.Equal("web2", (await _fixture.BackupAsync(On("web2") with { Name = "app" })).SourceHost);
        Assert.Single(_fixture.Log.Events, e => e is { Id: 1020, Level: LogLevel.Warning });
        await BackupAsync("web2");
        Assert.Equal(ErrorCode.SetBelongsToAnotherSource, (await _fixture.FailAsync(On("web1"))).ErrorCode);
    }

    [Theory]
    [InlineData("web1", "WEB1")]
    [InlineData("WEB1", "web1")]
    [InlineData(null, "web2")]
    public async Task The_same_machine_in_other_letters_and_a_manifest_of_before_it_was_noted_are_no_other_machine(string? before, string now)
    {
        EmrBackup first = await BackupAsync(before ?? "web1");
        if (before is null) Rewrite(first, m => m with { Source = m.Source with { Host = null } });

        EmrBackup second = await BackupAsync(now);

        Assert.Equal([before, now], (await ListAsync(_fixture.Store)).Select(b => b.SourceHost));
        Assert.Equal(before is null, !(await File.ReadAllTextAsync(first.ManifestPath, TestContext.Current.CancellationToken)).Contains("\"host\"", StringComparison.Ordinal));
        Assert.Equal(EmrOutcome.Passed, second.Verification.Outcome);
    }

    [Theory]
    [InlineData(@"\\nas\data\app.db", "web1", @"\\nas\data\app.db", "web2", true)]
    [InlineData("/srv/app.db", "web1", "/srv/app.db", "web2", false)]
    [InlineData("/srv/app.db", "web1", "/srv/other.db", "web1", false)]
    [InlineData("/srv/app.db", null, "/srv/other.db", "web1", false)]
    [InlineData("/srv/app.db", null, "/srv/app.db", "web1", true)]
    [InlineData("", null, "/srv/app.db", "web1", true)]
    public void What_is_known_of_two_databases_tells_whether_they_can_be_one(string path, string? host, string otherPath, string? otherHost, bool same)
    {
        SourceIdentity one = new(path, host), other = new(otherPath, otherHost);

        Assert.Equal((same, same), (one.MayBe(other), other.MayBe(one)));
    }

    [Fact]
    public async Task A_pin_keeps_the_machine_and_a_repaired_manifest_takes_it_from_the_nearest_backup()
    {
        EmrBackup first = await BackupAsync("web1"), second = await BackupAsync("web1");
        await new BackupPins(_fixture.Loggers(), _clock).SetAsync(new PinRequest(second, true, "audit", null), default);
        File.Delete(first.ManifestPath);

        var repair = new Core.Verification.ManifestRepair(_fixture.Loggers(), _clock);
        await repair.RepairAsync(new Core.Verification.ManifestRepairRequest(first.Path), null, default);

        Assert.Equal(["web1", "web1"], (await ListAsync(_fixture.Store)).Select(b => b.SourceHost));
        File.Delete(first.ManifestPath);
        EmrBackup told = await repair.RepairAsync(new Core.Verification.ManifestRepairRequest(first.Path) { SourcePath = "/srv/app.db" }, null, default);
        Assert.Equal(("/srv/app.db", null), (told.SourcePath, told.SourceHost));
    }

    [Fact]
    public async Task G9_Copies_of_two_machines_do_not_become_one_set_of_a_second_store_and_a_database_that_moved_goes_on_there()
    {
        string second = _fixture.Folder.File("second");
        await JobAsync(On("web1"), second);
        BackupRequest moved = On("web2") with { Destination = _fixture.Folder.File("store2") };

        EmrSimException problem = Assert.Single((await JobAsync(moved, second)).Problems);

        EmrSimException cause = Assert.IsType<EmrSimException>(problem.InnerException);
        Assert.Equal(ErrorCode.SetBelongsToAnotherSource, cause.ErrorCode);
        EmrBackup old = Assert.Single(await ListAsync(second));
        Assert.Contains($"copy '{Path.GetFileName(old.Path)}' with its manifest", cause.Message, StringComparison.Ordinal);

        foreach (string path in new[] { old.Path, old.ManifestPath }) File.Copy(path, Path.Combine(moved.Destination, Path.GetFileName(path)));
        Assert.Empty((await JobAsync(moved, second)).Problems);
        Assert.Equal(["web1", "web2", "web2"], (await ListAsync(second)).Select(b => b.SourceHost));
    }

    private BackupRequest On(string host) => _fixture.Request with { Host = host };

    private Task<EmrBackup> BackupAsync(string host)
    {
        _clock.Advance(TimeSpan.FromHours(1));
        return _fixture.BackupAsync(On(host));
    }

    private Task<BackupJobResult> JobAsync(BackupRequest request, string second)
    {
        _clock.Advance(TimeSpan.FromHours(1));
        var job = new BackupJobRequest(request) { Mirror = new MirrorTarget(second, null) { Retention = new RetentionPolicy { Last = 5, Daily = 0, Weekly = 0, Monthly = 0 } } };
        return new BackupJob(_fixture.Loggers(), _clock).RunAsync(job, null, default);
    }

    private static void Rewrite(EmrBackup backup, Func<BackupManifest, BackupManifest> change) =>
        File.WriteAllBytes(backup.ManifestPath, ManifestFile.Serialize(change(ManifestFile.Parse(File.ReadAllBytes(backup.ManifestPath), backup.ManifestPath))));

    private static async Task<EmrBackup[]> ListAsync(string store) =>
        [.. (await BackupCatalog.ListAsync(new BackupQuery(store, [], false, null), default)).Select(e => e.Backup!)];
}
