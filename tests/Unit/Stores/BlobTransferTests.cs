using System.Security.Cryptography;
using EmrSim.Core.Backup;
using EmrSim.Core.Stores;
using EmrSim.Tests.Stores.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Stores;

/// <summary>Uploads and downloads over lines that break off and damage, against servers that go and come back.</summary>
[NotUnderWine("Azurite is of Linux here")]
public sealed class BlobTransferTests(AzuriteServer server) : IClassFixture<AzuriteServer>, IDisposable
{
    private const int BlockLength = 64 * 1024;
    private const int Blocks = 40;

    private readonly BlobWorld _world = new(server);
    private readonly TcpProxy _proxy = new(server.Port);

    public void Dispose()
    {
        _proxy.Dispose();
        _world.Dispose();
    }

    [Fact]
    public async Task An_upload_whose_line_breaks_off_again_and_again_goes_on_where_it_was()
    {
        MakeLargeDatabase();
        _world.Through(_proxy);
        _world.Limits = _world.Limits with { Retries = 0 };
        long next = Blocks / 4 * BlockLength;
        // Each cut kills one request after its repetitions are used up, as there are none.
        _proxy.Upstream = (_, passed) => passed < Interlocked.Read(ref next) || Interlocked.Add(ref next, Blocks / 4 * BlockLength) < 0;

        EmrBackup made = await _world.BackupAsync(Plain);

        int needed = (int)((made.StoredLength + BlockLength - 1) / BlockLength);
        Assert.InRange(needed, Blocks, 2 * Blocks);
        // What was sent twice is what was on its way when the line broke.
        Assert.InRange(_proxy.Blocks, needed + 1, needed + (4 * 5));
        Assert.Equal(EmrOutcome.Passed, (await _world.TestAsync(made.Path)).Test.Outcome);
    }

    [Fact]
    public async Task A_second_run_over_the_same_file_uses_the_blocks_that_a_first_one_has_staged()
    {
        (BackupStore store, BackupManifest manifest, string file) = Staged();
        _world.Through(_proxy);
        _world.Limits = _world.Limits with { Retries = 0 };
        _proxy.Answer = line => _proxy.Blocks > Blocks / 2 && line.Contains("comp=block", StringComparison.Ordinal) ? TcpProxy.Error(503, "ServerBusy") : null;
        EmrSimException error = Assert.Throws<EmrSimException>(() => _world.Open().Publish(file, manifest, null, default));
        Assert.Equal(ErrorCode.StoreUnavailable, error.ErrorCode);
        Assert.Empty(_world.Names());

        using var second = new TcpProxy(server.Port);
        _world.Through(second);
        EmrBackup made = _world.Open().Publish(file, manifest, null, default);

        // Those that were on their way when the first run gave up may have arrived or not.
        Assert.InRange(second.Blocks, Blocks - (Blocks / 2) - 4, Blocks - (Blocks / 2) + 4);
        Assert.Equal(SHA256.HashData(File.ReadAllBytes(file)), SHA256.HashData(_world.Read(manifest.File)));
        Assert.Single(await _world.ListAsync());
        // And once more, as where only the last answer was lost.
        Assert.Equal(made.Id, store.Publish(file, manifest, null, default).Id);
    }

    [Fact]
    public async Task A_server_that_is_killed_in_the_middle_of_an_upload_and_comes_back_is_waited_for()
    {
        using var mortal = new AzuriteServer();
        using var proxy = new TcpProxy(mortal.Port);
        using var world = new BlobWorld(mortal);
        TestDatabase.Run(world.Source, LargeTable);
        world.Through(proxy);
        world.Limits = world.Limits with { Retries = 25, Delay = TimeSpan.FromMilliseconds(100) };
        int stopped = 0;
        Task? back = null;
        proxy.Upstream = (_, passed) =>
        {
            if (passed > Blocks / 2 * BlockLength && Interlocked.Exchange(ref stopped, 1) == 0)
            {
                back = Task.Run(() =>
                {
                    mortal.Stop(kill: false);
                    mortal.Restart();
                });
            }

            return back is null or { IsCompleted: true };
        };

        EmrBackup made = await world.BackupAsync(world.Request with { Compression = EmrCompression.None });

        await back!;
        Assert.InRange(proxy.Blocks, (int)(made.StoredLength / BlockLength), 2 * (int)(made.StoredLength / BlockLength));
        Assert.Equal(EmrOutcome.Passed, (await world.TestAsync(made.Path, EmrVerificationLevel.Restore)).Test.Outcome);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    public async Task Bytes_that_are_damaged_on_their_way_are_sent_again_or_refused(int times)
    {
        MakeLargeDatabase();
        _world.Through(_proxy);
        int left = times;
        _proxy.Upstream = (bytes, _) =>
        {
            // Only what is long enough to end in content: no request without a block, and no manifest.
            if (bytes.Count > 8192 && Interlocked.Decrement(ref left) >= 0) bytes[bytes.Count - 1] ^= 1;
            return true;
        };

        if (times == 1)
        {
            EmrBackup made = await _world.BackupAsync(Plain);
            Assert.True(left < 1);
            Assert.Equal(EmrOutcome.Passed, (await _world.TestAsync(made.Path)).Test.Outcome);
            return;
        }

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => _world.BackupAsync(Plain));
        Assert.Equal(ErrorCode.UploadMismatch, error.ErrorCode);
        Assert.Empty(_world.Names());
    }

    [Fact]
    public void A_file_that_was_changed_after_it_was_verified_is_not_uploaded()
    {
        (BackupStore store, BackupManifest manifest, string file) = Staged();
        using (FileStream changed = File.OpenWrite(file)) changed.WriteByte(1);

        EmrSimException error = Assert.Throws<EmrSimException>(() => store.Publish(file, manifest, null, default));

        Assert.Equal(ErrorCode.UploadMismatch, error.ErrorCode);
        Assert.Empty(_world.Names());
    }

    [Fact]
    public void Another_blob_under_the_same_name_is_left_alone_and_no_backup()
    {
        (BackupStore store, BackupManifest manifest, string file) = Staged();
        _world.Write(manifest.File, "somebody else's"u8.ToArray());

        EmrSimException error = Assert.Throws<EmrSimException>(() => store.Publish(file, manifest, null, default));

        Assert.Equal(ErrorCode.UploadMismatch, error.ErrorCode);
        Assert.Equal([manifest.File], _world.Names());
        Assert.Equal("somebody else's"u8.ToArray(), _world.Read(manifest.File));
    }

    [Fact]
    public void At_level_Restore_what_reads_back_otherwise_is_withdrawn()
    {
        (_, BackupManifest manifest, string file) = Staged(EmrVerificationLevel.Restore);
        _world.Through(_proxy);
        bool reading = false;
        _proxy.Answer = line =>
        {
            reading |= line.StartsWith("GET", StringComparison.Ordinal) && line.EndsWith(".sqlite", StringComparison.Ordinal);
            return null;
        };
        _proxy.Downstream = (bytes, _) =>
        {
            if (reading && bytes.Count > 4096) bytes[bytes.Count - 1] ^= 1;
            return true;
        };

        EmrSimException error = Assert.Throws<EmrSimException>(() => _world.Open().Publish(file, manifest, null, default));

        Assert.True(reading);
        Assert.Equal(ErrorCode.UploadMismatch, error.ErrorCode);
        Assert.Empty(_world.Names());
    }

    [Fact]
    public void The_manifest_comes_after_its_file_and_a_refused_one_leaves_no_backup()
    {
        (_, BackupManifest manifest, string file) = Staged();
        _world.Through(_proxy);
        _proxy.Answer = line => line.StartsWith("PUT", StringComparison.Ordinal) && line.Contains(".json", StringComparison.Ordinal) ? TcpProxy.Error(403, "AuthorizationFailure") : null;

        Assert.Equal(ErrorCode.StoreAccessDenied, Assert.Throws<EmrSimException>(() => _world.Open().Publish(file, manifest, null, default)).ErrorCode);

        Assert.Equal([manifest.File], _world.Names());
        string[] puts = [.. _proxy.Requests.Where(r => r.StartsWith("PUT", StringComparison.Ordinal))];
        Assert.Contains("comp=blocklist", puts[^2], StringComparison.Ordinal);
        Assert.Contains(".json", puts[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_in_the_middle_of_an_upload_leaves_nothing_to_see_and_its_progress_was_told()
    {
        MakeLargeDatabase();
        using var stop = new CancellationTokenSource();
        var seen = new List<string>();
        _world.Through(_proxy);
        _proxy.Answer = _ =>
        {
            if (_proxy.Blocks > Blocks / 2) stop.Cancel();
            return null;
        };
        var engine = new BackupEngine(_world.Loggers(), _world.Clock);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.BackupAsync(Plain, new Synchronous(p => seen.Add(p.Status)), stop.Token));

        Assert.Empty(_world.Names());
        Assert.Contains(seen, s => s.StartsWith("Uploading", StringComparison.Ordinal));
        await _world.BackupAsync(Plain);
        Assert.Single(await _world.ListAsync());
    }

    [Fact]
    public async Task A_download_that_breaks_off_goes_on_and_one_whose_blob_was_replaced_meanwhile_does_not()
    {
        MakeLargeDatabase();
        EmrBackup made = await _world.BackupAsync(Plain);
        string name = StoreWorld.NameOf(made.Path);
        byte[] content = _world.Read(name);
        _world.Through(_proxy);
        int cuts = 2;
        _proxy.Downstream = (_, passed) => passed < content.Length / 2 || Interlocked.Decrement(ref cuts) < 0;

        Assert.Equal(EmrOutcome.Passed, (await _world.TestAsync(_world.Open().Locate(name))).Test.Outcome);
        Assert.True(cuts <= 0);

        using var again = new TcpProxy(server.Port);
        _world.Through(again);
        cuts = 1;
        again.Downstream = (_, passed) =>
        {
            if (passed < content.Length / 2 || Interlocked.Decrement(ref cuts) < 0) return true;
            _world.Write(name, content);
            return false;
        };
        using Stream stream = _world.Open().OpenRead(name);
        EmrSimException error = Assert.Throws<EmrSimException>(() => stream.CopyTo(Stream.Null));
        Assert.Equal(ErrorCode.IoError, error.ErrorCode);
        Assert.Contains("replaced", error.Message, StringComparison.Ordinal);
    }

    private const string LargeTable =
        "CREATE TABLE scans(id INTEGER PRIMARY KEY, page BLOB); INSERT INTO scans(page) WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 40) SELECT randomblob(65536) FROM c";

    private BackupRequest Plain => _world.Request with { Compression = EmrCompression.None };

    private void MakeLargeDatabase() => TestDatabase.Run(_world.Source, LargeTable);

    /// <summary>A stored file of random bytes and a manifest that describes it; nothing of it is uploaded.</summary>
    private (BackupStore Store, BackupManifest Manifest, string File) Staged(EmrVerificationLevel level = EmrVerificationLevel.Integrity)
    {
        _world.Container.Create();
        byte[] content = RandomNumberGenerator.GetBytes(Blocks * BlockLength);
        string digest = Convert.ToHexStringLower(SHA256.HashData(content)), stem = "app-20260301T020000000Z";
        string file = _world.Folder.File("staged");
        File.WriteAllBytes(file, content);
        var manifest = new BackupManifest
        {
            FormatVersion = 1,
            Tool = "test",
            Id = Guid.NewGuid(),
            Name = "app",
            File = stem + ".sqlite",
            CreatedUtc = StoreWorld.Start,
            Source = new ManifestSource("/app.db", null, "SQLite", "3", 4096, 1, "UTF-8", 0, 0, 0, "wal", "", null),
            Tables = [],
            Plain = new ManifestPlain(content.Length, digest),
            Stored = new ManifestStored(content.Length, digest, EmrCompression.None, EmrEncryption.None),
            Verification = new ManifestVerification(level, EmrOutcome.Passed, StoreWorld.Start),
            Pinned = false,
            DurationSeconds = 1,
        };
        return (_world.Open(), manifest, file);
    }
}
