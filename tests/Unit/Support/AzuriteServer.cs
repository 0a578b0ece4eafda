using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EmrSim.Tests.Support;

/// <summary>A real Azurite server, the emulator of Azure Blob Storage, on a free port of this machine. It ends with the test.</summary>
public sealed class AzuriteServer : IDisposable
{
    private const string Account = "emrsim";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("emrsim-azurite-").FullName;
    private readonly string? _program = Program();
    private readonly int _port;
    private Process? _process;

    public AzuriteServer() : this(null)
    {
    }

    private AzuriteServer(X509Certificate2? certificate)
    {
        // A fixture may not skip: the tests do, when they ask for the server.
        if (_program is null || ExternalTool.Find("node") is null) return;
        _port = FreePort.Take();
        // Ends with its stdin, so that it never outlives the test run.
        File.WriteAllText(Path.Combine(_folder, "end.js"), "process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL')).resume().unref();");
        if (certificate is not null)
        {
            File.WriteAllText(CertificatePath, certificate.ExportCertificatePem());
            File.WriteAllText(KeyPath, certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        }

        _process = Start();
    }

    /// <summary>Starts one that speaks https, with a certificate of its own, and takes the tokens of identities.</summary>
    public static AzuriteServer StartSecure()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var server = new AzuriteServer(certificate);
        if (server._process is null) server.Dispose();
        server.Require();
        return server;
    }

    /// <summary>The certificate of one that speaks https.</summary>
    public string CertificatePath => Path.Combine(_folder, "certificate.pem");

    private string KeyPath => Path.Combine(_folder, "key.pem");

    /// <summary>The account's key, made for this server alone.</summary>
    public string Key { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public int Port
    {
        get
        {
            Require();
            return _port;
        }
    }

    /// <summary>What opens it with all rights.</summary>
    public string ConnectionString => ConnectionStringAt(Port);

    /// <summary>The same through a proxy.</summary>
    public string ConnectionStringAt(int port) => $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint={Endpoint(port)};";

    /// <summary>The address of a container, with or without a prefix.</summary>
    public string Address(string path) => AddressAt(Port, path);

    public static string AddressAt(int port, string path) => $"{Endpoint(port)}/{path}";

    /// <summary>Ends it: as a power cut would, or in order, in which case it writes down what it has.</summary>
    public void Stop(bool kill)
    {
        Require();
        if (kill || OperatingSystem.IsWindows()) _process.Kill();
        else Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();
        if (!_process.WaitForExit(s_patience)) throw new TimeoutException("Azurite did not end.");
        _process.Dispose();
    }

    /// <summary>Starts it again, on the same port and with the data that it had.</summary>
    public void Restart() => _process = Start();

    public void Dispose()
    {
        if (_process is not null)
        {
            if (!_process.HasExited) _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }

        if (Directory.Exists(_folder)) TempFolder.Remove(_folder);
    }

    [MemberNotNull(nameof(_process))]
    private void Require()
    {
        if (_process is not null) return;
        const string Reason = "There is no Azurite here; build.sh test installs it where it may.";
        if (ExternalTool.IsRequired) Assert.Fail(Reason);
        Assert.Skip(Reason);
        throw new UnreachableException();
    }

    private static string? Program() => ExternalTool.FindNpm("azurite", "dist", "src", "blob", "main.js");

    private static string Endpoint(int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/{Account}");

    private Process Start()
    {
        string port = _port.ToString(CultureInfo.InvariantCulture);
        Process process = Process.Start(new ProcessStartInfo("node",
            [
                "-r", Path.Combine(_folder, "end.js"), _program!, "--blobHost", "127.0.0.1", "--blobPort", port, "--location", _folder,
                "--silent", "--disableTelemetry", "--skipApiVersionCheck",
                .. File.Exists(KeyPath) ? new[] { "--cert", CertificatePath, "--key", KeyPath, "--oauth", "basic" } : [],
            ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["AZURITE_ACCOUNTS"] = $"{Account}:{Key}" },
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        Wait.Until(() => process.HasExited || Answers(), "Azurite answers");
        return process.HasExited ? throw new InvalidOperationException($"Azurite ended at once: {errors.Result}") : process;
    }

    private bool Answers()
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
