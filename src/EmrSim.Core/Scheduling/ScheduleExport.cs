using System.Text;
using EmrSim.Core.Files;

namespace EmrSim.Core.Scheduling;

/// <summary>Writes what a registration would make, instead of registering it.</summary>
public static class ScheduleExport
{
    /// <summary>Writes the files of a plan into a folder, or all of them into one file to read.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="path">
    /// A folder, where it is one or has no extension; else a file. One with the extension of a file of the plan, such as .xml, is that file alone.
    /// </param>
    /// <param name="token">Cancels the work.</param>
    /// <returns>The schedule with the files that were written.</returns>
    /// <exception cref="EmrSimException">TargetExists, AccessDenied, DiskFull, IoError.</exception>
    public static Task<EmrBackupSchedule> WriteAsync(SchedulePlan plan, string path, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(plan);
        bool isFolder = Directory.Exists(path) || Path.GetExtension(path).Length == 0;
        ScheduleFile[] all = [.. plan.Files.Prepend(plan.Job)];
        List<ScheduleFile> files = isFolder
            ? [.. all.Select(f => f with { Path = Path.Combine(path, NameOf(f.Path)) })]
            : [new ScheduleFile(path, all.FirstOrDefault(f => HaveSameExtension(f.Path, path))?.Content ?? plan.Describe())];
        if (isFolder) files.Add(new ScheduleFile(Path.Combine(path, "README.txt"), Steps(plan)));
        if (!plan.Request.Force && files.FirstOrDefault(f => File.Exists(f.Path)) is { } existing)
        {
            throw new EmrSimException(ErrorCode.TargetExists, $"'{existing.Path}' exists. Name another place, or use -Force.", existing.Path);
        }

        try
        {
            Directory.CreateDirectory(isFolder ? path : Path.GetDirectoryName(path)!);
            foreach (ScheduleFile file in files)
            {
                token.ThrowIfCancellationRequested();
                string partial = file.Path + DurableFile.PartialSuffix;
                File.Delete(partial);
                DurableFile.Stage(partial, Encode(file));
                DurableFile.Publish(partial, file.Path);
            }
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, "The schedule could not be written", path);
        }

        return Task.FromResult(plan.Schedule with { Files = [.. files.Select(f => f.Path)] });
    }

    private static bool HaveSameExtension(string path, string other) =>
        Path.GetExtension(path) is { Length: > 0 } extension && extension.Equals(Path.GetExtension(other), StringComparison.OrdinalIgnoreCase);

    // The path may be one of Windows, on any system.
    private static string NameOf(string path) => path[(path.LastIndexOfAny(['/', '\\']) + 1)..];

    // A task says that it is UTF-16, as the Task Scheduler wants it.
    private static byte[] Encode(ScheduleFile file) => file.Content.StartsWith("<?xml", StringComparison.Ordinal)
        ? [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(file.Content)]
        : Encoding.UTF8.GetBytes(file.Content);

    private static string Steps(SchedulePlan plan)
    {
        var text = new StringBuilder("Where these files belong, and what follows:\n\n");
        foreach (ScheduleFile file in plan.Files.Prepend(plan.Job)) text.Append(NameOf(file.Path)).Append(" -> ").Append(file.Path).Append('\n');
        text.Append('\n');
        foreach (string command in plan.Commands) text.Append(command).Append('\n');
        return text.ToString();
    }
}
