using System.Diagnostics;
using Npgsql;

namespace EmrSim.Core.Postgres;

/// <summary>One connection to a database, for one work from its begin to its end. Its errors are of ours.</summary>
internal sealed class PostgresSession : IAsyncDisposable
{
    private const string StartingUp = "57P03";
    private const int TransactionTimeoutVersion = 170000;
    private static readonly TimeSpan s_startPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_startPause = TimeSpan.FromMilliseconds(250);

    private readonly NpgsqlConnection _connection;

    private PostgresSession(NpgsqlConnection connection, PostgresTarget target)
    {
        _connection = connection;
        Target = target;
    }

    /// <summary>What it is connected to.</summary>
    internal PostgresTarget Target { get; }

    /// <summary>The version as <c>server_version_num</c> gives it, such as 150008.</summary>
    internal int Version { get; private init; }

    /// <summary>The process that the server said serves this connection. A pooler in between says another one than <c>pg_backend_pid()</c> does.</summary>
    internal int ProcessId => _connection.ProcessID;

    /// <summary>Connects. A server that is just starting is waited for.</summary>
    /// <exception cref="EmrSimException">
    /// PostgresUnreachable, PostgresLoginFailed, PostgresDatabaseMissing, PostgresTlsFailed, PostgresTooManyConnections, PostgresError.
    /// </exception>
    internal static async Task<PostgresSession> OpenAsync(PostgresTarget target, CancellationToken token)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            var connection = new NpgsqlConnection(target.ConnectionString);
            try
            {
                await connection.OpenAsync(token).ConfigureAwait(false);
                using var command = new NpgsqlCommand("SELECT pg_catalog.current_setting('server_version_num')::int", connection);
                return new PostgresSession(connection, target) { Version = (int)(await command.ExecuteScalarAsync(token).ConfigureAwait(false))! };
            }
            catch (PostgresException e) when (e.SqlState == StartingUp && Stopwatch.GetElapsedTime(started) < s_startPatience)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
                await Task.Delay(s_startPause, token).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
                token.ThrowIfCancellationRequested();
                if (!PostgresErrors.IsOne(e)) throw;
                throw PostgresErrors.WhileOpening(e, target);
            }
        }
    }

    /// <summary>
    /// What a transaction of ours needs, whatever role and database are set to: no limit of time, and texts in one form. SET LOCAL, since a pooler may give the next transaction to
    /// another backend.
    /// </summary>
    internal Task PrepareTransactionAsync(CancellationToken token) => ExecuteAsync(
        "SET LOCAL statement_timeout TO 0; SET LOCAL idle_in_transaction_session_timeout TO 0; SET LOCAL standard_conforming_strings TO on; SET LOCAL TimeZone TO 'UTC'; " +
        "SET LOCAL DateStyle TO 'ISO, YMD'; SET LOCAL client_min_messages TO warning; SET LOCAL lock_timeout TO '60s'" +
        (Version >= TransactionTimeoutVersion ? "; SET LOCAL transaction_timeout TO 0" : ""),
        token);

    /// <summary>Lets the commit be on the server's disk before the server says that it is done. A stricter setting stays: a replica's answer is waited for, too.</summary>
    internal async Task RequireDurableCommitAsync(CancellationToken token)
    {
        if (await ScalarAsync<string>("SELECT pg_catalog.current_setting('synchronous_commit')", token).ConfigureAwait(false) != "off") return;
        await ExecuteAsync("SET LOCAL synchronous_commit TO on", token).ConfigureAwait(false);
    }

    /// <summary>Runs statements that return nothing of interest.</summary>
    internal Task ExecuteAsync(string sql, CancellationToken token) => GuardAsync(
        async () =>
        {
            await using var command = new NpgsqlCommand(sql, _connection) { CommandTimeout = 0 };
            return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
        },
        token);

    /// <summary>The first column of the first row; the type's default where there is no row or it is NULL.</summary>
    internal Task<T?> ScalarAsync<T>(string sql, CancellationToken token, params object[] values) => GuardAsync(
        async () =>
        {
            await using NpgsqlCommand command = Bind(sql, values);
            object? value = await command.ExecuteScalarAsync(token).ConfigureAwait(false);
            return value is null or DBNull ? default : (T)value;
        },
        token);

    /// <summary>The rows of a query, each through a reader of one row. Values are bound as $1, $2, …</summary>
    internal Task<List<T>> RowsAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken token, params object[] values) => GuardAsync(
        async () =>
        {
            await using NpgsqlCommand command = Bind(sql, values);
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
            var rows = new List<T>();
            while (await reader.ReadAsync(token).ConfigureAwait(false)) rows.Add(read(reader));
            return rows;
        },
        token);

    /// <summary>Begins to write rows in the binary format.</summary>
    internal Task<CopyIn> CopyInAsync(string sql, CancellationToken token) =>
        GuardAsync(async () => new CopyIn(await _connection.BeginRawBinaryCopyAsync(sql, token).ConfigureAwait(false), Target, token), token);

    /// <summary>Begins to read rows in the binary format.</summary>
    internal Task<CopyOut> CopyOutAsync(string sql, CancellationToken token) =>
        GuardAsync(async () => new CopyOut(await _connection.BeginRawBinaryCopyAsync(sql, token).ConfigureAwait(false), Target, token), token);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private NpgsqlCommand Bind(string sql, object[] values)
    {
        var command = new NpgsqlCommand(sql, _connection) { CommandTimeout = 0 };
        foreach (object value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> work, CancellationToken token)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception e) when (PostgresErrors.IsOne(e) || e is InvalidOperationException)
        {
            // A cancelled statement ends in an error of the server's, too; a connection that broke before cannot begin another one.
            token.ThrowIfCancellationRequested();
            throw PostgresErrors.Of(e, Target);
        }
    }
}
