using System.Text;
using EmrSim.Core.Programs;

namespace EmrSim.Core.Scheduling;

/// <summary>Schedules as a file in /etc/cron.d, or as lines of a user's crontab.</summary>
/// <param name="host">The machine.</param>
internal sealed class CronBackend(SchedulerHost host) : ISchedulerBackend
{
    private const string Prefix = "emrsim-";

    // cron of BusyBox reads users' crontabs only.
    private bool UsesFolder => host.IsPrivileged && Directory.Exists(host.CronFolder) && !IsBusyBox();

    /// <inheritdoc/>
    public EmrScheduler Kind => EmrScheduler.Cron;

    /// <inheritdoc/>
    public string DefaultAccount => host.IsPrivileged ? "root" : host.Account;

    /// <inheritdoc/>
    public (IReadOnlyList<ScheduleFile> Files, IReadOnlyList<string> Commands) Plan(
        ScheduleRequest request, string account, string pwsh, IReadOnlyList<string> arguments)
    {
        Zones.RequireLocal(request.Backup.TimeZone, "cron");
        if (request.RandomDelay > TimeSpan.Zero)
        {
            throw new EmrSimException(ErrorCode.InvalidArgument, "cron knows no random delay. Leave -RandomDelay away, or use -As Systemd.");
        }

        string command = CronTable.Command(request, pwsh, arguments);
        if (UsesFolder) return ([new ScheduleFile(PathOf(request.Name), CronTable.File(request, account, command))], []);
        if (account != DefaultAccount)
        {
            throw new EmrSimException(
                ErrorCode.InvalidArgument, $"A crontab of a user runs as that user, not as '{account}'. Leave -RunAs away, or register the schedule as '{account}'.", account);
        }

        string[] lines = [CronTable.Comment(request.Name), CronTable.Line(request, null, command)];
        return ([], [.. lines.Select(l => $"crontab: {l}")]);
    }

    /// <inheritdoc/>
    public void RequireAvailable()
    {
        // A folder for crontabs is on many machines that have no cron to read it.
        if (host.Find("cron", "crond") is not null && (UsesFolder || host.Find("crontab") is not null)) return;
        throw new EmrSimException(
            ErrorCode.SchedulerFailed, "There is no cron on this machine. Install it (the package cron or cronie), or use -OutFile to write the job for another machine.");
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SchedulerEntry>> ListAsync(CancellationToken token)
    {
        var entries = new List<SchedulerEntry>();
        if (UsesFolder)
        {
            foreach (string path in Directory.GetFiles(host.CronFolder, Prefix + "*").Order(StringComparer.Ordinal))
            {
                string name = Path.GetFileName(path)[Prefix.Length..];
                if (!name.Contains('.', StringComparison.Ordinal) && IsOurs(path)) entries.Add(Read(name, path));
            }

            return entries;
        }

        if (host.Find("crontab") is null) return [];
        string table = await TableAsync(token).ConfigureAwait(false);
        return [.. CronTable.Read(table).Select(e => new SchedulerEntry(e.Name, e.Enabled, [], ToText(e.Line)))];
    }

    /// <inheritdoc/>
    public async Task InstallAsync(SchedulePlan plan, CancellationToken token)
    {
        if (plan.Files.Count > 0)
        {
            ScheduleFile file = plan.Files[0];
            if (File.Exists(file.Path) && !IsOurs(file.Path)) throw ScheduleWriter.Foreign(file.Path);
            var writer = new ScheduleWriter();
            try
            {
                writer.Write(file);
            }
            catch
            {
                writer.Undo();
                throw;
            }

            return;
        }

        string line = CronTable.Line(plan.Request, null, CronTable.Command(plan.Request, plan.Pwsh, plan.Arguments));
        string table = await TableAsync(token).ConfigureAwait(false);
        await ReplaceAsync(CronTable.With(table, plan.Request.Name, ToBytes(line)), token).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(string name, CancellationToken token)
    {
        if (UsesFolder)
        {
            if (IsOurs(PathOf(name))) ScheduleWriter.Remove(PathOf(name));
            return;
        }

        if (host.Find("crontab") is null) return;
        string table = await TableAsync(token).ConfigureAwait(false);
        string without = CronTable.Without(table, name);
        if (without != table) await ReplaceAsync(without, token).ConfigureAwait(false);
    }

    private static SchedulerEntry Read(string name, string path)
    {
        string? line = File.ReadLines(path).LastOrDefault(l => l.Contains($"/{name}.ps1", StringComparison.Ordinal))?.TrimStart();
        return new SchedulerEntry(name, line is not null && !line.StartsWith('#'), [path], line?.TrimStart('#', ' ') ?? "");
    }

    private async Task<string> TableAsync(CancellationToken token)
    {
        SystemProgram run = await SystemProgram.RunAsync(host.Find("crontab")!, ["-l"], token, encoding: Encoding.Latin1).ConfigureAwait(false);
        if (run.ExitCode == 0) return run.Output;
        // This is how cron says that there is no table yet; taking any other failure for that would throw a table away.
        return run.Errors.Contains("no crontab", StringComparison.OrdinalIgnoreCase) || run.Errors.Contains("can't open", StringComparison.OrdinalIgnoreCase)
            ? ""
            : throw new EmrSimException(ErrorCode.SchedulerFailed, $"'crontab -l' failed: {run.Message}");
    }

    private async Task ReplaceAsync(string table, CancellationToken token)
    {
        SystemProgram run = await SystemProgram.RunAsync(host.Find("crontab")!, ["-"], token, input: table, encoding: Encoding.Latin1).ConfigureAwait(false);
        if (run.ExitCode != 0) throw new EmrSimException(ErrorCode.SchedulerFailed, $"'crontab -' refused the new table, and the old one stays: {run.Message}");
    }

    // A crontab may be in any encoding, and other lines are to stay as they are: one character is one byte.
    private static string ToBytes(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    private static string ToText(string bytes) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes));

    private static bool IsOurs(string path) => ScheduleWriter.IsMarked(path, CronTable.Marker);

    private string PathOf(string name) => Path.Combine(host.CronFolder, Prefix + name);

    private bool IsBusyBox() => host.Find("cron", "crond") is { } daemon &&
        new FileInfo(daemon).ResolveLinkTarget(returnFinalTarget: true)?.Name.Contains("busybox", StringComparison.OrdinalIgnoreCase) == true;
}
