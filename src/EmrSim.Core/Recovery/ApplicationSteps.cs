using EmrSim.Core.Applications;
using EmrSim.Core.Files;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Recovery;

/// <summary>What a restore does with the application: stop it, wait for it, start it, see that it works on this database.</summary>
internal sealed class ApplicationSteps(EmrApplication? application, string database, ICommandRunner? runner, TimeSpan validate, RestorePatience patience, TimeProvider clock)
{
    private readonly IApplicationControl? _control =
        application is null ? null : ApplicationControls.For(application, runner ?? throw new InvalidOperationException("An application needs something that runs its commands."), time: clock);

    /// <summary>Whether there is an application that can be stopped and started.</summary>
    internal bool Controls => _control is not null;

    /// <summary>Whether there is anything to validate.</summary>
    internal bool Validates => application is not null && (_control is not null || application is not { HealthUrl: null, ValidateCommand: null, ValidateQuery: null });

    /// <summary>What it controls, as the end of a sentence.</summary>
    internal string Description => _control?.Description ?? "no application";

    /// <summary>Stops it.</summary>
    internal async Task<string> StopAsync(CancellationToken token)
    {
        await _control!.StopAsync(token).ConfigureAwait(false);
        return $"{Description} is stopped";
    }

    /// <summary>Waits until nobody has the database open, and watches for an application that comes back by itself.</summary>
    /// <exception cref="EmrSimException">RestoreTargetInUse, ApplicationCameBack.</exception>
    internal async Task<string> WaitAsync(CancellationToken token)
    {
        var watch = new ApplicationWatch(_control, database, clock);
        TimeSpan release = _control is null ? TimeSpan.Zero : patience.Release;
        FileHolders holders = await watch.ReleaseAsync(release, token).ConfigureAwait(false);
        if (holders.Count > 0) throw InUse($"{holders} {(holders.Count == 1 ? "has" : "have")} it open");
        // Locks are seen, too, where processes are not: those of other accounts, and of other machines.
        bool free = await new StopPatience(release, clock).UntilAsync(() => Task.FromResult(!IsLocked()), token).ConfigureAwait(false);
        if (!free) throw InUse("somebody whom this account may not see has a lock on it");
        if (_control is not null) await watch.SettleAsync(patience.Settle, token).ConfigureAwait(false);
        return holders.Complete ? "nobody has the database open" : "nobody whom this account can see has the database open, and nobody has a lock on it";
    }

    /// <summary>The last look before the swap.</summary>
    internal Task RequireStoppedAsync(CancellationToken token) => new ApplicationWatch(_control, database, clock).RequireStoppedAsync(token);

    /// <summary>Starts it.</summary>
    internal async Task<string> StartAsync(CancellationToken token)
    {
        await _control!.StartAsync(token).ConfigureAwait(false);
        return $"{Description} is started";
    }

    /// <summary>Sees that it works, and on this database.</summary>
    /// <exception cref="EmrSimException">ApplicationUnhealthy, ApplicationNotOnDatabase, ValidationFailed.</exception>
    internal async Task<(EmrOutcome Outcome, string Detail)> ValidateAsync(CancellationToken token)
    {
        var proofs = new List<string>();
        HealthAnswer? health = null;
        if (application!.HealthUrl is { } url)
        {
            health = await HealthProbe.WaitAsync(url, validate, token, clock).ConfigureAwait(false);
            proofs.Add($"'{url}' answered {health.StatusCode}");
        }

        EmrOutcome outcome = EmrOutcome.Passed;
        if (_control is not null)
        {
            DatabaseUseResult use = await DatabaseUse.ProveAsync(database, health, validate, token, clock).ConfigureAwait(false);
            outcome = use.Outcome;
            proofs.Add(use.Detail);
        }

        if (application.ValidateQuery is { } query) proofs.Add(await QueryAsync(query, token).ConfigureAwait(false));
        if (application.ValidateCommand is { } command)
        {
            CommandResult result = await runner!.RunAsync(command, application.Root, token).ConfigureAwait(false);
            if (result.ValidationFailure is { } failure)
            {
                throw new EmrSimException(ErrorCode.ValidationFailed, $"The command that validates the application did not pass: {failure}.", application.Root);
            }

            proofs.Add("the validation command passed");
        }

        return (outcome, string.Join("; ", proofs));
    }

    private async Task<string> QueryAsync(string query, CancellationToken token)
    {
        string? proof = null;
        SqliteFault? locked = null;
        // An application that works locks its database now and then. Not SQLite's own waiting, which nobody could end.
        await new StopPatience(validate, clock).UntilAsync(
            () =>
            {
                try
                {
                    proof = Query(query, token);
                }
                catch (SqliteFault fault) when (fault.IsBusy)
                {
                    locked = fault;
                }

                return Task.FromResult(proof is not null);
            },
            token).ConfigureAwait(false);
        return proof ?? throw new EmrSimException(
            ErrorCode.ValidationFailed, $"The query that validates '{database}' could not be run within {validate.TotalSeconds:0.#} seconds: {locked!.Message}.", database, locked);
    }

    private string Query(string query, CancellationToken token)
    {
        try
        {
            using SqliteDatabase live = SqliteDatabase.Open(database, SqliteAccess.Live, token);
            string? first = live.Rows(query, static s => SQLitePCL.raw.sqlite3_column_type(s, 0) == SQLitePCL.raw.SQLITE_NULL ? null : SqliteDatabase.Text(s, 0)).FirstOrDefault();
            if (first is not null and not "0") return "the validation query gave a row";
            throw new EmrSimException(
                ErrorCode.ValidationFailed, $"The query that validates '{database}' gave {(first is null ? "no value" : "0")}; it must give a row whose first value is neither 0 nor NULL.", database);
        }
        catch (SqliteFault fault) when (!fault.IsBusy)
        {
            throw new EmrSimException(ErrorCode.ValidationFailed, $"The query that validates '{database}' could not be run: {fault.Message}.", database, fault);
        }
    }

    private bool IsLocked()
    {
        if (!File.Exists(database)) return false;
        try
        {
            // On Windows whoever has it open is in the way of this, on Linux whoever has a lock is seen.
            using var file = new FileStream(database, FileMode.Open, FileAccess.Read, OperatingSystem.IsWindows() ? FileShare.None : FileShare.ReadWrite | FileShare.Delete);
            return FileLocks.AreThere(file.SafeFileHandle, 0, 0);
        }
        catch (IOException e) when (IoErrors.IsHeldByAnother(e))
        {
            return true;
        }
    }

    private EmrSimException InUse(string why) => new(
        ErrorCode.RestoreTargetInUse,
        $"'{database}' is in use: {why}. " + (_control is null
            ? "Stop the application first, or name it with -Application (Get-EmrApplication) so that the restore stops and starts it."
            : $"{Description} was stopped, so this is something else; stop it, too."),
        database);
}
