using System.Text;
using EmrSim.Core.Files;
using EmrSim.Core.Retention;
using EmrSim.Core.Stores;
using EmrSim.Tests.Stores.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Stores;

/// <summary>What every kind of store does alike.</summary>
public abstract class StoreContract(StoreWorld world) : IDisposable
{
    private static readonly string[] s_foreign = ["notes.txt", "app.json", "app-2026.sqlite.partial", "backup.partial", "app-20260301T020000000Z.txt"];

    private protected StoreWorld World => world;

    public void Dispose()
    {
        world.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(EmrCompression.Zstd, EmrVerificationLevel.Integrity)]
    [InlineData(EmrCompression.Gzip, EmrVerificationLevel.Restore)]
    [InlineData(EmrCompression.None, EmrVerificationLevel.Checksum)]
    public async Task A_backup_is_listed_passes_every_test_and_is_removed(EmrCompression compression, EmrVerificationLevel level)
    {
        EmrBackup made = await world.BackupAsync(world.Request with { Compression = compression, VerificationLevel = level });

        EmrBackup listed = Assert.Single(await world.ListAsync()).Backup!;

        Assert.Equal((made.Id, made.Path, made.Sha256, made.StoredLength), (listed.Id, listed.Path, listed.Sha256, listed.StoredLength));
        Assert.Equal(["app"], world.Open().Sets());
        foreach (EmrVerificationLevel test in Enum.GetValues<EmrVerificationLevel>())
        {
            foreach (string path in new[] { listed.Path, listed.ManifestPath }) Assert.Equal(EmrOutcome.Passed, (await world.TestAsync(path, test)).Test.Outcome);
        }

        await world.RemoveAsync(listed, force: true);
        Assert.Empty(world.Names());
        Assert.Equal(ErrorCode.BackupNotFound, (await Assert.ThrowsAsync<EmrSimException>(() => world.RemoveAsync(listed))).ErrorCode);
        Assert.Equal(ErrorCode.BackupNotFound, (await Assert.ThrowsAsync<EmrSimException>(() => world.TestAsync(listed.Path))).ErrorCode);
    }

    [Fact]
    public async Task G9_Sets_of_similar_names_and_foreign_files_are_kept_apart()
    {
        foreach (string name in s_foreign) world.Write(name, "mine"u8.ToArray());
        foreach (string set in new[] { "app", "app2", "app-20260101T000000000Z" })
        {
            await world.BackupAsync(world.Request with { Name = set });
        }

        await world.BackupAsync(world.Request with { Name = "app" });

        Assert.Equal(["app", "app-20260101T000000000Z", "app2"], world.Open().Sets());
        Assert.Equal(2, (await world.ListAsync("app")).Count);
        Assert.Equal(3, (await world.ListAsync("app*", latest: true)).Count);
        Assert.All(s_foreign.Where(f => !f.EndsWith(".partial", StringComparison.Ordinal)), f => Assert.Equal("mine", Encoding.UTF8.GetString(world.Read(f))));
    }

    [Theory]
    [InlineData("Praxis Müller #1 100%")]
    [InlineData("a+b & c=d;e,f'g")]
    [InlineData("数据库-🩺")]
    public async Task Names_of_sets_may_hold_what_is_special_in_an_address(string set)
    {
        EmrBackup made = await world.BackupAsync(world.Request with { Name = set });

        EmrBackup listed = Assert.Single(await world.ListAsync(set)).Backup!;

        Assert.Equal(made.Path, listed.Path);
        Assert.All(world.Names(), n => Assert.StartsWith(set + "-", n, StringComparison.Ordinal));
        Assert.Equal(EmrOutcome.Passed, (await world.TestAsync(listed.Path)).Test.Outcome);
        await world.RemoveAsync(listed, force: true);
        Assert.Empty(world.Names());
    }

    [Fact]
    public async Task The_newest_not_newer_than_a_time_is_found_and_a_set_that_is_not_there_is_an_error()
    {
        EmrBackup first = await world.BackupAsync();
        EmrBackup second = await world.BackupAsync();

        Assert.Equal(first.Id, Assert.Single(await world.ListAsync("app", latest: true, asOf: StoreWorld.Start.AddHours(23))).Backup!.Id);
        Assert.Equal(second.Id, Assert.Single(await world.ListAsync("app", latest: true)).Backup!.Id);
        Assert.Equal(ErrorCode.BackupNotFound, Assert.Single(await world.ListAsync("ap")).Error!.ErrorCode);
    }

    [Theory]
    [InlineData(true, ErrorCode.BackupFileMissing)]
    [InlineData(false, ErrorCode.BackupLengthMismatch)]
    public async Task A_backup_whose_stored_file_is_gone_or_cut_off_is_an_error_and_no_reason_to_remove_the_last_good_one(bool gone, ErrorCode code)
    {
        EmrBackup good = await world.BackupAsync();
        EmrBackup newest = await world.BackupAsync();
        if (gone) world.Delete(StoreWorld.NameOf(newest.Path));
        else world.Write(StoreWorld.NameOf(newest.Path), []);

        IReadOnlyList<StoreEntry> entries = await world.ListAsync("app");

        Assert.Equal(good.Id, entries[0].Backup!.Id);
        Assert.Equal(code, entries[1].Error!.ErrorCode);
        Assert.Equal(code, (await world.TestAsync(newest.Path)).Error!.ErrorCode);
        Assert.Equal(ErrorCode.LastGoodBackup, (await Assert.ThrowsAsync<EmrSimException>(() => world.RemoveAsync(good))).ErrorCode);
    }

    [Fact]
    public async Task Damage_to_either_file_is_found()
    {
        EmrBackup bad = await world.BackupAsync();
        EmrBackup worse = await world.BackupAsync();
        byte[] stored = world.Read(StoreWorld.NameOf(bad.Path));
        stored[stored.Length / 2] ^= 1;
        world.Write(StoreWorld.NameOf(bad.Path), stored);
        world.Write(StoreWorld.NameOf(worse.ManifestPath), [.. world.Read(StoreWorld.NameOf(worse.ManifestPath)), (byte)' ']);

        Assert.Equal(ErrorCode.BackupChecksumMismatch, (await world.TestAsync(bad.Path)).Error!.ErrorCode);
        Assert.Equal(ErrorCode.ManifestDamaged, (await world.TestAsync(worse.Path)).Error!.ErrorCode);
        Assert.Equal(ErrorCode.ManifestDamaged, (await world.ListAsync("app"))[1].Error!.ErrorCode);
    }

    [Fact]
    public async Task G14_A_removal_that_was_killed_between_its_files_is_finished_by_the_next_run()
    {
        EmrBackup half = await world.BackupAsync();
        world.HalfRemove(half);
        Assert.Empty(await world.ListAsync());

        EmrBackup next = await world.BackupAsync();

        Assert.Equal([StoreWorld.NameOf(next.ManifestPath), StoreWorld.NameOf(next.Path)], world.Names());
        Assert.Contains(world.Log.Events, e => e.Id == 1005);
    }

    [Fact]
    public async Task A_publication_that_was_killed_before_its_manifest_was_visible_is_finished_by_the_next_run()
    {
        EmrBackup half = await world.BackupAsync();
        world.HalfPublish(half);
        Assert.Empty(await world.ListAsync());

        await world.BackupAsync();

        Assert.Equal(2, (await world.ListAsync()).Count(e => e.Backup is not null));
        Assert.Equal(EmrOutcome.Passed, (await world.TestAsync(half.Path)).Test.Outcome);
    }

    [Fact]
    public async Task B11_Of_two_writers_on_one_set_the_second_is_refused_and_told_who_the_first_is()
    {
        BackupStore store = world.Open();
        store.Create();
        using (store.Lock("app", world.Clock))
        {
            EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => world.BackupAsync());

            Assert.Equal(ErrorCode.SetLocked, error.ErrorCode);
            Assert.Contains($"process {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
            await world.BackupAsync(world.Request with { Name = "app2" });
        }

        await world.BackupAsync();
        Assert.Equal(2, (await world.ListAsync()).Count);
    }

    [Fact]
    public async Task A_manifest_is_replaced_as_a_whole()
    {
        EmrBackup made = await world.BackupAsync();
        BackupStore store = world.Open();
        BackupManifest manifest = store.ReadManifest(StoreWorld.NameOf(made.ManifestPath));

        EmrBackup pinned = store.ReplaceManifest(manifest with { Pinned = true, PinReason = "audit" });

        Assert.Equal((true, "audit"), (pinned.Pinned, pinned.PinReason));
        EmrBackup listed = Assert.Single(await world.ListAsync()).Backup!;
        Assert.Equal((true, "audit", made.Id), (listed.Pinned, listed.PinReason, listed.Id));
        Assert.Equal(2, world.Names().Length);
    }

    [Fact]
    public async Task G13_A_stored_file_without_manifest_is_said_and_repaired()
    {
        EmrBackup made = await world.BackupAsync();
        byte[] content = world.Read(StoreWorld.NameOf(made.Path));
        world.Delete(StoreWorld.NameOf(made.ManifestPath));
        // Written again by another tool: in a container nothing is noted with it.
        world.Write(StoreWorld.NameOf(made.Path), content);
        EmrSimException error = Assert.Single(await world.ListAsync()).Error!;
        Assert.Equal((ErrorCode.ManifestMissing, made.Path), (error.ErrorCode, error.Target));
        using (world.Open().Lock("app", world.Clock)) Assert.Empty(await world.ListAsync());

        await world.RepairAsync(error.Target!);

        EmrBackup repaired = Assert.Single(await world.ListAsync()).Backup!;
        Assert.Equal((made.Sha256, made.StoredSha256, made.CreatedUtc, made.Rows), (repaired.Sha256, repaired.StoredSha256, repaired.CreatedUtc, repaired.Rows));
        Assert.Equal(EmrOutcome.Passed, (await world.TestAsync(made.Path, EmrVerificationLevel.Restore)).Test.Outcome);
        world.Write(StoreWorld.NameOf(made.ManifestPath), [.. world.Read(StoreWorld.NameOf(made.ManifestPath)), (byte)' ']);
        Assert.NotEqual(repaired.Id, (await world.RepairAsync(made.ManifestPath)).Id);
        Assert.Equal(ErrorCode.TargetExists, (await Assert.ThrowsAsync<EmrSimException>(() => world.RepairAsync(made.Path))).ErrorCode);
    }

    [Fact]
    public async Task Lines_of_several_writers_are_appended_whole()
    {
        const int Writers = 4, Lines = 25;
        world.Open().Create();
        Assert.Empty(world.Open().ReadLines("lines.jsonl"));

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => Task.Run(() =>
        {
            for (int i = 0; i < Lines; i++) world.Open().AppendLine("lines.jsonl", $"{{\"writer\":{w},\"line\":{i},\"text\":\"Schmerzen 🩺\"}}");
        })));

        IReadOnlyList<string> lines = world.Open().ReadLines("lines.jsonl");
        Assert.Equal(Writers * Lines, lines.Distinct().Count());
        Assert.Equal(Writers * Lines, lines.Count);
        Assert.All(Enumerable.Range(0, Writers), w =>
            Assert.Equal(Enumerable.Range(0, Lines).Select(i => $"\"line\":{i},"), lines.Where(l => l.Contains($"\"writer\":{w},", StringComparison.Ordinal)).Select(l => l.Split(',')[1] + ",")));
    }

    [Fact]
    public async Task Drills_are_evidence_that_no_removal_touches_and_no_listing_takes_for_a_backup()
    {
        EmrBackup first = await world.BackupAsync(), second = await world.BackupAsync();
        DateTimeOffset when = world.Clock.GetUtcNow();
        await world.TestAsync(first.Path, EmrVerificationLevel.Restore);
        byte[] drills = world.Read("drills.jsonl");

        IReadOnlyList<StoreEntry> listed = await world.Catalog.ListProvedAsync(new BackupQuery(world.Destination, [], false, null, world.Access), default);
        Assert.Equal([when, null], listed.Select(e => e.Backup!.LastProved));
        Assert.Equal(["app"], world.Open().Sets());

        var policy = new RetentionPolicy { Last = 1, Daily = 0, Weekly = 0, Monthly = 0 };
        await new RetentionEngine(world.Loggers(), world.Clock)
            .ApplyAsync(new RetentionRequest(world.Destination, [], policy, null) { Access = world.Access, ToApply = true }, null, default);
        Assert.Equal(second.Id, Assert.Single(await world.ListAsync()).Backup!.Id);
        await world.RemoveAsync(second, force: true);
        await world.BackupAsync();

        Assert.Equal(drills, world.Read("drills.jsonl"));
        Assert.Single(await world.ListAsync());
    }

    [Fact]
    public async Task A_store_that_is_not_there_is_an_error()
    {
        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(
            () => BackupCatalog.ListAsync(new BackupQuery(world.Nowhere, [], false, null, world.Access), default));

        Assert.Equal(ErrorCode.DestinationNotFound, error.ErrorCode);
    }

    [Fact]
    public async Task A_backup_that_fails_its_checks_leaves_nothing_in_the_store()
    {
        await world.BackupAsync();
        string[] before = world.Names();
        TestDatabase.Run(world.Source, "DELETE FROM patients");

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => world.BackupAsync());

        Assert.Equal(ErrorCode.DatabaseShrank, error.ErrorCode);
        Assert.Equal(before, world.Names().Where(n => !n.EndsWith(".rejected", StringComparison.Ordinal)));
        foreach (string evidence in Directory.GetFiles(PrivateTemp.Find().Path, "app-2026*.sqlite.rejected")) File.Delete(evidence);
    }
}

/// <summary>The folder.</summary>
public sealed class FolderStoreTests() : StoreContract(new FolderWorld());

/// <summary>The container.</summary>
[NotUnderWine("Azurite is of Linux here")]
public sealed class BlobStoreTests(AzuriteServer server) : StoreContract(new BlobWorld(server)), IClassFixture<AzuriteServer>;
