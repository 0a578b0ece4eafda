using System.Net;
using System.Net.Sockets;
using EmrSim.Core.Backup;
using EmrSim.Core.Stores;
using EmrSim.Tests.Stores.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Stores;

/// <summary>Secrets that open a container, those that do not, services that are not there, and that nothing repeats a secret.</summary>
[NotUnderWine("Azurite is of Linux here")]
public sealed class BlobAccessTests(AzuriteServer server) : IClassFixture<AzuriteServer>, IDisposable
{
    private const string AllRights = "racwdl";

    private readonly BlobWorld _world = new(server);

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("?")]
    public async Task A_signature_for_the_container_does_everything_but_make_it(string questionMark)
    {
        string signature = questionMark + _world.Signature(AllRights).TrimStart('?');
        await AssertFailsAsync(ErrorCode.DestinationNotFound, signature);
        await _world.Container.CreateAsync(cancellationToken: TestContext.Current.CancellationToken);
        _world.Secret = signature;

        EmrBackup made = await _world.BackupAsync();

        Assert.Equal(EmrOutcome.Passed, (await _world.TestAsync(made.Path, EmrVerificationLevel.Restore)).Test.Outcome);
        await _world.RemoveAsync(made, force: true);
        Assert.Empty(_world.Names());
    }

    [Fact]
    public async Task A_signature_without_the_right_to_delete_backs_up_and_leaves_what_it_was_to_remove_as_it_was()
    {
        await _world.BackupAsync();
        _world.Secret = _world.Signature("racwl");
        EmrBackup made = await _world.BackupAsync();
        string[] before = _world.Names();

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => _world.RemoveAsync(made, force: true));

        Assert.Equal(ErrorCode.StoreAccessDenied, error.ErrorCode);
        Assert.Equal(before, _world.Names());
        Assert.Equal(EmrOutcome.Passed, (await _world.TestAsync(made.Path)).Test.Outcome);
        // A mark that stayed would make the next run finish a removal that was refused.
        Assert.DoesNotContain("removing", _world.Container.GetBlobClient(_world.BlobName(StoreWorld.NameOf(made.Path))).GetProperties(cancellationToken: TestContext.Current.CancellationToken).Value.Metadata.Keys);
    }

    [Fact]
    public async Task A_signature_to_read_lists_and_tests_and_writes_nothing()
    {
        EmrBackup made = await _world.BackupAsync();
        string[] before = _world.Names();
        _world.Secret = _world.Signature("rl");

        Assert.Single(await _world.ListAsync());
        Assert.Equal(EmrOutcome.Passed, (await _world.TestAsync(made.Path)).Test.Outcome);
        Assert.Equal(ErrorCode.StoreAccessDenied, (await Assert.ThrowsAsync<EmrSimException>(() => _world.BackupAsync())).ErrorCode);
        Assert.Equal(ErrorCode.StoreAccessDenied, (await Assert.ThrowsAsync<EmrSimException>(() => _world.RemoveAsync(made, force: true))).ErrorCode);
        Assert.Equal(before, _world.Names());
    }

    [Fact]
    public async Task Secrets_that_are_wrong_are_refused_with_the_reason()
    {
        await _world.BackupAsync();
        string wrongKey = server.ConnectionString.Replace(server.Key, Convert.ToBase64String(new byte[32]), StringComparison.Ordinal);
        string forged = _world.Signature(AllRights).Replace("sig=", "sig=AAAA", StringComparison.Ordinal);
        string other = server.ConnectionString.Replace("/emrsim", "/another", StringComparison.Ordinal).Replace("AccountName=emrsim", "AccountName=another", StringComparison.Ordinal);

        await AssertFailsAsync(ErrorCode.StoreAccessDenied, wrongKey);
        await AssertFailsAsync(ErrorCode.StoreAccessDenied, forged);
        EmrSimException expired = await AssertFailsAsync(ErrorCode.StoreAccessDenied, _world.Signature(AllRights, DateTimeOffset.UtcNow.AddDays(-1)));
        Assert.Contains("expired at", expired.Message, StringComparison.Ordinal);
        await AssertFailsAsync(ErrorCode.InvalidArgument, other);
        await AssertFailsAsync(ErrorCode.InvalidArgument, server.Key);
        await AssertFailsAsync(ErrorCode.InvalidArgument, "AccountName=emrsim;AccountKey=" + server.Key.TrimEnd('=') + "!!!;nonsense");
        await AssertFailsAsync(ErrorCode.InvalidArgument, _world.Container.Uri + _world.Signature(AllRights));
    }

    [Fact]
    public async Task Without_a_secret_http_is_no_way_to_prove_an_identity()
    {
        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(
            () => BackupCatalog.ListAsync(new BackupQuery(_world.Destination, [], false, null), default));

        Assert.Equal(ErrorCode.StoreAccessDenied, error.ErrorCode);
        Assert.Contains("managed identity", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_unavailable()
    {
        using var reserved = new TcpListener(IPAddress.Loopback, 0);
        reserved.Start();
        int port = ((IPEndPoint)reserved.LocalEndpoint).Port;
        reserved.Stop();
        string signature = _world.Signature(AllRights);

        foreach (string address in new[] { AzuriteServer.AddressAt(port, "backups"), "https://emrsim-none.invalid/backups" })
        {
            EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(
                () => _world.BackupAsync(new BackupRequest(_world.Source, address) { Access = _world.AccessBy(signature) }));
            Assert.Equal(ErrorCode.StoreUnavailable, error.ErrorCode);
            AssertSilent(error);
        }
    }

    [Fact]
    public async Task A_service_that_takes_connections_and_never_answers_is_given_up()
    {
        using var deaf = new TcpListener(IPAddress.Loopback, 0);
        deaf.Start();
        _world.Limits = _world.Limits with { Retries = 1, AnswerTimeout = TimeSpan.FromMilliseconds(200) };

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => _world.BackupAsync(
            new BackupRequest(_world.Source, AzuriteServer.AddressAt(((IPEndPoint)deaf.LocalEndpoint).Port, "backups")) { Access = _world.AccessBy(_world.Signature(AllRights)) }));

        Assert.Equal(ErrorCode.StoreUnavailable, error.ErrorCode);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("open")]
    [InlineData("lock")]
    [InlineData("manifest")]
    public async Task A_stop_is_heeded_while_a_service_does_not_answer(string what)
    {
        using var deaf = new TcpListener(IPAddress.Loopback, 0);
        deaf.Start();
        _world.Limits = _world.Limits with { AnswerTimeout = TimeSpan.FromHours(1), TransferTimeout = TimeSpan.FromHours(1) };
        BackupStore store = BackupStores.Open(AzuriteServer.AddressAt(((IPEndPoint)deaf.LocalEndpoint).Port, "backups"), _world.AccessBy(_world.Signature(AllRights)));
        using var stop = new CancellationTokenSource();

        Task call = Task.Run(
            () =>
            {
                if (what == "list") store.List(token: stop.Token);
                else if (what == "open") store.Create(stop.Token);
                else if (what == "lock") store.Lock("app", TimeProvider.System, stop.Token).Dispose();
                else store.ReadManifest("app-20260101T000000000Z.json", stop.Token);
            },
            CancellationToken.None);
        using TcpClient asked = await deaf.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(403, "AuthenticationFailed", ErrorCode.StoreAccessDenied, "clock")]
    [InlineData(503, "ServerBusy", ErrorCode.StoreUnavailable)]
    [InlineData(500, "InternalError", ErrorCode.StoreUnavailable)]
    [InlineData(429, "TooManyRequests", ErrorCode.StoreUnavailable)]
    [InlineData(507, "InsufficientStorage", ErrorCode.StoreFull)]
    [InlineData(409, "AccountQuotaExceeded", ErrorCode.StoreFull)]
    [InlineData(403, "AuthorizationPermissionMismatch", ErrorCode.StoreAccessDenied, "Storage Blob Data Contributor")]
    [InlineData(403, "AuthorizationFailure", ErrorCode.StoreAccessDenied)]
    [InlineData(401, "NoAuthenticationInformation", ErrorCode.StoreAccessDenied)]
    [InlineData(409, "ContainerBeingDeleted", ErrorCode.DestinationNotFound)]
    public async Task What_the_service_answers_to_an_upload_has_a_code(int status, string answer, ErrorCode code, string advice = "")
    {
        using var proxy = new TcpProxy(server.Port);
        _world.Through(proxy);
        _world.Limits = _world.Limits with { Retries = 1 };
        proxy.Answer = line => line.Contains("comp=block&", StringComparison.Ordinal) ? TcpProxy.Error(status, answer) : null;

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => _world.BackupAsync());

        Assert.Equal(code, error.ErrorCode);
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
        Assert.Empty(_world.Names());
        AssertSilent(error);
    }

    [Fact]
    public async Task A_service_that_goes_away_while_manifests_are_read_is_unavailable()
    {
        for (int i = 0; i < 3; i++) await _world.BackupAsync();
        using var proxy = new TcpProxy(server.Port);
        _world.Through(proxy);
        _world.Limits = _world.Limits with { Retries = 1 };
        proxy.Answer = line => line.Contains(".json", StringComparison.Ordinal) ? TcpProxy.Error(503, "ServerBusy") : null;

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => _world.ListAsync());

        Assert.Equal(ErrorCode.StoreUnavailable, error.ErrorCode);
        AssertSilent(error);
    }

    [Theory]
    [InlineData("BlobImmutableDueToPolicy", ".json")]
    [InlineData("BlobImmutableDueToLegalHold", ".zst")]
    [InlineData("BlobImmutableDueToPolicy", ".zst")]
    public async Task G15_A_backup_that_a_legal_hold_keeps_stays_whole(string answer, string kept)
    {
        using var proxy = new TcpProxy(server.Port);
        _world.Through(proxy);
        EmrBackup made = await _world.BackupAsync();
        string[] before = _world.Names();
        proxy.Answer = line => line.StartsWith("DELETE", StringComparison.Ordinal) && line.Contains(kept, StringComparison.Ordinal) ? TcpProxy.Error(409, answer) : null;

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => _world.RemoveAsync(made, force: true));

        Assert.Equal(ErrorCode.AccessDenied, error.ErrorCode);
        Assert.Contains("retention policy or a legal hold", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, _world.Names());
        await _world.BackupAsync();
        Assert.Equal(EmrOutcome.Passed, (await _world.TestAsync(made.Path)).Test.Outcome);
    }

    [Fact]
    public async Task A_secret_comes_from_a_file_that_only_its_owner_reads_and_never_from_two_places()
    {
        string path = _world.Folder.File("store.secret");
        Core.Files.SecretFile.WriteNew(path, server.ConnectionString + "\n");

        await _world.BackupAsync(_world.Request with { Access = StoreAccess.Of(null, path) });

        Assert.Null(StoreAccess.Of(null, null));
        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<EmrSimException>(() => StoreAccess.Of(BlobWorld.Secure("x"), path)).ErrorCode);
        Assert.Equal(ErrorCode.SecretNotFound, Assert.Throws<EmrSimException>(() => StoreAccess.Of(null, path + "2")).ErrorCode);
    }

    [Fact]
    public void A_store_as_text_shows_no_secret() => Assert.DoesNotContain(server.Key, _world.Access.ToString(), StringComparison.Ordinal);

    private async Task<EmrSimException> AssertFailsAsync(ErrorCode code, string secret)
    {
        _world.Secret = secret;
        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => _world.ListAsync());
        Assert.True(error.ErrorCode == code, error.Message);
        AssertSilent(error);
        EmrSimException backup = await Assert.ThrowsAsync<EmrSimException>(() => _world.BackupAsync());
        Assert.True(backup.ErrorCode == code, backup.Message);
        AssertSilent(backup);
        return error;
    }

    private void AssertSilent(EmrSimException error)
    {
        string said = error + error.Target + string.Join('\n', _world.Log.Events.Select(e => e.Message));
        string[] secrets = [server.Key, server.Key.TrimEnd('='), Uri.EscapeDataString(server.Key), "sig=", "AccountKey", "Authorization:", "SharedKey", .. Signatures()];
        Assert.All(secrets, s => Assert.DoesNotContain(s, said, StringComparison.OrdinalIgnoreCase));
        for (Exception? inner = error.InnerException; inner is not null; inner = inner.InnerException) Assert.IsType<EmrSimException>(inner);
    }

    private IEnumerable<string> Signatures()
    {
        int at = _world.Secret.IndexOf("sig=", StringComparison.Ordinal);
        return at < 0 ? [] : [_world.Secret[(at + 4)..], Uri.UnescapeDataString(_world.Secret[(at + 4)..])];
    }
}
