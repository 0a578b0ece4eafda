namespace EmrSim.Core.Scheduling;

/// <summary>A schedule that was found, or why it cannot be told what it does.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Schedule">The schedule, unless <paramref name="Error"/> is set.</param>
/// <param name="Error">What is wrong with it.</param>
public sealed record ScheduleEntry(string Name, EmrBackupSchedule? Schedule, EmrSimException? Error);
