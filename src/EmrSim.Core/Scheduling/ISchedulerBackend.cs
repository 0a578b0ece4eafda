namespace EmrSim.Core.Scheduling;

/// <summary>What a scheduler says of one schedule.</summary>
/// <param name="Name">The schedule's name.</param>
/// <param name="Enabled">Whether it will run.</param>
/// <param name="Files">The scheduler's files.</param>
/// <param name="Command">The command line.</param>
/// <param name="LastRunUtc">When it ran last, where that is known.</param>
/// <param name="LastResult">How that ended, where it is known.</param>
internal sealed record SchedulerEntry(
    string Name, bool Enabled, IReadOnlyList<string> Files, string Command, DateTimeOffset? LastRunUtc = null, EmrOutcome? LastResult = null)
{
    /// <summary>When it runs next; null where the scheduler does not say.</summary>
    internal DateTimeOffset? NextRunUtc { get; init; }
}

/// <summary>A scheduler of the system.</summary>
internal interface ISchedulerBackend
{
    /// <summary>Which one.</summary>
    EmrScheduler Kind { get; }

    /// <summary>The account that a job runs as when none was named.</summary>
    string DefaultAccount { get; }

    /// <summary>The files and commands of a schedule. Changes nothing.</summary>
    /// <exception cref="EmrSimException">InvalidArgument: something that this scheduler cannot do.</exception>
    (IReadOnlyList<ScheduleFile> Files, IReadOnlyList<string> Commands) Plan(ScheduleRequest request, string account, string pwsh, IReadOnlyList<string> arguments);

    /// <summary>Refuses a machine that has not got this scheduler.</summary>
    /// <exception cref="EmrSimException">SchedulerFailed.</exception>
    void RequireAvailable();

    /// <summary>The schedules that EmrSim has made. Empty on a machine without this scheduler.</summary>
    Task<IReadOnlyList<SchedulerEntry>> ListAsync(CancellationToken token);

    /// <summary>Makes a schedule, or replaces one. Undoes what it did when it fails.</summary>
    /// <exception cref="EmrSimException">SchedulerFailed, AccessDenied, ScheduleExists, IoError.</exception>
    Task InstallAsync(SchedulePlan plan, CancellationToken token);

    /// <summary>Removes a schedule, and what a killed registration or removal left of one.</summary>
    /// <exception cref="EmrSimException">SchedulerFailed, AccessDenied, IoError.</exception>
    Task RemoveAsync(string name, CancellationToken token);
}
