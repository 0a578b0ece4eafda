using System.Diagnostics;
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

    private static readonly TimeSpan s_commitPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

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
    /// <param name="session">The connection.</param>
    /// <param name="address">What it is connected to.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="names">The names of what will be made there.</param>
    /// <param name="rehearse">Whether it is taken back.</param>
    /// <param name="token">Stops it.</param>
    /// <param name="commitPatience">How long a server is asked again how a commit ended whose answer was lost; null for half a minute.</param>
    /// <exception cref="EmrSimException">TargetNotEmpty, TargetLocked, and what PostgreSQL says.</exception>
    internal static async Task<MigrationTarget> BeginAsync(
        PostgresSession session, PostgresTarget address, string schema, IReadOnlyCollection<string> names, bool rehearse, CancellationToken token, TimeSpan? commitPatience = null)
    {
        // Without the right to make a schema a rehearsal takes place where the migration will: what is taken back leaves nothing there either.
        bool scratch = rehearse && await session.ScalarAsync<bool>("SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')", token).ConfigureAwait(false);
        string used = scratch ? $"emrsim_rehearsal_{Guid.NewGuid():N}" : schema;
        await session.ExecuteAsync("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", token).ConfigureAwait(false);
        // Servers of clouds end statements, and transactions that wait for the next one, after some minutes.
        await session.PrepareTransactionAsync(token).ConfigureAwait(false);
        await session.RequireDurableCommitAsync(token).ConfigureAwait(false);
        long transaction = await session.ScalarAsync<long>("SELECT pg_catalog.txid_current()", token).ConfigureAwait(false);
        var target = new MigrationTarget(session, address, rehearse, transaction) { CommitPatience = commitPatience ?? s_commitPatience };
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
            await session.ExecuteAsync($"SET LOCAL search_path TO {await SearchPathAsync(session, used, names, token).ConfigureAwait(false)}", token).ConfigureAwait(false);
            await session.ExecuteAsync($"SET LOCAL maintenance_work_mem TO '{IndexMemory}'", token).ConfigureAwait(false);
            return target;
        }
        catch
        {
            await target.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// PostgreSQL looks into its own catalog first, where nobody else can put functions and operators, and at last into the schema of temporary tables. Only where a table is called like
    /// one of the catalog's the schema must come before that, and then must hold nothing that the statements could mean.
    /// </summary>
    private static async Task<string> SearchPathAsync(PostgresSession session, string schema, IReadOnlyCollection<string> names, CancellationToken token)
    {
        string quoted = PostgresNames.Quote(schema);
        const string taken = "SELECT EXISTS (SELECT FROM pg_catalog.pg_class WHERE relnamespace = 'pg_catalog'::pg_catalog.regnamespace AND relname = ANY ($1))";
        if (!await session.ScalarAsync<bool>(taken, token, (object)names.ToArray()).ConfigureAwait(false)) return quoted + ", pg_temp";
        await PostgresPreflight.RequireNoFunctionsAsync(session, schema, token).ConfigureAwait(false);
        return quoted + ", pg_catalog, pg_temp";
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
        catch (EmrSimException e) when (e.SqlState is ['4', '2', ..] or ['0', 'A', ..] or ['2', '2', ..] or ['2', 'B', ..] or ['5', '4', ..])
        {
            // What is no fault of the statement, such as a full disk or an administrator who ends it, ends the migration.
            await Session.ExecuteAsync("ROLLBACK TO SAVEPOINT emrsim", token).ConfigureAwait(false);
            return e.Message;
        }
    }

    private TimeSpan CommitPatience { get; init; }

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
            long started = Stopwatch.GetTimestamp();
            while (true)
            {
                string? state = await again.ScalarAsync<string>($"SELECT pg_catalog.txid_status({number})", CancellationToken.None).ConfigureAwait(false);
                // The server may not have noticed yet that we are gone, or be in the middle of the commit.
                if (state is "committed" or "aborted") return state == "committed";
                if (Stopwatch.GetElapsedTime(started) > CommitPatience) throw Unknown(lost, $"the server says that the transaction is {state ?? "not known to it"}");
                await Task.Delay(s_pause).ConfigureAwait(false);
            }
        }
        catch (EmrSimException e) when (e.ErrorCode != ErrorCode.CommitUnknown)
        {
            throw Unknown(lost, e.SqlState is null ? $"the server does not answer ({e.Message})" : e.Message.TrimEnd('.'));
        }
    }

    private EmrSimException Unknown(EmrSimException lost, string why) => new(
        ErrorCode.CommitUnknown,
        $"The connection was lost at the commit, and {why}. Either all is there or nothing. Ask the primary server when it is well: " +
        string.Create(CultureInfo.InvariantCulture, $"SELECT txid_status({_transaction}). Where it says committed, run Compare-EmrDatabase; where it says aborted, migrate again."),
        _address.ToString(),
        lost);
}
