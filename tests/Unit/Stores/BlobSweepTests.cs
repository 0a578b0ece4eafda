using System.Globalization;
using Azure.Storage.Blobs.Specialized;
using EmrSim.Core.Stores;
using EmrSim.Tests.Stores.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Stores;

/// <summary>What killed runs leave in a container, lines beyond what one blob takes, and a thousand backups.</summary>
[NotUnderWine("Azurite is of Linux here")]
public sealed class BlobSweepTests(AzuriteServer server) : IClassFixture<AzuriteServer>, IDisposable
{
    private const int Kills = 12;
    private const int Many = 1000;

    private readonly BlobWorld _world = new(server);

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task G13_A_stored_file_whose_manifest_is_lost_is_kept_and_named()
    {
        EmrBackup made = await _world.BackupAsync();
        string name = StoreWorld.NameOf(made.Path);
        byte[] content = _world.Read(name);
        // Written again by hand, as a copy by another tool: nothing is noted with it.
        _world.Delete(StoreWorld.NameOf(made.ManifestPath));
        _world.Write(name, content);

        EmrBackup next = await _world.BackupAsync();

        IReadOnlyList<StoreEntry> entries = await _world.ListAsync();
        Assert.Equal(2, entries.Count);
        Assert.Equal(next.Id, entries[0].Backup!.Id);
        Assert.Equal((ErrorCode.ManifestMissing, made.Path), (entries[1].Error!.ErrorCode, entries[1].Error!.Target));
        Assert.Equal(content, _world.Read(name));
        Assert.Contains(_world.Log.Events, e => e.Id == 1015 && e.Message.Contains("no manifest", StringComparison.Ordinal));
    }

    [Fact]
    public async Task G13_A_stored_file_that_is_not_what_its_noted_manifest_says_gets_none()
    {
        EmrBackup made = await _world.BackupAsync();
        string name = StoreWorld.NameOf(made.Path);
        byte[] content = _world.Read(name);
        content[content.Length / 2] ^= 1;
        Azure.Storage.Blobs.BlobClient blob = _world.Container.GetBlobClient(_world.BlobName(name));
        IDictionary<string, string> noted = blob.GetProperties(cancellationToken: TestContext.Current.CancellationToken).Value.Metadata;
        _world.Delete(StoreWorld.NameOf(made.ManifestPath));
        _world.Write(name, content);
        await blob.SetMetadataAsync(noted, cancellationToken: TestContext.Current.CancellationToken);

        await _world.BackupAsync();

        Assert.Single(await _world.ListAsync());
        Assert.Equal(content, _world.Read(name));
    }

    [Fact]
    public async Task A_sweep_that_reads_a_long_file_can_be_stopped()
    {
        _world.HalfPublish(await _world.BackupAsync());
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();

        Assert.ThrowsAny<OperationCanceledException>(() => _world.Open().Sweep("app", _world.Loggers().CreateLogger("test"), stopped.Token));

        Assert.Empty(await _world.ListAsync());
    }

    [Fact]
    public async Task A_pin_is_not_forgotten_with_a_manifest_that_is_lost()
    {
        EmrBackup made = await _world.BackupAsync();
        BackupStore store = _world.Open();
        store.ReplaceManifest(store.ReadManifest(StoreWorld.NameOf(made.ManifestPath)) with { Pinned = true });
        _world.HalfPublish(made);

        await _world.BackupAsync();

        Assert.True((await _world.ListAsync())[0].Backup!.Pinned);
    }

    [Fact]
    public async Task A_manifest_that_somebody_has_changed_meanwhile_is_not_overwritten()
    {
        EmrBackup made = await _world.BackupAsync();
        string name = StoreWorld.NameOf(made.ManifestPath);
        BackupStore mine = _world.Open(), theirs = _world.Open();
        BackupManifest read = mine.ReadManifest(name);
        theirs.ReplaceManifest(theirs.ReadManifest(name) with { Pinned = true });

        EmrSimException error = Assert.Throws<EmrSimException>(() => mine.ReplaceManifest(read with { PinReason = "mine" }));

        Assert.Equal(ErrorCode.SetLocked, error.ErrorCode);
        Assert.True((await _world.ListAsync())[0].Backup!.Pinned);
    }

    [Fact]
    public async Task B10_A_kill_at_any_instant_leaves_no_manifest_without_its_file_and_the_next_run_works()
    {
        int seed = Random.Shared.Next(), seen = 0;
        var random = new Random(seed);
        TestDatabase.Create(_world.Folder.File("big.db"), 4000);
        string secret = _world.Folder.File("secret");
        Core.Files.SecretFile.WriteNew(secret, server.ConnectionString);
        for (int kill = 0; kill < Kills; kill++)
        {
            string where = $"kill {kill} of seed {seed}", store = $"{_world.Destination}/{kill}";
            using (OtherProcess backups = OtherProcess.Start("backup", _world.Folder.File("big.db"), store, "-Forever", "-SecretFile", secret))
            {
                // The first backup loads libraries and is slow; what follows is hit everywhere.
                backups.ReadLine();
                Thread.Sleep(random.Next(400));
                backups.Kill();
            }

            foreach (StoreEntry entry in await BackupCatalog.ListAsync(new BackupQuery(store, [], false, null, _world.Access), default))
            {
                seen++;
                Assert.True(entry.Backup is not null, $"{where}: {entry.Error?.Message}");
                Assert.True(EmrOutcome.Passed == (await _world.TestAsync(entry.Backup.Path)).Test.Outcome, $"{where}: {entry.Backup.Path}");
            }

            BreakLease($"{kill}/.big.lock");
            await _world.BackupAsync(_world.Request with { SourcePath = _world.Folder.File("big.db"), Destination = store });
            string[] names = [.. _world.AllNames().Where(n => n.StartsWith($"{kill}/big-", StringComparison.Ordinal))];
            Assert.True(names.GroupBy(n => n[..n.LastIndexOf("Z.", StringComparison.Ordinal)]).All(g => g.Count() == 2), $"{where}: {string.Join(", ", names)}");
        }

        Assert.InRange(seen, Kills, int.MaxValue);
    }

    [Fact]
    public void Lines_go_on_in_another_blob_when_one_is_full()
    {
        _world.Limits = _world.Limits with { LinesPerBlob = 3 };
        BackupStore store = _world.Open();
        store.Create();

        for (int i = 0; i < 8; i++) _world.Open().AppendLine("lines.jsonl", i.ToString(CultureInfo.InvariantCulture));

        Assert.Equal(["lines.2.jsonl", "lines.3.jsonl", "lines.jsonl"], _world.Names());
        Assert.Equal("01234567", string.Concat(store.ReadLines("lines.jsonl")));
    }

    [Fact]
    public void A_line_whose_answer_was_lost_is_not_appended_twice()
    {
        using var proxy = new TcpProxy(server.Port);
        _world.Through(proxy);
        BackupStore store = _world.Open();
        store.Create();
        store.AppendLine("lines.jsonl", "first");
        bool appending = false;
        int cuts = 1;
        proxy.Answer = line =>
        {
            appending |= line.Contains("comp=appendblock", StringComparison.Ordinal);
            return null;
        };
        proxy.Downstream = (_, _) => !appending || Interlocked.Decrement(ref cuts) < 0;

        store.AppendLine("lines.jsonl", "second");

        Assert.Equal(2, proxy.Requests.Count(r => r.Contains("comp=appendblock", StringComparison.Ordinal)) - 1);
        Assert.Equal(["first", "second"], store.ReadLines("lines.jsonl"));
    }

    [Fact]
    public async Task A_thousand_backups_are_listed_in_their_order()
    {
        EmrBackup made = await _world.BackupAsync();
        BackupStore store = _world.Open();
        BackupManifest model = store.ReadManifest(StoreWorld.NameOf(made.ManifestPath));
        byte[] content = _world.Read(model.File);
        Parallel.For(1, Many, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            DateTimeOffset created = StoreWorld.Start.AddHours(i);
            string stem = BackupFileName.Stem("app", created);
            BackupManifest copy = model with { Id = Guid.NewGuid(), CreatedUtc = created, File = stem + ".sqlite.zst" };
            _world.Write(copy.File, content);
            _world.Write(stem + ".json", ManifestFile.Serialize(copy));
        });

        IReadOnlyList<StoreEntry> entries = await _world.ListAsync();

        Assert.Equal(Enumerable.Range(0, Many).Select(i => StoreWorld.Start.AddHours(i)), entries.Select(e => e.Backup!.CreatedUtc));
    }

    // The dead run's lease would end by itself within a minute; between two backups there is none.
    private void BreakLease(string name)
    {
        try
        {
            _world.Container.GetBlobClient(_world.BlobName(name)).GetBlobLeaseClient().Break(TimeSpan.Zero);
        }
        catch (Azure.RequestFailedException e) when (e.ErrorCode == "LeaseNotPresentWithLeaseOperation")
        {
        }
    }
}
