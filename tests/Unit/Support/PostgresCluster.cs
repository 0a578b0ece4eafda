using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Npgsql;

namespace EmrSim.Tests.Support;

/// <summary>
/// A real PostgreSQL on a free port of this machine, started when a test first asks for it. A shell holds it, and ends it with this process, however that ends; it also runs it as another
/// account where this is root's, as which PostgreSQL refuses to run.
/// </summary>
public sealed class PostgresCluster : IDisposable
{
    private const string Superuser = "super";
    private static readonly Lazy<PostgresCluster?> s_shared = new(static () => FindPrograms() is null ? null : new PostgresCluster(null));

    private readonly string _programs = FindPrograms()!;
    private readonly string _folder = Directory.CreateTempSubdirectory("emrsim-postgres-").FullName;
    private readonly string _password = Convert.ToHexString(RandomNumberGenerator.GetBytes(12));
    private readonly Process _shell;
    private int _made;

    private PostgresCluster(X509Certificate2? certificate)
    {
        Port = FreePort();
        File.WriteAllText(Path.Combine(_folder, "password"), _password);
        File.WriteAllText(Path.Combine(_folder, "settings"), string.Create(CultureInfo.InvariantCulture, $"""
            port = {Port}
            listen_addresses = '127.0.0.1'
            unix_socket_directories = ''
            fsync = off
            max_connections = 60
            shared_buffers = 64MB
            ssl = {(certificate is null ? "off" : "on")}
            ssl_cert_file = '../certificate.pem'
            ssl_key_file = '../key.pem'

            """));
        if (certificate is not null)
        {
            File.WriteAllText(CertificatePath, certificate.ExportCertificatePem());
            File.WriteAllText(Path.Combine(_folder, "key.pem"), certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
            // Only over TLS, as the servers of clouds do it.
            File.WriteAllText(Path.Combine(_folder, "hba"), "hostssl all all 127.0.0.1/32 scram-sha-256\n");
        }

        bool asRoot = Environment.UserName == "root";
        File.WriteAllText(Path.Combine(_folder, "run.sh"), Script);
        if (asRoot) ExternalTool.Run("chown", ["-R", "postgres", _folder]);
        string[] command = ["bash", Path.Combine(_folder, "run.sh"), _folder, _programs];
        _shell = Process.Start(new ProcessStartInfo(asRoot ? "setpriv" : command[0], asRoot ? ["--reuid=postgres", "--regid=postgres", "--init-groups", .. command] : command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
            Environment = { ["LC_ALL"] = "C.UTF-8" },
        })!;
        Expect("started");
    }

    public int Port { get; }

    /// <summary>The certificate of one that speaks TLS, which is its own issuer.</summary>
    public string CertificatePath => Path.Combine(_folder, "certificate.pem");

    /// <summary>The server of this test run; the test is skipped where there is no PostgreSQL, and fails in CI.</summary>
    public static PostgresCluster Require() => s_shared.Value ?? Miss();

    /// <summary>One of this test's own that takes connections over TLS only.</summary>
    public static PostgresCluster StartSecure(string host)
    {
        Require();
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out IPAddress? address)) names.AddIpAddress(address);
        else names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return new PostgresCluster(certificate);
    }

    /// <summary>One of this test's own, to be stopped and started.</summary>
    public static PostgresCluster StartOwn()
    {
        Require();
        return new PostgresCluster(null);
    }

    /// <summary>An empty database, owned by a role of its own that is no superuser; what opens it as that role.</summary>
    public string CreateDatabase(string encoding = "UTF8")
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"test{Environment.ProcessId}_{Interlocked.Increment(ref _made)}");
        Run($"CREATE ROLE {name} LOGIN PASSWORD '{_password}'");
        Run($"CREATE DATABASE {name} OWNER {name} ENCODING '{encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
        return ConnectionString(name, name);
    }

    public string ConnectionString(string database, string user) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Database = database,
        Username = user,
        Password = _password,
        // Only where there is a certificate.
        SslMode = File.Exists(CertificatePath) ? SslMode.Require : SslMode.Disable,
    }.ConnectionString;

    /// <summary>Runs a statement as the superuser.</summary>
    public void Run(string sql, string database = "postgres")
    {
        using var connection = new NpgsqlConnection(ConnectionString(database, Superuser) + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    /// <summary>The same target as a URI.</summary>
    public static string UriOf(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        return string.Create(CultureInfo.InvariantCulture, $"postgres://{settings.Username}:{settings.Password}@{settings.Host}:{settings.Port}/{settings.Database}");
    }

    /// <summary>The same target through another port.</summary>
    public static string AtPort(string connectionString, int port) => new NpgsqlConnectionStringBuilder(connectionString) { Port = port }.ConnectionString;

    /// <summary>A program of PostgreSQL's.</summary>
    public string Program(string name) => Path.Combine(_programs, name);

    /// <summary>Ends it at once, as a crash does, and starts it again.</summary>
    public void Restart()
    {
        Stop();
        Start();
    }

    /// <summary>Ends it at once, as a crash does.</summary>
    public void Stop() => Ask("stop", "stopped");

    public void Start() => Ask("start", "started");

    public void Dispose()
    {
        _shell.StandardInput.Close();
        _shell.WaitForExit();
        _shell.Dispose();
    }

    private const string Script = """
        set -e
        folder=$1 programs=$2
        cd "$folder"
        chmod 600 key.pem 2>/dev/null || true
        start() {
          "$programs/postgres" -D data >> log 2>&1 < /dev/null &
          server=$!
          for ((i = 0; i < 600; i++)); do
            if grep -qs ready data/postmaster.pid; then echo started; return; fi
            if ! kill -0 $server 2>/dev/null; then cat log >&2; exit 1; fi
            sleep 0.05
          done
        }
        stop() { kill -QUIT $server 2>/dev/null || true; wait $server || true; }
        trap 'stop; cd /; rm -rf "$folder"' EXIT
        "$programs/initdb" -D data -U super -A scram-sha-256 --pwfile=password --locale=C.UTF-8 -E UTF8 --no-sync > log 2>&1
        cat settings >> data/postgresql.conf
        if [ -f hba ]; then cp hba data/pg_hba.conf; fi
        start
        while read -r command; do
          case $command in
            stop) stop; echo stopped ;;
            start) start ;;
          esac
        done
        """;

    private void Ask(string command, string answer)
    {
        _shell.StandardInput.WriteLine(command);
        _shell.StandardInput.Flush();
        Expect(answer);
    }

    private void Expect(string answer)
    {
        string? said = _shell.StandardOutput.ReadLine();
        if (said != answer) throw new InvalidOperationException($"PostgreSQL said '{said}' instead of '{answer}'; see {_folder}/log.");
    }

    private static PostgresCluster Miss()
    {
        const string Reason = "There is no PostgreSQL here; build.sh test installs it where it may.";
        if (ExternalTool.IsRequired) Assert.Fail(Reason);
        Assert.Skip(Reason);
        throw new UnreachableException();
    }

    private static string? FindPrograms()
    {
        if (!OperatingSystem.IsLinux()) return null;
        if (ExternalTool.Find("initdb") is { } initdb) return Path.GetDirectoryName(initdb);
        const string Debian = "/usr/lib/postgresql";
        return !Directory.Exists(Debian)
            ? null
            : Directory.GetDirectories(Debian).Select(f => Path.Combine(f, "bin")).Where(f => File.Exists(Path.Combine(f, "initdb")))
                .MaxBy(f => int.TryParse(Path.GetFileName(Path.GetDirectoryName(f)), CultureInfo.InvariantCulture, out int version) ? version : 0);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
