using System.Diagnostics;

namespace EmrSim.Core.Migration;

/// <summary>How long the phases of a migration took.</summary>
internal sealed class PhaseLog
{
    private readonly List<EmrMigrationPhase> _ended = [];

    /// <summary>Those that have ended, in their order.</summary>
    internal IReadOnlyList<EmrMigrationPhase> Ended => _ended;

    /// <summary>The phase that runs, for the message of a failure.</summary>
    internal string? Current { get; private set; }

    /// <summary>Runs a phase.</summary>
    internal async Task<T> TakeAsync<T>(string name, Func<Task<T>> work)
    {
        Current = name;
        long started = Stopwatch.GetTimestamp();
        T result = await work().ConfigureAwait(false);
        _ended.Add(new EmrMigrationPhase(name, Stopwatch.GetElapsedTime(started)));
        Current = null;
        return result;
    }

    /// <summary>The same where nothing comes of it.</summary>
    internal Task TakeAsync(string name, Func<Task> work) => TakeAsync(name, async () =>
    {
        await work().ConfigureAwait(false);
        return true;
    });
}
