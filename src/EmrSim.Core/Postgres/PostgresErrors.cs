using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace EmrSim.Core.Postgres;

/// <summary>
/// Turns what Npgsql throws into errors with codes of ours (https://www.postgresql.org/docs/current/errcodes-appendix.html). The server's own message is kept; its detail, which may
/// hold values of rows, is not.
/// </summary>
internal static class PostgresErrors
{
    /// <summary>Whether an exception is one of those that are translated.</summary>
    internal static bool IsOne(Exception e) => e is NpgsqlException or SocketException or IOException or AuthenticationException or TimeoutException or ObjectDisposedException;

    /// <summary>The error while a connection is opened.</summary>
    internal static EmrSimException WhileOpening(Exception e, PostgresTarget target) => Find<PostgresException>(e) is { } said
        ? said.SqlState switch
        {
            "28P01" or "28000" or "0P000" => Error(
                ErrorCode.PostgresLoginFailed, $"{target} refused the login: {said.MessageText}. Check user and password, and what pg_hba.conf of the server asks for.", target, e, said.SqlState),
            "3D000" => Error(ErrorCode.PostgresDatabaseMissing, $"The server has no such database: {said.MessageText} ({target}). Create it, or name another one.", target, e, said.SqlState),
            "53300" => Error(ErrorCode.PostgresTooManyConnections, $"{target} takes no more connections: {said.MessageText}. Close some, or try again later.", target, e, said.SqlState),
            _ => Of(e, target),
        }
        : Find<AuthenticationException>(e) is { } tls
            ? Error(ErrorCode.PostgresTlsFailed, $"No encrypted connection to {target} could be made: {tls.Message} With verify-full the certificate must bear the server's name, and its issuer must be known (sslrootcert).", target, e)
            : e.Message.Contains("SSL", StringComparison.Ordinal) && Find<SocketException>(e) is null
                ? Error(ErrorCode.PostgresTlsFailed, $"No encrypted connection to {target} could be made: {e.Message}.", target, e)
                : Error(ErrorCode.PostgresUnreachable, $"{target} does not answer: {Innermost(e).Message.TrimEnd('.')}. Check server and port, and whether it is running.", target, e);

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
