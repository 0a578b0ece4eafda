using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EmrSim.Benchmarks;

/// <summary>A PostgreSQL of this machine with the settings that Debian gives it, on a free port, for the time of a benchmark.</summary>
internal sealed class PostgresServer : IDisposable
{
    private readonly string _folder = Directory.CreateDirectory(Path.Combine("/var/tmp", $"emrsim-bench-{Environment.ProcessId}")).FullName;
    private readonly string _programs = Programs();
    private int _databases;

    internal PostgresServer()
    {
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        // PostgreSQL refuses to run as root.
        if (Environment.UserName == "root") Workbench.RunPeer($"chown postgres {_folder}");
        As($"{_programs}/initdb -D {_folder}/data -U emr -A trust --locale=C.UTF-8 -E UTF8");
        As($"{_programs}/pg_ctl -D {_folder}/data -w -l {_folder}/log -o '-p {Port.ToString(CultureInfo.InvariantCulture)} -k {_folder} -c listen_addresses=127.0.0.1' start");
    }

    internal int Port { get; }

    /// <summary>What tells its version.</summary>
    internal string Version => Workbench.RunPeer($"{_programs}/postgres --version").Output.Trim();

    /// <summary>A new database, after everything that came before has been written to the disk.</summary>
    internal string NewDatabase()
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"bench{++_databases}");
        Psql("postgres", $"CREATE DATABASE {name}");
        Psql("postgres", "CHECKPOINT");
        Workbench.Settle();
        return name;
    }

    internal void Drop(string database) => Psql("postgres", $"DROP DATABASE {database}");

    internal string Uri(string database) => string.Create(CultureInfo.InvariantCulture, $"postgres://emr@127.0.0.1:{Port}/{database}");

    /// <summary>Runs a statement in psql.</summary>
    internal Timed Psql(string database, string command) => Workbench.RunPeer($"{_programs}/psql -qAtX -v ON_ERROR_STOP=1 {Uri(database)} -c \"{command}\"");

    public void Dispose()
    {
        As($"{_programs}/pg_ctl -D {_folder}/data -m immediate stop");
        Directory.Delete(_folder, recursive: true);
    }

    private static void As(string command)
    {
        string[] arguments = Environment.UserName == "root" ? ["-u", "postgres", "--", "bash", "-c", command] : ["-c", command];
        // Its streams stay open as long as the server runs, so they are not waited for.
        using Process process = Process.Start(new ProcessStartInfo(Environment.UserName == "root" ? "runuser" : "bash", arguments) { WorkingDirectory = "/" })!;
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"'{command}' ended with {process.ExitCode}.");
    }

    private static string Programs() => Directory.Exists("/usr/lib/postgresql")
        ? Path.Combine(Directory.GetDirectories("/usr/lib/postgresql").MaxBy(f => int.Parse(Path.GetFileName(f), CultureInfo.InvariantCulture))!, "bin")
        : throw new DirectoryNotFoundException("There is no PostgreSQL: apt-get install postgresql");
}
