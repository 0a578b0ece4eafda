namespace EmrSim.Core.Backup;

/// <summary>A published backup, and what the job could not do besides it.</summary>
/// <param name="Backup">The backup. It is good whatever else went wrong.</param>
/// <param name="Errors">What else went wrong, such as HistoryNotWritten; empty where nothing did.</param>
public sealed record BackupResult(EmrBackup Backup, IReadOnlyList<EmrSimException> Errors);
