using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using EmrSim.Core.Stores;
using EmrSim.Tests.Stores.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Stores;

/// <summary>Leases: one writer per set, also where writers die or lose the network.</summary>
[NotUnderWine("Azurite is of Linux here")]
public sealed class BlobLockTests(AzuriteServer server) : IClassFixture<AzuriteServer>, IDisposable
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(15);

    private readonly BlobWorld _world = new(server);

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task B11_The_lock_of_a_process_that_died_ends_by_itself()
    {
        _world.Limits = _world.Limits with { Lease = s_shortest };
        BackupStore store = _world.Open();
        store.Create();
        // The clock of the test stands still, so nothing renews it.
        _ = store.Lock("app", _world.Clock);
        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => _world.BackupAsync());
        Assert.Contains("within 15 seconds", error.Message, StringComparison.Ordinal);

        EmrBackup? made = null;
        Wait.Until(() => (made = TryBackup()) is not null, "the lease ends");

        Assert.Equal(EmrOutcome.Passed, (await _world.TestAsync(made!.Path)).Test.Outcome);
    }

    [Fact]
    public void B11_A_lease_is_renewed_while_its_holder_lives()
    {
        _world.Limits = _world.Limits with { Lease = s_shortest };
        using var proxy = new TcpProxy(server.Port);
        _world.Through(proxy);
        BackupStore store = _world.Open();
        store.Create();
        using IDisposable held = store.Lock("app", _world.Clock);
        int before = proxy.Requests.Count;

        _world.Clock.Advance(s_shortest / 3);

        Wait.Until(() => proxy.Requests.Count > before, "the lease is renewed");
        Assert.Contains("comp=lease", proxy.Requests.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task B11_A_run_whose_lock_somebody_else_holds_by_now_publishes_nothing()
    {
        using var proxy = new TcpProxy(server.Port);
        _world.Through(proxy);
        bool stolen = false;
        proxy.Answer = line =>
        {
            if (!stolen && line.Contains("comp=blocklist", StringComparison.Ordinal) && line.StartsWith("PUT", StringComparison.Ordinal))
            {
                stolen = true;
                BlobClient theLock = _world.Container.GetBlobClient(_world.BlobName(".app.lock"));
                theLock.GetBlobLeaseClient().Break(TimeSpan.Zero);
                theLock.GetBlobLeaseClient().Acquire(TimeSpan.FromSeconds(60));
            }

            return null;
        };

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => _world.BackupAsync());

        Assert.True(stolen);
        Assert.Equal(ErrorCode.SetLocked, error.ErrorCode);
        Assert.Contains("was lost", error.Message, StringComparison.Ordinal);
        Assert.Empty(await _world.ListAsync());
    }

    [Fact]
    public async Task A_run_that_has_lost_its_lock_removes_nothing_that_was_pinned_meanwhile()
    {
        EmrBackup backup = await _world.BackupAsync();
        BackupStore store = _world.Open();
        using IDisposable held = store.Lock("app", _world.Clock);
        Assert.Single(store.List("app"));
        Steal();
        BackupStore other = _world.Open();
        other.ReplaceManifest(other.ReadManifest(StoreWorld.NameOf(backup.ManifestPath)) with { Pinned = true });

        EmrSimException error = Assert.Throws<EmrSimException>(() => store.Remove(backup));

        Assert.Equal(ErrorCode.SetLocked, error.ErrorCode);
        Assert.True(Assert.Single(await _world.ListAsync()).Backup!.Pinned);
    }

    [Fact]
    public async Task What_was_changed_since_it_was_listed_is_not_removed()
    {
        EmrBackup backup = await _world.BackupAsync();
        BackupStore store = _world.Open(), other = _world.Open();
        Assert.Single(store.List("app"));
        string manifest = StoreWorld.NameOf(backup.ManifestPath);
        other.ReplaceManifest(other.ReadManifest(manifest) with { Pinned = true });

        EmrSimException error = Assert.Throws<EmrSimException>(() => store.Remove(backup));

        Assert.Equal(ErrorCode.SetLocked, error.ErrorCode);
        Assert.True(Assert.Single(await _world.ListAsync()).Backup!.Pinned);
    }

    private void Steal()
    {
        BlobLeaseClient lease = _world.Container.GetBlobClient(_world.BlobName(".app.lock")).GetBlobLeaseClient();
        lease.Break(TimeSpan.Zero);
        lease.Acquire(TimeSpan.FromSeconds(60));
    }

    private EmrBackup? TryBackup()
    {
        try
        {
            return _world.BackupAsync().GetAwaiter().GetResult();
        }
        catch (EmrSimException e) when (e.ErrorCode == ErrorCode.SetLocked)
        {
            return null;
        }
    }
}
