using System.Text;

namespace EmrSim.Core.Scheduling;

/// <summary>What a registration would make. Nothing is done yet.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Schedule">The schedule as it would be.</param>
/// <param name="Job">The script that is run.</param>
/// <param name="Files">The files of the scheduler, in the order in which they are written.</param>
/// <param name="Commands">The commands that follow, for people to read.</param>
public sealed record SchedulePlan(
    ScheduleRequest Request, EmrBackupSchedule Schedule, ScheduleFile Job, IReadOnlyList<ScheduleFile> Files, IReadOnlyList<string> Commands)
{
    /// <summary>The arguments of the PowerShell that is run.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The PowerShell that is run.</summary>
    public required string Pwsh { get; init; }

    /// <summary>All of it, as a person reads it.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        foreach (ScheduleFile file in Files.Prepend(Job)) text.Append("# ---- ").Append(file.Path).Append('\n').Append(file.Content).Append('\n');
        foreach (string command in Commands) text.Append("# ---- then: ").Append(command).Append('\n');
        return text.ToString();
    }
}
