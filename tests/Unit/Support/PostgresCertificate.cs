using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EmrSim.Tests.Support;

/// <summary>A certificate for <c>localhost</c>, and for nothing else, from an issuer that nobody knows yet.</summary>
internal sealed class PostgresCertificate
{
    public const string RootName = "root.pem";

    private readonly string _root;
    private readonly string _server;
    private readonly string _key;

    public PostgresCertificate()
    {
        DateTimeOffset from = DateTimeOffset.UtcNow.AddDays(-1), to = DateTimeOffset.UtcNow.AddDays(1);
        using var rootKey = RSA.Create(2048);
        var rootRequest = new CertificateRequest("CN=EmrSim test issuer", rootKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        rootRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(rootRequest.PublicKey, false));
        using X509Certificate2 root = rootRequest.CreateSelfSigned(from, to);

        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using X509Certificate2 server = request.Create(root, from, to, RandomNumberGenerator.GetBytes(8));
        _root = root.ExportCertificatePem();
        _server = server.ExportCertificatePem();
        _key = key.ExportPkcs8PrivateKeyPem();
    }

    /// <summary>What the server is told.</summary>
    public static string[] Settings => ["ssl=on", "ssl_cert_file=../server.pem", "ssl_key_file=../server.key"];

    public void WriteTo(string folder)
    {
        File.WriteAllText(Path.Combine(folder, RootName), _root);
        File.WriteAllText(Path.Combine(folder, "server.pem"), _server);
        File.WriteAllText(Path.Combine(folder, "server.key"), _key);
        // PostgreSQL refuses a key that others can read.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.Combine(folder, "server.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(Path.Combine(folder, "pg_hba.conf"), "hostssl all all 127.0.0.1/32 scram-sha-256\nhostssl all all ::1/128 scram-sha-256\n");
    }
}
