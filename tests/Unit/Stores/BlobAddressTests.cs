using EmrSim.Core.Stores;
using EmrSim.Core.Stores.Blobs;

namespace EmrSim.Tests.Stores;

/// <summary>Which addresses a store may have, and that none gives a secret away.</summary>
public sealed class BlobAddressTests
{
    private const string Signature = "bm90LWEtcmVhbC1zaWduYXR1cmU";

    [Theory]
    [InlineData("https://acct.blob.core.windows.net/backups", "https://acct.blob.core.windows.net/", "backups", "")]
    [InlineData("https://acct.blob.core.windows.net/backups/", "https://acct.blob.core.windows.net/", "backups", "")]
    [InlineData("HTTPS://acct.blob.core.windows.net/backups/site%20a/nightly", "https://acct.blob.core.windows.net/", "backups", "site a/nightly")]
    [InlineData("https://acct.blob.core.chinacloudapi.cn/backups/x", "https://acct.blob.core.chinacloudapi.cn/", "backups", "x")]
    [InlineData("https://acct.blob.core.usgovcloudapi.net/b01", "https://acct.blob.core.usgovcloudapi.net/", "b01", "")]
    [InlineData("https://acct.z13.blob.storage.azure.net/backups", "https://acct.z13.blob.storage.azure.net/", "backups", "")]
    [InlineData("https://backups.example.org:8443/backups/x", "https://backups.example.org:8443/", "backups", "x")]
    [InlineData("http://127.0.0.1:10000/devstoreaccount1/backups/x/y", "http://127.0.0.1:10000/devstoreaccount1", "backups", "x/y")]
    [InlineData("http://localhost:34567/devstoreaccount1/backups", "http://127.0.0.1:34567/devstoreaccount1", "backups", "")]
    [InlineData("https://10.1.2.3/acct/backups", "https://10.1.2.3/acct", "backups", "")]
    public void An_address_has_a_service_a_container_and_a_prefix(string address, string service, string container, string prefix)
    {
        BlobAddress parsed = BlobAddress.Parse(address);

        Assert.Equal((service, container, prefix), (parsed.Service.AbsoluteUri, parsed.Container, parsed.Prefix));
        Assert.Equal(parsed.Location, BlobAddress.Parse(parsed.Location).Location);
    }

    [Theory]
    [InlineData("https://acct.blob.core.windows.net", "container")]
    [InlineData("https://acct.blob.core.windows.net/", "container")]
    [InlineData("https:///backups", "address")]
    [InlineData("https://", "address")]
    [InlineData("http://127.0.0.1:10000/devstoreaccount1", "container")]
    [InlineData("http://acct.blob.core.windows.net/backups", "https")]
    [InlineData("http://10.1.2.3/acct/backups", "https")]
    [InlineData("https://[::1]:10000/acct/backups", "IPv6")]
    [InlineData("https://acct.blob.core.windows.net/Backups", "lower-case")]
    [InlineData("https://acct.blob.core.windows.net/ba", "characters")]
    [InlineData("https://acct.blob.core.windows.net/$root/x", "lower-case")]
    [InlineData("https://acct.blob.core.windows.net/a--b", "dash")]
    [InlineData("https://acct.blob.core.windows.net/-ab", "dash")]
    [InlineData("https://acct.blob.core.windows.net/backups/../other", "..")]
    [InlineData("https://acct.blob.core.windows.net/backups/%2e%2e/other", "..")]
    [InlineData("https://acct.blob.core.windows.net/backups/a//b", "empty")]
    [InlineData("https://acct.blob.core.windows.net/backups//", "empty")]
    [InlineData("https://acct.blob.core.windows.net/backups/a./b", "dot")]
    [InlineData("https://acct.blob.core.windows.net/backups/a\\b", "backslash")]
    [InlineData("https://acct.blob.core.windows.net/backups/a%5Cb", "backslash")]
    [InlineData("https://acct.blob.core.windows.net/backups/a%2Fb", "slash")]
    [InlineData("https://acct.blob.core.windows.net/backups/a%0Ab", "control")]
    [InlineData("https://acct.blob.core.windows.net/backups/a\tb", "control")]
    public void What_no_store_can_have_is_refused_with_the_reason(string address, string reason)
    {
        EmrSimException error = Assert.Throws<EmrSimException>(() => BackupStores.Open(address, null));

        Assert.Equal(ErrorCode.InvalidDestination, error.ErrorCode);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prefix_that_leaves_no_room_for_names_is_refused()
    {
        string longest = string.Join('/', Enumerable.Repeat(new string('x', 102), 8));

        Assert.Equal(823, BlobAddress.Parse("https://acct.blob.core.windows.net/backups/" + longest).Prefix.Length);
        Assert.Equal(ErrorCode.InvalidDestination, Assert.Throws<EmrSimException>(() => BlobAddress.Parse($"https://acct.blob.core.windows.net/backups/{longest}/y")).ErrorCode);
    }

    [Theory]
    [InlineData("https://acct.blob.core.windows.net/backups/x?sv=2024-01-01&sp=r&sig=" + Signature)]
    [InlineData("https://acct.blob.core.windows.net/backups/x&sig=" + Signature)]
    [InlineData("https://acct.blob.core.windows.net/backups/x%3Fsv=1%26sig%3D" + Signature)]
    [InlineData("https://acct.blob.core.windows.net/backups/x#" + Signature)]
    [InlineData("https://acct.blob.core.windows.net?sig=" + Signature)]
    [InlineData("https://user:" + Signature + "@acct.blob.core.windows.net/backups")]
    [InlineData("https://" + Signature + "@acct.blob.core.windows.net")]
    public async Task A_secret_in_an_address_is_refused_and_not_repeated(string address)
    {
        EmrSimException[] errors =
        [
            Assert.Throws<EmrSimException>(() => BackupStores.Open(address, null)),
            Assert.Throws<EmrSimException>(() => BackupStores.OpenFor(address, null)),
            Assert.Throws<EmrSimException>(() => BackupStores.Canonical(address)),
            await Assert.ThrowsAsync<EmrSimException>(() => BackupCatalog.ListAsync(new BackupQuery(address, [], false, null), default)),
        ];

        Assert.All(errors, e => Assert.Equal(ErrorCode.InvalidDestination, e.ErrorCode));
        Assert.All(errors, e => Assert.DoesNotContain(Signature, e + e.Target, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_is_found_again_by_its_address()
    {
        BlobAddress store = BlobAddress.Parse("https://acct.blob.core.windows.net/backups/a%20b");
        string address = store.Locate("Praxis #1 100%-20260301T020000000Z.sqlite.zst");

        (BackupStore found, string name) = BackupStores.OpenFor(address, new StoreAccess(Support.BlobWorld.Secure("sv=1&sig=x")));

        Assert.Equal((store.Location, "Praxis #1 100%-20260301T020000000Z.sqlite.zst"), (found.Location, name));
        Assert.Equal(name, BackupStores.NameOf(address));
    }
}
