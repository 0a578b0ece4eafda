using System.ComponentModel;
using System.Management.Automation;
using System.Net;
using System.Security;
using EmrSim.Core.Files;
using EmrSim.Core.Postgres;

namespace EmrSim.PowerShell.Abstractions;

/// <summary>The base of cmdlets that connect to PostgreSQL: by a connection string, or by its parts.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class PostgresCmdlet : PathCmdlet
{
    /// <summary>
    /// The target as <c>postgres://user@host:5432/database</c>, as <c>host=… dbname=… user=…</c>, or as Npgsql writes it. With a password in it, give it as a SecureString or in a
    /// file; without one the password comes from PGPASSWORD or from ~/.pgpass.
    /// </summary>
    [Parameter]
    [SecretText]
    public SecureString? ConnectionString { get; set; }

    /// <summary>A file that holds the connection string and nothing else. Only its owner may read it; one that others can read is refused.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ConnectionStringFile { get; set; }

    /// <summary>The server, in place of a connection string.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Server { get; set; }

    /// <summary>The server's port. 5432 by default.</summary>
    [Parameter]
    [ValidateRange(1, ushort.MaxValue)]
    public int? Port { get; set; }

    /// <summary>The database on the server. By default the one that bears the user's name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Database { get; set; }

    /// <summary>User and password. A name alone asks for the password.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>Whether the connection is encrypted, and what of the server's certificate is checked: disable, allow, prefer (default), require, verify-ca, verify-full.</summary>
    [Parameter]
    [ValidateSet("disable", "allow", "prefer", "require", "verify-ca", "verify-full")]
    public string? SslMode { get; set; }

    /// <summary>Whether a target was named, or a part of one, which without the others is refused.</summary>
    private protected bool HasTarget => ConnectionString is not null || ConnectionStringFile is not null || Server is not null || HasParts;

    private bool HasParts => Port is not null || Database is not null || Credential is not null || SslMode is not null;

    /// <summary>The target. To be called within the engine's call, since it may read a file.</summary>
    private protected Func<PostgresTarget> Target()
    {
        string? file = ConnectionStringFile is null ? null : ResolvePath(ConnectionStringFile);
        return () =>
        {
            if (Server is { } server)
            {
                if (ConnectionString is not null || file is not null) throw new EmrSimException(ErrorCode.InvalidArgument, "Both -Server and a connection string were given. Give one of them.");
                NetworkCredential? login = Credential?.GetNetworkCredential();
                return PostgresTarget.Of(server, Port, Database, login is null ? null : Full(login), login?.Password, SslMode);
            }

            SecureString given = Secret.Of(ConnectionString, file, nameof(ConnectionString))
                ?? throw new EmrSimException(ErrorCode.InvalidArgument, "Nobody says which PostgreSQL is meant: name it with -ConnectionString, or with -Server and -Database.");
            return HasParts
                ? throw new EmrSimException(ErrorCode.InvalidArgument, "-Port, -Database, -Credential and -SslMode go with -Server. With a connection string write them into it.")
                : PostgresTarget.Parse(new NetworkCredential("", given).Password);
        };
    }

    // A name with a backslash is taken apart into a domain and a name.
    private static string Full(NetworkCredential login) => login.Domain.Length > 0 ? $"{login.Domain}\\{login.UserName}" : login.UserName;
}
