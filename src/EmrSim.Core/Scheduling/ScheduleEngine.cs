using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using EmrSim.Core.Progress;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Scheduling;

/// <summary>Registers daily jobs with the system's scheduler, and removes them.</summary>
/// <param name="loggers">Where events go.</param>
/// <param name="time">The clock.</param>
public sealed class ScheduleEngine(ILoggerFactory loggers, TimeProvider time)
{
    private readonly ILogger _logger = loggers.CreateLogger<ScheduleEngine>();

    /// <summary>The machine.</summary>
    internal SchedulerHost Host { get; init; } = SchedulerHost.Current;

    private ScheduleCatalog Catalog => new(time) { Host = Host };

    /// <summary>
    /// Registers a planned schedule after a self-test. Files are written in an order in which a kill leaves no schedule, or a whole one.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="progress">Is told how far it has come.</param>
    /// <param name="token">Cancels the work.</param>
    /// <exception cref="EmrSimException">ScheduleExists, SchedulerFailed, SelfTestFailed, AccessDenied, InvalidArgument, IoError.</exception>
    public async Task<EmrBackupSchedule> RegisterAsync(SchedulePlan plan, IProgress<OperationProgress> progress, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(progress);
        string name = plan.Request.Name;
        ISchedulerBackend backend = Catalog.Backend(plan.Schedule.As);
        backend.RequireAvailable();
        RequirePwsh(plan);
        ScheduleEntry[] before = [.. (await Catalog.ListAsync(token).ConfigureAwait(false)).Where(e => e.Name == name)];
        if (before.Length > 0 && !plan.Request.Force)
        {
            throw new EmrSimException(ErrorCode.ScheduleExists, $"There is a schedule '{name}' already. Choose another name, or replace it with -Force.", name);
        }

        var jobs = new JobFolder(Host);
        jobs.Prepare();
        if (File.Exists(plan.Job.Path)) _ = JobHeader.Read(plan.Job.Path);
        try
        {
            await jobs.StageAsync(name, plan.Job.Content, plan.Schedule.RunAs, token).ConfigureAwait(false);
            progress.Report(new OperationProgress($"Registering {name}", "Self-test", -1, null));
            await new JobSelfTest(Host, _logger).RunAsync(jobs.StagedPathOf(name), JobHeader.Read(jobs.StagedPathOf(name))!, token).ConfigureAwait(false);
            await InstallAsync(plan, backend, jobs, token).ConfigureAwait(false);
        }
        catch (EmrSimException e)
        {
            Log.ScheduleRefused(_logger, name, e.ErrorCode, e.Message);
            throw;
        }
        finally
        {
            ScheduleWriter.Remove(jobs.StagedPathOf(name));
        }

        foreach (ScheduleEntry old in before.Where(e => e.Schedule is { } s && s.As != plan.Schedule.As))
        {
            await Catalog.Backend(old.Schedule!.As).RemoveAsync(name, token).ConfigureAwait(false);
        }

        Log.ScheduleRegistered(_logger, name, plan.Schedule.As, plan.Schedule.Destination);
        WarnOfLingering(plan);
        ScheduleEntry? made = (await Catalog.ListAsync(token).ConfigureAwait(false)).FirstOrDefault(e => e.Name == name);
        return made?.Schedule ?? throw made?.Error ?? new EmrSimException(
            ErrorCode.SchedulerFailed, $"The schedule '{name}' was registered, but {plan.Schedule.As} does not list it. Look at it there.", name);
    }

    /// <summary>Removes a schedule, or what a killed registration or removal left of it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="token">Cancels the work.</param>
    /// <exception cref="EmrSimException">ScheduleNotFound, SchedulerFailed, AccessDenied, IoError.</exception>
    public async Task UnregisterAsync(string name, CancellationToken token)
    {
        var jobs = new JobFolder(Host);
        bool exists = (await Catalog.ListAsync(token).ConfigureAwait(false)).Any(e => e.Name == name);
        // A script that was changed by hand until it says nothing of itself is not ours to remove.
        bool hasJob = JobHeader.Read(jobs.PathOf(name)) is not null;
        if (!exists && !hasJob) throw NotFound(name);
        // The scheduler forgets it first, so that nothing ever runs a script that is gone.
        foreach (ISchedulerBackend backend in Catalog.Backends()) await backend.RemoveAsync(name, token).ConfigureAwait(false);
        if (hasJob) ScheduleWriter.Remove(jobs.PathOf(name));
        ScheduleWriter.Remove(jobs.StagedPathOf(name));
        Log.ScheduleRemoved(_logger, name);
    }

    /// <summary>Runs the self-test of a schedule that is registered.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="token">Cancels the work.</param>
    /// <exception cref="EmrSimException">ScheduleNotFound, SelfTestFailed, SchedulerFailed, AccessDenied.</exception>
    public async Task<IReadOnlyList<EmrBackupCheck>> TestAsync(string name, CancellationToken token)
    {
        var jobs = new JobFolder(Host);
        string path = jobs.PathOf(name);
        JobHeader header = JobHeader.Read(path) ?? throw NotFound(name);
        await jobs.RequireOwnAsync(path, header.RunAs, token).ConfigureAwait(false);
        return await new JobSelfTest(Host, _logger).RunAsync(path, header, token).ConfigureAwait(false);
    }

    private static EmrSimException NotFound(string name) => new(
        ErrorCode.ScheduleNotFound, $"There is no schedule '{name}' that EmrSim has made for the system or for this account. Root has schedules of its own.", name);

    private static async Task InstallAsync(SchedulePlan plan, ISchedulerBackend backend, JobFolder jobs, CancellationToken token)
    {
        byte[]? before = File.Exists(plan.Job.Path) ? await File.ReadAllBytesAsync(plan.Job.Path, token).ConfigureAwait(false) : null;
        try
        {
            DurableFile.Publish(jobs.StagedPathOf(plan.Request.Name), plan.Job.Path);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "The job could not be written", plan.Job.Path);
        }

        try
        {
            await backend.InstallAsync(plan, token).ConfigureAwait(false);
        }
        catch
        {
            if (before is null)
            {
                ScheduleWriter.Remove(plan.Job.Path);
            }
            else
            {
                await jobs.StageAsync(plan.Request.Name, System.Text.Encoding.UTF8.GetString(before), plan.Schedule.RunAs, CancellationToken.None).ConfigureAwait(false);
                DurableFile.Publish(jobs.StagedPathOf(plan.Request.Name), plan.Job.Path);
            }

            throw;
        }
    }

    private static void RequirePwsh(SchedulePlan plan)
    {
        if (File.Exists(plan.Pwsh)) return;
        throw new EmrSimException(
            ErrorCode.SchedulerFailed, "No PowerShell was found for the job: there is no pwsh on PATH. Install PowerShell 7.4 or later (the one of the Microsoft Store runs no jobs), or name it with -PwshPath.", plan.Pwsh);
    }

    private void WarnOfLingering(SchedulePlan plan)
    {
        if (plan.Schedule.As != EmrScheduler.Systemd || Host.IsPrivileged) return;
        if (!File.Exists(Path.Combine(Host.Root, "var/lib/systemd/linger", Host.Account))) Log.TimerNeedsLingering(_logger, plan.Request.Name, Host.Account);
    }
}
