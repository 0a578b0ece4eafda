using System.Globalization;
using System.Text;
using EmrSim.Core.Files;
using EmrSim.Core.Programs;

namespace EmrSim.Core.Scheduling;

/// <summary>Schedules as tasks of the Task Scheduler of Windows, through schtasks.exe.</summary>
/// <param name="host">The machine.</param>
/// <param name="time">The clock.</param>
internal sealed class TaskSchedulerBackend(SchedulerHost host, TimeProvider time) : ISchedulerBackend
{
    private const string Folder = @"\EmrSim\";

    // Columns of schtasks /Query /V /FO CSV, whose headings are in the language of Windows.
    private const int LastRunColumn = 5;
    private const int LastResultColumn = 6;

    // SCHED_S_TASK_RUNNING and SCHED_S_TASK_HAS_NOT_RUN.
    private const int Running = 0x41301;
    private const int NeverRun = 0x41303;

    /// <inheritdoc/>
    public EmrScheduler Kind => EmrScheduler.TaskScheduler;

    /// <inheritdoc/>
    public string DefaultAccount => host.IsPrivileged ? "SYSTEM" : host.Account;

    /// <inheritdoc/>
    public (IReadOnlyList<ScheduleFile> Files, IReadOnlyList<string> Commands) Plan(
        ScheduleRequest request, string account, string pwsh, IReadOnlyList<string> arguments)
    {
        Zones.RequireLocal(request.Backup.TimeZone, "The Task Scheduler");
        if (request.Retries > 0 && request.RetryDelay < TimeSpan.FromMinutes(1))
        {
            throw new EmrSimException(ErrorCode.InvalidArgument, "The Task Scheduler waits for at least a minute before it tries again. Raise -RetryDelay.");
        }

        string xml = TaskXml.Write(request, account, host.IsPrivileged, pwsh, arguments, time.GetUtcNow());
        var file = new ScheduleFile(Path.Combine(host.JobFolder, request.Name + ".xml"), xml);
        return ([file], [string.Join(' ', ["schtasks", .. CreateArguments(request.Name, account, file.Path)])]);
    }

    /// <inheritdoc/>
    public void RequireAvailable()
    {
        if (Program() is not null) return;
        throw new EmrSimException(
            ErrorCode.SchedulerFailed, "There is no Task Scheduler on this machine (schtasks.exe is missing). Use -OutFile to write the task for another machine.");
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SchedulerEntry>> ListAsync(CancellationToken token)
    {
        if (Program() is not { } schtasks) return [];
        SystemProgram run = await SystemProgram.RunAsync(schtasks, ["/Query", "/FO", "CSV", "/NH", "/V"], token).ConfigureAwait(false);
        var entries = new List<SchedulerEntry>();
        foreach (string[] row in run.Output.Split('\n').Select(Fields).Where(f => f.Length > LastResultColumn && f[1].StartsWith(Folder, StringComparison.OrdinalIgnoreCase)))
        {
            string name = row[1][Folder.Length..];
            if (entries.Any(e => e.Name == name)) continue;
            SystemProgram query = await SystemProgram.RunAsync(schtasks, ["/Query", "/TN", Folder + name, "/XML"], token).ConfigureAwait(false);
            if (query.ExitCode != 0 || TaskXml.Read(query.Output) is not { } task) continue;
            _ = int.TryParse(row[LastResultColumn], CultureInfo.InvariantCulture, out int result);
            bool known = result is not (Running or NeverRun);
            DateTimeOffset? last = result != NeverRun && DateTime.TryParse(row[LastRunColumn], CultureInfo.CurrentCulture, DateTimeStyles.AssumeLocal, out DateTime ran) ? ran : null;
            string xml = Path.Combine(host.JobFolder, name + ".xml");
            entries.Add(new SchedulerEntry(name, task.Enabled, File.Exists(xml) ? [xml] : [], task.Command, last, last is null || !known ? null : result == 0 ? EmrOutcome.Passed : EmrOutcome.Failed));
        }

        return entries;
    }

    /// <inheritdoc/>
    public async Task InstallAsync(SchedulePlan plan, CancellationToken token)
    {
        string schtasks = Program()!;
        string name = plan.Request.Name;
        SystemProgram query = await SystemProgram.RunAsync(schtasks, ["/Query", "/TN", Folder + name, "/XML"], token).ConfigureAwait(false);
        if (query.ExitCode == 0 && TaskXml.Read(query.Output) is null) throw ScheduleWriter.Foreign(Folder + name);

        ScheduleFile file = plan.Files[0];
        string partial = file.Path + DurableFile.PartialSuffix;
        try
        {
            File.Delete(partial);
            DurableFile.Stage(partial, [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(file.Content)]);
            SystemProgram run = await SystemProgram.RunAsync(schtasks, CreateArguments(name, plan.Schedule.RunAs, partial), token).ConfigureAwait(false);
            if (run.ExitCode != 0) throw Refused(run, name);
            // What was registered is kept for people to read.
            DurableFile.Publish(partial, file.Path);
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "The task could not be written", file.Path);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(string name, CancellationToken token)
    {
        if (Program() is { } schtasks)
        {
            SystemProgram query = await SystemProgram.RunAsync(schtasks, ["/Query", "/TN", Folder + name, "/XML"], token).ConfigureAwait(false);
            if (query.ExitCode == 0 && TaskXml.Read(query.Output) is not null)
            {
                SystemProgram run = await SystemProgram.RunAsync(schtasks, ["/Delete", "/TN", Folder + name, "/F"], token).ConfigureAwait(false);
                if (run.ExitCode != 0) throw Refused(run, name);
            }
        }

        ScheduleWriter.Remove(Path.Combine(host.JobFolder, name + ".xml"));
    }

    private static List<string> CreateArguments(string name, string account, string xml)
    {
        List<string> arguments = ["/Create", "/TN", Folder + name, "/XML", xml, "/F"];
        // Windows itself knows the password of a managed account; schtasks wants it named, and empty.
        if (TaskXml.IsManaged(account)) arguments.AddRange(["/RU", account, "/RP", ""]);
        return arguments;
    }

    private EmrSimException Refused(SystemProgram run, string name) => host.IsPrivileged
        ? new EmrSimException(ErrorCode.SchedulerFailed, $"The Task Scheduler refused the task '{Folder}{name}': {run.Message}", name)
        : new EmrSimException(
            ErrorCode.AccessDenied, $"The Task Scheduler refused the task '{Folder}{name}': {run.Message} Run PowerShell as Administrator and try again.", name);

    private string? Program() => host.Find("schtasks.exe", "schtasks");

    private static string[] Fields(string line)
    {
        string row = line.Trim();
        return row.Length < 2 ? [] : row[1..^1].Split("\",\"");
    }
}
