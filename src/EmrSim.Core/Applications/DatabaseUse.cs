using EmrSim.Core.Files;

namespace EmrSim.Core.Applications;

/// <summary>What is known of whether an application uses its database.</summary>
/// <param name="Outcome">Passed where it does; Inconclusive where nobody can say.</param>
/// <param name="Detail">By what that was told.</param>
internal sealed record DatabaseUseResult(EmrOutcome Outcome, string Detail);

/// <summary>
/// Proves that an application that was started really uses its database, and not its memory or another file. Health alone proves nothing: an application
/// that could not open its database may say that it is well.
/// </summary>
internal static class DatabaseUse
{
    /// <summary>Waits until a process has the database open.</summary>
    /// <param name="database">The absolute path.</param>
    /// <param name="health">What the application said of its health; null where it was not asked.</param>
    /// <param name="timeout">How long it may take to open it.</param>
    /// <param name="token">Ends it.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="EmrSimException">ApplicationNotOnDatabase.</exception>
    internal static async Task<DatabaseUseResult> ProveAsync(
        string database, HealthAnswer? health, TimeSpan timeout, CancellationToken token, TimeProvider? time = null)
    {
        if (health is { InMemory: true })
        {
            throw NotOn(database, $"its health check says that it keeps its data in '{health.Storage}'");
        }

        FileHolders holders = DatabaseFiles.HoldersOf(database);
        bool held = await new StopPatience(timeout, time ?? TimeProvider.System).UntilAsync(
            () =>
            {
                holders = DatabaseFiles.HoldersOf(database);
                // Where the system does not tell, waiting does not help.
                return Task.FromResult(holders.Any(h => h.Certain) || !holders.Complete);
            },
            token).ConfigureAwait(false);
        FileHolder[] certain = [.. holders.Where(h => h.Certain)];
        if (certain.Length > 0) return new DatabaseUseResult(EmrOutcome.Passed, $"{string.Join(", ", certain.Select(h => h.ToString()).Distinct())} has it open");
        if (!held)
        {
            string other = holders.Count > 0 ? $"; {holders} has the old file open that lay there before" : "";
            throw NotOn(database, $"no process has that file open{other}");
        }

        return health is { InMemory: false }
            ? new DatabaseUseResult(EmrOutcome.Passed, $"this account may not see who has it open; the health check says '{health.Storage}'")
            : new DatabaseUseResult(EmrOutcome.Inconclusive, "this account may not see who has it open, and the health check does not say what the application keeps its data in");
    }

    private static EmrSimException NotOn(string database, string why) => new(
        ErrorCode.ApplicationNotOnDatabase,
        $"The application runs, but not on '{database}': {why}. What it is given now will be lost. See which database its env file names and whether its account can open that.",
        database);
}
