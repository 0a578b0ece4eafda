namespace EmrSim.Core.Logging;

/// <summary>
/// The stable ids of log events: 1xxx backup, 2xxx verification, 3xxx recovery, 4xxx migration, 5xxx pooling, 6xxx scaling,
/// 7xxx scheduling, 8xxx alarms, 9xxx reporting.
/// </summary>
internal static class EventIds
{
    internal const int BackupStarted = 1000;
    internal const int SnapshotCopied = 1001;
    internal const int BackupPublished = 1002;
    internal const int BackupFailed = 1003;
    internal const int BackupRejected = 1004;
    internal const int LeftoversSwept = 1005;
    internal const int WaitingForLock = 1006;
    internal const int RiskyLocation = 1007;
    internal const int ForeignKeyViolations = 1008;
    internal const int BackupRemoved = 1009;
    internal const int PreviousUnreadable = 1010;
    internal const int BackupCancelled = 1011;
    internal const int TableShrank = 1012;
    internal const int SampleCreated = 1013;
    internal const int SourceRebuilt = 1014;
    internal const int LeftoverKept = 1015;
    internal const int SourceOpened = 1016;
    internal const int PreviousFromFuture = 1017;
    internal const int BackupMirrored = 1018;
    internal const int MirrorFailed = 1019;
    internal const int TestStarted = 2000;
    internal const int TestEnded = 2001;
    internal const int CheckEnded = 2002;
    internal const int WorkFolderLeft = 2003;
    internal const int RetentionPlanned = 1100;
    internal const int RetentionRemoved = 1101;
    internal const int RetentionFailed = 1102;
    internal const int RetentionEnded = 1103;
    internal const int NothingVerified = 1104;
    internal const int BackupsFromFuture = 1105;
    internal const int PinChanged = 1106;
    internal const int RotationSkipped = 1107;
    internal const int ScheduleRegistered = 7000;
    internal const int ScheduleRemoved = 7001;
    internal const int ScheduleRefused = 7002;
    internal const int SelfTestChecked = 7003;
    internal const int SelfTestAsAnother = 7004;
    internal const int TimerNeedsLingering = 7005;

    internal const int HistoryNotWritten = 8000;
    internal const int NotificationSent = 8001;
    internal const int NotificationFailed = 8002;
    internal const int NotificationInClear = 8003;
    internal const int SystemLogUnavailable = 8004;
    internal const int HistoryLineSkipped = 8005;
    internal const int SystemLogRemark = 8006;
    internal const int ReportWritten = 9000;

    internal const int ManifestRepaired = 2010;

    internal const int RestoreStarted = 3000;
    internal const int RestoreStep = 3001;
    internal const int RestoreEnded = 3002;
    internal const int RestoreFailed = 3003;
    internal const int RestoreUndone = 3004;
    internal const int RestoreOlderSchema = 3005;
    internal const int SafetyCopyRemoved = 3006;
    internal const int SafetyCopyKept = 3007;
    internal const int RestoreNotWrittenDown = 3008;

    internal const int ApplicationFinding = 3800;
    internal const int ApplicationSaved = 3801;
    internal const int SetGoesOn = 1020;
    internal const int SalvageStarted = 3500;
    internal const int SalvageProblem = 3501;
    internal const int SalvageEnded = 3502;

    internal const int DrillNotWritten = 2011;
    internal const int DrillsSkipped = 2012;

    internal const int MigrationPlanned = 4000;
    internal const int MigrationStarted = 4010;
    internal const int MigrationEnded = 4011;
    internal const int MigrationFailed = 4012;
    internal const int CompareStarted = 4500;
    internal const int CompareAgain = 4501;
    internal const int TableCompared = 4502;
    internal const int CompareEnded = 4503;
    internal const int CompareMore = 4504;
    internal const int NotCompared = 4505;
}
