using System.Net;
using System.Security;
using Azure.Storage.Blobs;
using Azure.Storage.Sas;
using EmrSim.Core.Stores;
using EmrSim.Core.Stores.Blobs;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Stores.Support;

/// <summary>A container of its own in an Azurite server, reached by a connection string unless a test says otherwise.</summary>
public sealed class BlobWorld : StoreWorld
{
    private readonly AzuriteServer _server;
    private readonly string _container = "c" + Guid.NewGuid().ToString("N");
    private readonly string _prefix;

    public BlobWorld(AzuriteServer server, string prefix = "a prefix/of levels")
    {
        _server = server;
        _prefix = prefix;
        Secret = server.ConnectionString;
        Port = server.Port;
    }

    /// <summary>The port at which the store is addressed: the server's, or a proxy's.</summary>
    public int Port { get; set; }

    public string Secret { get; set; }

    internal BlobLimits Limits { get; set; } = new() { Delay = TimeSpan.FromMilliseconds(10), BlockLength = 64 * 1024 };

    public override string Destination => AzuriteServer.AddressAt(Port, $"{_container}/{string.Join('/', _prefix.Split('/').Select(Uri.EscapeDataString))}");

    public override string Nowhere => AzuriteServer.AddressAt(Port, "nowhere/" + _prefix);

    public override StoreAccess Access => AccessBy(Secret);

    /// <summary>The container as its owner sees it, without the code under test.</summary>
    public BlobContainerClient Container => new(_server.ConnectionString, _container);

    public string BlobName(string name) => $"{_prefix}/{name}";

    /// <summary>Sends what the store does from now on through a proxy.</summary>
    public TcpProxy Through(TcpProxy proxy)
    {
        Port = proxy.Port;
        Secret = _server.ConnectionStringAt(proxy.Port);
        return proxy;
    }

    public StoreAccess AccessBy(string secret) => new(Secure(secret)) { Limits = Limits };

    /// <summary>A signature for the container with some rights.</summary>
    public string Signature(string rights, DateTimeOffset? expiry = null)
    {
        var builder = new BlobSasBuilder { BlobContainerName = _container, Resource = "c", ExpiresOn = expiry ?? DateTimeOffset.UtcNow.AddHours(1) };
        builder.SetPermissions(rights);
        return Container.GenerateSasUri(builder).Query;
    }

    public override IEnumerable<string> AllNames() =>
        [.. Container.GetBlobs(Azure.Storage.Blobs.Models.BlobTraits.None, Azure.Storage.Blobs.Models.BlobStates.None, _prefix + "/", default).Select(b => b.Name[(_prefix.Length + 1)..])];

    public override byte[] Read(string name) => Container.GetBlobClient(BlobName(name)).DownloadContent().Value.Content.ToArray();

    public override void Write(string name, byte[] bytes)
    {
        Container.CreateIfNotExists();
        Container.GetBlobClient(BlobName(name)).Upload(new BinaryData(bytes), overwrite: true);
    }

    public override void Delete(string name) => Container.DeleteBlob(BlobName(name));

    public override void HalfRemove(EmrBackup backup)
    {
        BlobClient stored = Container.GetBlobClient(BlobName(NameOf(backup.Path)));
        stored.SetMetadata(new Dictionary<string, string>(stored.GetProperties().Value.Metadata) { ["removing"] = "true" });
        Delete(NameOf(backup.ManifestPath));
    }

    public override void HalfPublish(EmrBackup backup) => Delete(NameOf(backup.ManifestPath));

    public static SecureString Secure(string text) => new NetworkCredential("", text).SecurePassword;
}
