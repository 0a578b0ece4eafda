using EmrSim.Tests.Stores.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Stores;

/// <summary>Stores that are opened without a secret, over https, in a process of its own, since the environment says who it is.</summary>
public sealed class BlobIdentityTests
{
    [Fact]
    public async Task A_managed_identity_opens_a_store_without_a_secret()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only on Linux a process can be told by its environment to trust a certificate.");
        using var server = AzuriteServer.StartSecure();
        using var identity = new IdentityEndpoint();
        using var folder = new TempFolder();
        TestDatabase.Create(folder.File("app.db"));
        string store = server.Address("backups/nightly").Replace("http:", "https:", StringComparison.Ordinal);

        using OtherProcess backup = OtherProcess.StartIn(
            new Dictionary<string, string> { ["SSL_CERT_FILE"] = server.CertificatePath, ["IDENTITY_ENDPOINT"] = identity.Address, ["IDENTITY_HEADER"] = "header" },
            "backup",
            folder.File("app.db"),
            store);
        string? said = backup.ReadLine();
        (int exit, _) = backup.End();

        Assert.True(exit == 0, said + await backup.Errors);
        Assert.StartsWith(store + "/app-", said, StringComparison.Ordinal);
        Assert.Contains(identity.Asked, q => q.Contains("storage.azure.com", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_there_is_no_identity_it_says_what_to_do_and_a_certificate_that_nobody_trusts_is_none()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only on Linux a process can be told by its environment to trust a certificate.");
        using var server = AzuriteServer.StartSecure();
        using var folder = new TempFolder();
        TestDatabase.Create(folder.File("app.db"));
        string store = server.Address("backups/nightly").Replace("http:", "https:", StringComparison.Ordinal);
        // The address of the machine's own identity service is that of a closed port, and there is no other program to ask.
        var nobody = new Dictionary<string, string>
        {
            ["SSL_CERT_FILE"] = server.CertificatePath, ["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = "http://127.0.0.1:9", ["PATH"] = folder.Path, ["HOME"] = folder.Path,
        };

        using OtherProcess unknown = OtherProcess.StartIn(nobody, "backup", folder.File("app.db"), store);
        Assert.Equal("StoreAccessDenied", unknown.ReadLine());
        unknown.End();
        Assert.Contains("managed identity", await unknown.Errors, StringComparison.Ordinal);

        using var identity = new IdentityEndpoint();
        using OtherProcess wary = OtherProcess.StartIn(
            new Dictionary<string, string> { ["IDENTITY_ENDPOINT"] = identity.Address, ["IDENTITY_HEADER"] = "header" }, "backup", folder.File("app.db"), store);
        Assert.Equal("StoreUnavailable", wary.ReadLine());
        wary.End();
        Assert.Contains("certificate", await wary.Errors, StringComparison.Ordinal);
    }
}
