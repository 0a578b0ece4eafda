using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace EmrSim.Core.Postgres;

/// <summary>A database of a PostgreSQL server, and what opens it. Everything printable about it is without a secret.</summary>
public sealed partial class PostgresTarget
{
    private const int DefaultPort = 5432;
    private const int KeepAliveSeconds = 30;
    private const int KeepAliveIntervalSeconds = 10;

    private PostgresTarget(NpgsqlConnectionStringBuilder settings)
    {
        settings.ApplicationName ??= "EmrSim";
        // One connection for the whole work, closed when that ends; reading a huge table may take longer than any limit.
        settings.Pooling = false;
        settings.Multiplexing = false;
        settings.CommandTimeout = 0;
        settings.KeepAlive = settings.KeepAlive == 0 ? 30 : settings.KeepAlive;
        // Npgsql's own signs of life come only between statements. A server or balancer that is gone must be noticed during one that takes an hour, too.
        if (!IsSocket(settings.Host))
        {
            settings.TcpKeepAlive = true;
            if (settings.TcpKeepAliveTime == 0) settings.TcpKeepAliveTime = KeepAliveSeconds;
            if (settings.TcpKeepAliveInterval == 0) settings.TcpKeepAliveInterval = KeepAliveIntervalSeconds;
        }

        settings.IncludeErrorDetail = false;
        settings.PersistSecurityInfo = false;
        ConnectionString = settings.ConnectionString;
        Server = Printable(settings.Host ?? "localhost");
        string user = settings.Username is { Length: > 0 } name ? Printable(name) + "@" : "";
        string port = Server.Contains(',', StringComparison.Ordinal) ? "" : string.Create(CultureInfo.InvariantCulture, $":{settings.Port}");
        Name = $"{user}{Server}{port}/{Printable(settings.Database ?? settings.Username ?? "")}";
        IsEncrypted = settings.SslMode is not SslMode.Disable;
    }

    // A socket of Unix lies in a folder, or has no name in the file system.
    private static bool IsSocket(string? hosts) => hosts is not null && hosts.Split(',').Any(h => h.TrimStart() is ['/', ..] or ['@', ..]);

    /// <summary>What Npgsql opens it with. It may hold a password.</summary>
    internal string ConnectionString { get; }

    /// <summary>The server, or several.</summary>
    internal string Server { get; }

    /// <summary>Whether an encrypted connection is tried at all.</summary>
    internal bool IsEncrypted { get; }

    private string Name { get; }

    /// <summary>Reads a connection string: a URI (<c>postgres://user@host/database</c>), libpq's <c>host=… dbname=…</c>, or one of Npgsql.</summary>
    /// <exception cref="EmrSimException">InvalidConnectionString. Its message never shows what was given, since that may hold a password.</exception>
    public static PostgresTarget Parse(string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        try
        {
            if (PostgresUri.IsOne(connectionString)) return new PostgresTarget(LibpqSettings.ToNpgsql(PostgresUri.Read(connectionString)));
            if (LibpqSettings.IsText(connectionString)) return new PostgresTarget(LibpqSettings.ToNpgsql(LibpqSettings.Read(connectionString)));
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            return settings.Host is { Length: > 0 } ? new PostgresTarget(settings) : throw new FormatException("it names no host");
        }
        catch (Exception e) when (e is FormatException or ArgumentException or KeyNotFoundException or NotSupportedException or OverflowException)
        {
            throw Invalid(e is FormatException ? e.Message : "a word in it is unknown, or has a value that it cannot have");
        }
    }

    /// <summary>A target by its parts.</summary>
    /// <param name="server">A name or an address.</param>
    /// <param name="port">Null for 5432.</param>
    /// <param name="database">Null for the one that bears the user's name.</param>
    /// <param name="user">Null for what the environment says.</param>
    /// <param name="password">Null for what the environment or a password file says.</param>
    /// <param name="sslMode">disable, allow, prefer, require, verify-ca or verify-full; null for prefer.</param>
    /// <exception cref="EmrSimException">InvalidConnectionString.</exception>
    public static PostgresTarget Of(string server, int? port, string? database, string? user, string? password, string? sslMode)
    {
        ArgumentNullException.ThrowIfNull(server);
        var settings = new NpgsqlConnectionStringBuilder { Host = server, Port = port ?? DefaultPort };
        if (database is not null) settings.Database = database;
        if (user is not null) settings.Username = user;
        if (password is not null) settings.Password = password;
        try
        {
            if (sslMode is not null) settings.SslMode = LibpqSettings.SslModeOf(sslMode);
            return new PostgresTarget(settings);
        }
        catch (FormatException e)
        {
            throw Invalid(e.Message);
        }
    }

    /// <summary>The target as <c>user@host:port/database</c>.</summary>
    public override string ToString() => Name;

    [GeneratedRegex(@"://|\b(password|passwd|pwd|psw)\s*=", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretWithin();

    // What is printed of a target must be no more than that: a form that was misread may have put a password into a name.
    private static string Printable(string name) => SecretWithin().IsMatch(name)
        ? throw new FormatException("a name in it holds what looks like a whole connection string")
        : name;

    private static EmrSimException Invalid(string why) => new(
        ErrorCode.InvalidConnectionString,
        $"The connection string is not one of PostgreSQL: {why}. Write it as postgres://user@host:5432/database, as host=… dbname=… user=…, or as Host=…;Database=…;Username=….");
}
