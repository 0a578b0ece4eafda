namespace EmrSim.Core.Scheduling;

/// <summary>A file of a schedule.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Content">Its text.</param>
public sealed record ScheduleFile(string Path, string Content);
