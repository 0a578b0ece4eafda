using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Npgsql;

namespace EmrSim.Tests.Support;

/// <summary>
/// A real PostgreSQL cluster on a free port of this machine. A shell watches over it: it ends, and its folder goes, when the test run does, however that ends. No server that the
/// machine runs itself is touched.
/// </summary>
public sealed class PostgresCluster : IDisposable
{
    private const int Attempts = 3;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);
    // Nobody disposes of it: the watching shell sees the end of this process, which must not wait for that (xunit would kill it).
    private static readonly Lazy<PostgresCluster> s_shared = new(() => new PostgresCluster(null, []));

    private readonly Process _watch;
    private readonly Lock _lock = new();
    private readonly PostgresCertificate? _certificate;
    private readonly bool _icu;
    private int _names;

    private PostgresCluster(PostgresCertificate? certificate, string[] settings)
    {
        _certificate = certificate;
        for (int attempt = 1; ; attempt++)
        {
            Port = FreePort.Take();
            Folder = Directory.CreateTempSubdirectory("emrsim-pg-").FullName;
            File.WriteAllText(Path.Combine(Folder, "password"), SuperuserPassword);
            certificate?.WriteTo(Folder);
            _watch = Watch([.. certificate is null ? [] : PostgresCertificate.Settings, .. settings]);
            string? said = ReadLine();
            if (said == "ready") break;
            string log = File.Exists(Path.Combine(Folder, "log")) ? File.ReadAllText(Path.Combine(Folder, "log")) : said ?? "";
            EndWatch();
            // Somebody may have taken the port in the meantime.
            if (attempt == Attempts) throw new InvalidOperationException($"PostgreSQL did not start: {log}");
        }

        Version = int.Parse((string)Scalar(Superuser, "SHOW server_version_num")!, CultureInfo.InvariantCulture);
        _icu = Version >= 150000 && (bool)Scalar(Superuser, "SELECT EXISTS (SELECT FROM pg_collation WHERE collprovider = 'i')")!;
    }

    /// <summary>The superuser's name and password.</summary>
    public const string SuperuserName = "super";

    /// <summary>Made for this run alone.</summary>
    public string SuperuserPassword { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(12));

    public int Port { get; }

    /// <summary>Its folder, in which also its socket lies, and its log.</summary>
    public string Folder { get; }

    /// <summary>As server_version_num gives it.</summary>
    public int Version { get; }

    /// <summary>What opens the database <c>postgres</c> with all rights.</summary>
    public string Superuser => ConnectionString("postgres", SuperuserName, SuperuserPassword);

    /// <summary>The certificate of the issuer, for <see cref="StartSecure"/>.</summary>
    public string RootCertificatePath => _certificate is null ? throw new InvalidOperationException("It speaks no TLS.") : Path.Combine(Folder, PostgresCertificate.RootName);

    /// <summary>The cluster that all tests of a run share, each with databases of its own; skips the test where there is no PostgreSQL. Never stop it.</summary>
    public static PostgresCluster Require()
    {
        Programs();
        return s_shared.Value;
    }

    /// <summary>Starts one for a test that stops it, or that needs settings such as <c>max_connections=5</c>; a second or so.</summary>
    public static PostgresCluster Start(params string[] settings)
    {
        Programs();
        return new PostgresCluster(null, settings);
    }

    /// <summary>Starts one that takes nothing but TLS, with a certificate for <c>localhost</c> from an issuer of its own.</summary>
    public static PostgresCluster StartSecure()
    {
        Programs();
        return new PostgresCluster(new PostgresCertificate(), []);
    }

    /// <summary>A new database that belongs to a new role, which is no superuser. Its collation is not "C", where PostgreSQL can do that on every machine.</summary>
    public PostgresDatabase CreateDatabase(string encoding = "UTF8")
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"d{Interlocked.Increment(ref _names)}");
        var database = new PostgresDatabase(this, name, name + "_owner", Convert.ToHexString(RandomNumberGenerator.GetBytes(12)));
        Execute(Superuser, $"CREATE ROLE {database.User} LOGIN PASSWORD '{database.Password}'");
        string collation = encoding == "UTF8" && _icu ? " LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C'" : " LC_COLLATE 'C' LC_CTYPE 'C'";
        Execute(Superuser, $"CREATE DATABASE {name} OWNER {database.User} TEMPLATE template0 ENCODING '{encoding}'{collation}");
        return database;
    }

    /// <summary>A connection string for Npgsql; without pooling, so that nothing stays open.</summary>
    public string ConnectionString(string database, string user, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Database = database,
        Username = user,
        Password = password,
        Pooling = false,
        Timeout = 30,
        SslMode = _certificate is null ? SslMode.Disable : SslMode.Require,
    }.ConnectionString;

    /// <summary>Stops it: as a crash would, or in order.</summary>
    public void Stop(bool kill) => Ask(kill ? "crash" : "stop");

    /// <summary>Starts it again, on the same port and with its data.</summary>
    public void Restart() => Ask("start");

    /// <summary>Ends it and removes its folder.</summary>
    public void Dispose()
    {
        lock (_lock) EndWatch();
    }

    /// <summary>Runs statements on a connection of its own.</summary>
    internal static void Execute(string connectionString, string sql)
    {
        using var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    internal static object? Scalar(string connectionString, string sql)
    {
        using var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }

    private void Ask(string command)
    {
        if (s_shared.IsValueCreated && s_shared.Value == this) throw new InvalidOperationException("Other tests need this one: use Start.");
        lock (_lock)
        {
            _watch.StandardInput.WriteLine(command);
            _watch.StandardInput.Flush();
            if (ReadLine() is var said and not "ready") throw new InvalidOperationException($"PostgreSQL did not {command}: {said}");
        }
    }

    private string? ReadLine()
    {
        Task<string?> line = _watch.StandardOutput.ReadLineAsync();
        return line.Wait(s_patience) ? line.Result : throw new TimeoutException("PostgreSQL did not answer for a minute.");
    }

    private void EndWatch()
    {
        _watch.StandardInput.Close();
        _watch.WaitForExit(s_patience);
    }

    private Process Watch(string[] settings)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "postgres-watch.sh");
        return Process.Start(new ProcessStartInfo("bash", [script, Folder, Programs(), Port.ToString(CultureInfo.InvariantCulture), SuperuserName, .. settings])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    // Debian keeps the programs of a version in a folder of its own and none of them on the PATH.
    private static string Programs()
    {
        string? found = OperatingSystem.IsWindows() ? null
            : Environment.GetEnvironmentVariable("EMRSIM_POSTGRES") is { Length: > 0 } chosen ? chosen
            : ExternalTool.Find("initdb") is { } onPath ? Path.GetDirectoryName(new FileInfo(onPath).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? onPath)
            : Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Where(f => int.TryParse(Path.GetFileName(f), out _))
                .OrderByDescending(f => int.Parse(Path.GetFileName(f), CultureInfo.InvariantCulture)).Select(f => Path.Combine(f, "bin")).FirstOrDefault(f => File.Exists(Path.Combine(f, "initdb")))
            : null;
        return ExternalTool.Require("postgresql", found);
    }
}
