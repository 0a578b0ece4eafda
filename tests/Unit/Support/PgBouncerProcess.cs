using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EmrSim.Tests.Support;

/// <summary>A real PgBouncer before a database, on a free port of this machine. It ends with the test, or with the test run.</summary>
public sealed class PgBouncerProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly PostgresDatabase _database;
    private readonly Process _watch;

    private PgBouncerProcess(PostgresDatabase database, string mode, string program)
    {
        _database = database;
        Port = FreePort.Take();
        string folder = Directory.CreateTempSubdirectory("emrsim-bouncer-").FullName;
        // The password in plain text: with it, it can log in to a server that asks for SCRAM.
        File.WriteAllText(Path.Combine(folder, "users.txt"), $"\"{database.User}\" \"{database.Password}\"\n");
        File.WriteAllText(Path.Combine(folder, "pgbouncer.ini"), string.Create(CultureInfo.InvariantCulture, $"""
            [databases]
            {database.Name} = host=127.0.0.1 port={database.Cluster.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {Port}
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = users.txt
            pool_mode = {mode}
            """));
        _watch = Process.Start(new ProcessStartInfo("bash", [Path.Combine(AppContext.BaseDirectory, "pgbouncer-watch.sh"), folder, program]) { RedirectStandardInput = true })!;
        Wait.Until(Listens, "PgBouncer takes connections");
    }

    public int Port { get; }

    /// <summary>What opens the database through it, as its owner.</summary>
    public string Uri => _database.UriAt(Port);

    /// <summary>Starts one; skips the test where there is no PgBouncer.</summary>
    /// <param name="database">The only database that it knows.</param>
    /// <param name="mode">session, transaction or statement.</param>
    public static PgBouncerProcess Start(PostgresDatabase database, string mode) => new(database, mode, ExternalTool.Require(
        "pgbouncer", ExternalTool.Find("pgbouncer") ?? (File.Exists("/usr/sbin/pgbouncer") ? "/usr/sbin/pgbouncer" : null)));

    public void Dispose()
    {
        _watch.StandardInput.Close();
        _watch.WaitForExit(s_patience);
        _watch.Dispose();
    }

    private bool Listens()
    {
        using var client = new TcpClient();
        try
        {
            client.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
