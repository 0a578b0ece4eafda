using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Npgsql;

namespace EmrSim.Core.Postgres;

/// <summary>
/// Turns what Npgsql throws into errors with codes of ours (https://www.postgresql.org/docs/current/errcodes-appendix.html). The server's own message is kept; its detail, which may
/// hold values of rows, is not.
/// </summary>
internal static class PostgresErrors
{
    /// <summary>Whether an exception is one of those that are translated.</summary>
    internal static bool IsOne(Exception e) =>
        e is NpgsqlException or SocketException or IOException or AuthenticationException or TimeoutException or ObjectDisposedException or CryptographicException or UnauthorizedAccessException;

    /// <summary>The error while a connection is opened.</summary>
    internal static EmrSimException WhileOpening(Exception e, PostgresTarget target)
    {
        if (Find<PostgresException>(e) is { } said) return WhileOpening(said, e, target);
        // Of files Npgsql reads those that it is told of: issuers, certificates, passwords.
        if (Find<FileNotFoundException>(e) is not null || Find<DirectoryNotFoundException>(e) is not null || Find<UnauthorizedAccessException>(e) is not null)
        {
            return Error(ErrorCode.InvalidConnectionString, $"A file that the connection to {target} needs cannot be read: {Innermost(e).Message.TrimEnd('.')}.", target, e);
        }

        if (Find<AuthenticationException>(e) is not null || Find<CryptographicException>(e) is not null)
        {
            return Error(
                ErrorCode.PostgresTlsFailed,
                $"No encrypted connection to {target} could be made: {Innermost(e).Message.TrimEnd('.')}. With verify-full the certificate must bear the server's name, and its issuer must be known (sslrootcert).",
                target,
                e);
        }

        // A cause within means that the network said it, else Npgsql itself did.
        if (e is NpgsqlException { InnerException: null } own)
        {
            if (own.Message.Contains("SSL", StringComparison.Ordinal))
            {
                return Error(ErrorCode.PostgresTlsFailed, $"No encrypted connection to {target} could be made: {own.Message.TrimEnd('.')}.", target, e);
            }

            if (own.Message.Contains("password", StringComparison.OrdinalIgnoreCase))
            {
                return Error(ErrorCode.PostgresLoginFailed, $"{target} asks for a password, and none was given. Give one, or set PGPASSWORD or ~/.pgpass.", target, e);
            }
        }

        return Error(ErrorCode.PostgresUnreachable, $"{target} does not answer: {Innermost(e).Message.TrimEnd('.')}. Check server and port, and whether it is running.", target, e);
    }

    private static EmrSimException WhileOpening(PostgresException said, Exception e, PostgresTarget target) => said.SqlState switch
    {
        // PostgreSQL 12 and 13 call it "SSL off".
        "28000" when !target.IsEncrypted && (said.MessageText.Contains("no encryption", StringComparison.Ordinal) || said.MessageText.Contains("SSL off", StringComparison.Ordinal)) => Error(
            ErrorCode.PostgresTlsFailed, $"{target} takes encrypted connections only: {said.MessageText}. Set the SSL mode to require or verify-full.", target, e, said.SqlState),
        "28P01" or "28000" or "0P000" => Error(
            ErrorCode.PostgresLoginFailed, $"{target} refused the login: {said.MessageText}. Check user and password, and what pg_hba.conf of the server asks for.", target, e, said.SqlState),
        "3D000" => Error(ErrorCode.PostgresDatabaseMissing, $"The server has no such database: {said.MessageText} ({target}). Create it, or name another one.", target, e, said.SqlState),
        "53300" => Error(ErrorCode.PostgresTooManyConnections, $"{target} takes no more connections: {said.MessageText}. Close some, or try again later.", target, e, said.SqlState),
        "57P03" => Error(ErrorCode.PostgresUnreachable, $"{target} takes no connections yet: {said.MessageText}. Try again when it has started.", target, e, said.SqlState),
        _ => Of(e, target),
    };

    /// <summary>The error of anything else.</summary>
    internal static EmrSimException Of(Exception e, PostgresTarget target)
    {
        if (Find<PostgresException>(e) is not { } said)
        {
            return Error(ErrorCode.PostgresConnectionLost, $"The connection to {target} was lost: {Innermost(e).Message.TrimEnd('.')}.", target, e);
        }

        ErrorCode code = said.SqlState switch
        {
            "42501" => ErrorCode.PostgresAccessDenied,
            "53100" => ErrorCode.PostgresDiskFull,
            "53300" => ErrorCode.PostgresTooManyConnections,
            "57P01" or "57P02" or "57P03" or ['0', '8', ..] => ErrorCode.PostgresConnectionLost,
            _ => ErrorCode.PostgresError,
        };
        return Error(code, $"{target} says: {said.MessageText} (SQLSTATE {said.SqlState}).", target, e, said.SqlState);
    }

    private static EmrSimException Error(ErrorCode code, string message, PostgresTarget target, Exception cause, string? state = null) =>
        new(code, message, target.ToString(), cause) { SqlState = state };

    private static T? Find<T>(Exception? e) where T : Exception
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is T found) return found;
        }

        return null;
    }

    private static Exception Innermost(Exception e)
    {
        while (e.InnerException is { } inner) e = inner;
        return e;
    }
}
