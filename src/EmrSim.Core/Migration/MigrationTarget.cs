using System.Globalization;
using EmrSim.Core.Postgres;

namespace EmrSim.Core.Migration;

/// <summary>
/// The target as one transaction: nobody sees a table before it is committed, and when the connection ends before that, however it ends, the server forgets all of it. A rehearsal
/// uses a schema of its own and takes it back.
/// </summary>
internal sealed class MigrationTarget : IAsyncDisposable
{
    // Sorting for an index in 64 MB, the default, writes a million rows to the disk several times.
    private const string IndexMemory = "256MB";
    private const int Attempts = 60;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    private readonly PostgresTarget _address;
    private readonly bool _rehearse;
    private readonly long _transaction;
    private bool _ended;

    private MigrationTarget(PostgresSession session, PostgresTarget address, bool rehearse, long transaction)
    {
        Session = session;
        _address = address;
        _rehearse = rehearse;
        _transaction = transaction;
    }

    /// <summary>The connection that holds the transaction.</summary>
    internal PostgresSession Session { get; }

    /// <summary>Begins it in an empty schema, which is made where it is missing.</summary>
    /// <exception cref="EmrSimException">TargetNotEmpty, TargetLocked, and what PostgreSQL says.</exception>
    internal static async Task<MigrationTarget> BeginAsync(PostgresSession session, PostgresTarget address, string schema, bool rehearse, CancellationToken token)
    {
        // Without the right to make a schema a rehearsal takes place where the migration will: what is taken back leaves nothing there either.
        bool scratch = rehearse && await session.ScalarAsync<bool>("SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')", token).ConfigureAwait(false);
        string used = scratch ? $"emrsim_rehearsal_{Guid.NewGuid():N}" : schema;
        await session.ExecuteAsync("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", token).ConfigureAwait(false);
        // Servers of clouds end statements, and transactions that wait for the next one, after some minutes.
        await session.PrepareTransactionAsync(token).ConfigureAwait(false);
        long transaction = await session.ScalarAsync<long>("SELECT pg_catalog.txid_current()", token).ConfigureAwait(false);
        var target = new MigrationTarget(session, address, rehearse, transaction);
        try
        {
            bool alone = await session.ScalarAsync<bool>(
                $"SELECT pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended({PostgresNames.Literal("EmrSim migration into " + used)}, 0))", token).ConfigureAwait(false);
            if (!alone) throw new EmrSimException(ErrorCode.TargetLocked, $"Another migration into schema '{schema}' of {address} is running. Wait for it to end.", address.ToString());

            // IF NOT EXISTS would ask for the right to make it even where it is there.
            string exists = $"SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = {PostgresNames.Literal(used)})";
            if (!await session.ScalarAsync<bool>(exists, token).ConfigureAwait(false)) await session.ExecuteAsync($"CREATE SCHEMA {PostgresNames.Quote(used)}", token).ConfigureAwait(false);
            // Once more under the lock: what the preflight saw may be old.
            await PostgresPreflight.RequireEmptyAsync(session, used, token).ConfigureAwait(false);
            // The schema comes first, so that a table is never taken for one of PostgreSQL's own of the same name.
            await session.ExecuteAsync($"SET LOCAL search_path TO {PostgresNames.Quote(used)}, pg_catalog", token).ConfigureAwait(false);
            await session.ExecuteAsync($"SET LOCAL maintenance_work_mem TO '{IndexMemory}'", token).ConfigureAwait(false);
            return target;
        }
        catch
        {
            await target.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Runs a statement of the plan.</summary>
    internal async Task RunAsync(EmrMigrationStatement statement, CancellationToken token)
    {
        try
        {
            await Session.ExecuteAsync(statement.Sql, token).ConfigureAwait(false);
        }
        catch (EmrSimException e) when (e.ErrorCode == ErrorCode.PostgresError)
        {
            throw new EmrSimException(e.ErrorCode, $"{statement.Object} could not be made, so nothing was migrated: {e.Message} The statement was: {statement.Sql}", statement.Object, e) { SqlState = e.SqlState };
        }
    }

    /// <summary>Runs a statement that may fail; gives why it did.</summary>
    internal async Task<string?> TryRunAsync(EmrMigrationStatement statement, CancellationToken token)
    {
        await Session.ExecuteAsync("SAVEPOINT emrsim", token).ConfigureAwait(false);
        try
        {
            await Session.ExecuteAsync(statement.Sql, token).ConfigureAwait(false);
            await Session.ExecuteAsync("RELEASE SAVEPOINT emrsim", token).ConfigureAwait(false);
            return null;
        }
        catch (EmrSimException e) when (e.SqlState is not null)
        {
            await Session.ExecuteAsync("ROLLBACK TO SAVEPOINT emrsim", token).ConfigureAwait(false);
            return e.Message;
        }
    }

    /// <summary>Commits, or takes a rehearsal back.</summary>
    /// <exception cref="EmrSimException">CommitUnknown where the connection was lost and nobody can say how it ended.</exception>
    internal async Task CommitAsync(CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        _ended = true;
        if (_rehearse)
        {
            await Session.ExecuteAsync("ROLLBACK", token).ConfigureAwait(false);
            return;
        }

        try
        {
            // From here on nothing stops it: whoever cancels must be told what is there.
            await Session.ExecuteAsync("COMMIT", CancellationToken.None).ConfigureAwait(false);
        }
        catch (EmrSimException e) when (e.SqlState is null or ['5', '7', ..] or ['0', '8', ..])
        {
            if (await IsCommittedAsync(e).ConfigureAwait(false)) return;
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_ended) return;
        _ended = true;
        try
        {
            await Session.ExecuteAsync("ROLLBACK", CancellationToken.None).ConfigureAwait(false);
        }
        catch (EmrSimException)
        {
            // The connection is lost, and the transaction with it.
        }
    }

    private async Task<bool> IsCommittedAsync(EmrSimException lost)
    {
        string number = _transaction.ToString(CultureInfo.InvariantCulture);
        try
        {
            await using PostgresSession again = await PostgresSession.OpenAsync(_address, CancellationToken.None).ConfigureAwait(false);
            for (int attempt = 0; ; attempt++)
            {
                string? state = await again.ScalarAsync<string>($"SELECT pg_catalog.txid_status({number})", CancellationToken.None).ConfigureAwait(false);
                // The server may not have noticed yet that we are gone, or be in the middle of the commit.
                if (state != "in progress" || attempt == Attempts) return state == "committed";
                await Task.Delay(s_pause).ConfigureAwait(false);
            }
        }
        catch (EmrSimException e)
        {
            throw new EmrSimException(
                ErrorCode.CommitUnknown,
                $"The connection was lost at the commit, and the server does not answer ({e.Message}). Either all is there or nothing. Ask the server when it is back: " +
                $"SELECT txid_status({number}). Where it says committed, run Compare-EmrDatabase; else migrate again.",
                _address.ToString(),
                lost);
        }
    }
}
