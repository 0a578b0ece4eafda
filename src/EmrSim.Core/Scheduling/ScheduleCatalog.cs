namespace EmrSim.Core.Scheduling;

/// <summary>Finds the schedules that EmrSim has made on this machine: those of the system, or those of this account.</summary>
/// <param name="time">The clock.</param>
public sealed class ScheduleCatalog(TimeProvider time)
{
    private readonly TimeProvider _time = time;

    /// <summary>The machine.</summary>
    internal SchedulerHost Host { get; init; } = SchedulerHost.Current;

    /// <summary>All schedules, by name.</summary>
    /// <param name="token">Cancels the work.</param>
    public async Task<IReadOnlyList<ScheduleEntry>> ListAsync(CancellationToken token)
    {
        var found = new List<ScheduleEntry>();
        foreach (ISchedulerBackend backend in Backends())
        {
            foreach (SchedulerEntry entry in await backend.ListAsync(token).ConfigureAwait(false)) found.Add(Read(backend, entry));
        }

        return [.. found.OrderBy(e => e.Name, StringComparer.Ordinal)];
    }

    /// <summary>The schedulers that this machine may have.</summary>
    internal IReadOnlyList<ISchedulerBackend> Backends() => [new TaskSchedulerBackend(Host, _time), new SystemdBackend(Host), new CronBackend(Host)];

    /// <summary>One of them.</summary>
    internal ISchedulerBackend Backend(EmrScheduler kind) => Backends().Single(b => b.Kind == kind);

    private ScheduleEntry Read(ISchedulerBackend backend, SchedulerEntry entry)
    {
        string jobPath = new JobFolder(Host).PathOf(entry.Name);
        try
        {
            if (JobHeader.Read(jobPath) is not { } header)
            {
                throw new EmrSimException(
                    ErrorCode.SchedulerFailed,
                    $"The schedule '{entry.Name}' has lost its job script '{jobPath}', so it fails. Register it again with -Force, or remove it with Unregister-EmrBackupSchedule.",
                    entry.Name);
            }

            DateTimeOffset? next = entry.NextRunUtc ?? NextRun.After(_time.GetUtcNow(), header.Time, Zones.Find(header.TimeZone));
            return new ScheduleEntry(
                entry.Name,
                new EmrBackupSchedule
                {
                    Name = entry.Name,
                    As = backend.Kind,
                    Path = header.Path,
                    Destination = header.Destination,
                    At = header.Time,
                    TimeZone = header.TimeZone,
                    RunAs = header.RunAs,
                    Enabled = entry.Enabled,
                    NextRunUtc = entry.Enabled ? next : null,
                    LastRunUtc = entry.LastRunUtc,
                    LastResult = entry.LastResult,
                    Command = entry.Command,
                    JobPath = jobPath,
                    Files = [jobPath, .. entry.Files],
                },
                null);
        }
        catch (EmrSimException e)
        {
            return new ScheduleEntry(entry.Name, null, e);
        }
    }
}
