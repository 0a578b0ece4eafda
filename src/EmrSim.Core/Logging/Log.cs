using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Logging;

/// <summary>Everything that the engine logs. Parameter values, connection strings and row contents are never logged.</summary>
internal static partial class Log
{
    [LoggerMessage(EventIds.BackupStarted, LogLevel.Information, "Backup of '{Source}' to '{Destination}' as '{Set}' started.")]
    internal static partial void BackupStarted(ILogger logger, string source, string destination, string set);

    [LoggerMessage(EventIds.SnapshotCopied, LogLevel.Debug, "Snapshot of '{Source}' copied: {Pages} pages, {Bytes} bytes in {Seconds:0.000} s.")]
    internal static partial void SnapshotCopied(ILogger logger, string source, long pages, long bytes, double seconds);

    [LoggerMessage(
        EventIds.BackupPublished,
        LogLevel.Information,
        "Backup '{File}' published: {DatabaseBytes} bytes stored as {StoredBytes} in {Seconds:0.000} s, {Level} {Outcome}.")]
    internal static partial void BackupPublished(
        ILogger logger, string file, long databaseBytes, long storedBytes, double seconds, EmrVerificationLevel level, EmrOutcome outcome);

    [LoggerMessage(EventIds.BackupFailed, LogLevel.Error, "Backup of '{Source}' failed after {Seconds:0.000} s with {Code}: {Reason}")]
    internal static partial void BackupFailed(ILogger logger, string source, double seconds, ErrorCode code, string reason);

    [LoggerMessage(EventIds.BackupRejected, LogLevel.Error, "The copy of '{Source}' failed its verification and is kept as '{Evidence}'.")]
    internal static partial void BackupRejected(ILogger logger, string source, string evidence);

    [LoggerMessage(EventIds.LeftoversSwept, LogLevel.Information, "Leftovers of an interrupted run were cleared: {Files}.")]
    internal static partial void LeftoversSwept(ILogger logger, string files);

    [LoggerMessage(EventIds.LeftoverKept, LogLevel.Warning, "The leftover '{File}' of an interrupted run could not be cleared: {Reason}")]
    internal static partial void LeftoverKept(ILogger logger, string file, string reason);

    [LoggerMessage(EventIds.WaitingForLock, LogLevel.Debug, "'{Source}' is busy ({Reason}); waiting.")]
    internal static partial void WaitingForLock(ILogger logger, string source, string reason);

    [LoggerMessage(EventIds.RiskyLocation, LogLevel.Warning, "'{Path}' lies {Where}: {Risk}")]
    internal static partial void RiskyLocation(ILogger logger, string path, string where, string risk);

    [LoggerMessage(EventIds.ForeignKeyViolations, LogLevel.Warning, "'{Source}' has rows whose references lead nowhere: {Detail}.")]
    internal static partial void ForeignKeyViolations(ILogger logger, string source, string detail);

    [LoggerMessage(EventIds.BackupRemoved, LogLevel.Information, "Backup '{File}' removed.")]
    internal static partial void BackupRemoved(ILogger logger, string file);

    [LoggerMessage(EventIds.PreviousUnreadable, LogLevel.Warning, "A manifest of the set '{Set}' cannot be used: {Reason}")]
    internal static partial void PreviousUnreadable(ILogger logger, string set, string reason);

    [LoggerMessage(EventIds.BackupCancelled, LogLevel.Warning, "Backup of '{Source}' was stopped after {Seconds:0.000} s; nothing was published.")]
    internal static partial void BackupCancelled(ILogger logger, string source, double seconds);

    [LoggerMessage(EventIds.TableShrank, LogLevel.Warning, "Table '{Table}' of '{Source}' has {Rows} rows; the last backup had {Before}.")]
    internal static partial void TableShrank(ILogger logger, string table, string source, long rows, long before);

    [LoggerMessage(
        EventIds.PreviousFromFuture, LogLevel.Warning, "The backup '{File}' is dated {Created}, in the future: a clock was wrong. Until then it counts as the newest.")]
    internal static partial void PreviousFromFuture(ILogger logger, string file, DateTimeOffset created);

    [LoggerMessage(EventIds.SourceOpened, LogLevel.Debug, "'{Source}' was opened by an application while it was copied; it is copied again.")]
    internal static partial void SourceOpened(ILogger logger, string source);

    [LoggerMessage(
        EventIds.SourceRebuilt,
        LogLevel.Warning,
        "'{Source}' is empty and all its rows are in its write-ahead log, as a crash leaves it. They were backed up. " +
        "Save both files before you open it: SQLite deletes such a log.")]
    internal static partial void SourceRebuilt(ILogger logger, string source);

    [LoggerMessage(EventIds.BackupMirrored, LogLevel.Information, "Backup '{File}' copied to '{Destination}'.")]
    internal static partial void BackupMirrored(ILogger logger, string file, string destination);

    [LoggerMessage(EventIds.MirrorFailed, LogLevel.Error, "Backup '{File}' was not copied to '{Destination}': {Code}: {Reason}")]
    internal static partial void MirrorFailed(ILogger logger, string file, string destination, ErrorCode code, string reason);

    [LoggerMessage(EventIds.TestStarted, LogLevel.Information, "Test of '{File}' at level {Level} started.")]
    internal static partial void TestStarted(ILogger logger, string file, EmrVerificationLevel level);

    [LoggerMessage(EventIds.TestEnded, LogLevel.Information, "Test of '{File}' at level {Level} ended after {Seconds:0.000} s: {Outcome}.")]
    internal static partial void TestEnded(ILogger logger, string file, EmrVerificationLevel level, double seconds, EmrOutcome outcome);

    [LoggerMessage(EventId = EventIds.CheckEnded, Message = "Check {Check} of '{File}': {Outcome}, {Detail}.")]
    internal static partial void CheckEnded(ILogger logger, LogLevel level, string check, string file, EmrOutcome outcome, string detail);

    [LoggerMessage(EventIds.WorkFolderLeft, LogLevel.Warning, "The temporary folder '{Folder}' could not be removed: {Reason}")]
    internal static partial void WorkFolderLeft(ILogger logger, string folder, string reason);

    [LoggerMessage(EventIds.SampleCreated, LogLevel.Information, "Sample database '{Path}' of {Turns} turns from seed {Seed} made in {Seconds:0.000} s.")]
    internal static partial void SampleCreated(ILogger logger, string path, long turns, int seed, double seconds);

    // The policy's type stands in a folder that uses this one.
    [LoggerMessage(EventIds.RetentionPlanned, LogLevel.Information, "Retention of '{Destination}' ({Policy}): {Removals} backups are not needed.")]
    internal static partial void RetentionPlanned(ILogger logger, string destination, object policy, int removals);

    [LoggerMessage(EventIds.RetentionRemoved, LogLevel.Information, "Backup '{File}' removed: {Reason}.")]
    internal static partial void RetentionRemoved(ILogger logger, string file, string reason);

    [LoggerMessage(EventIds.RetentionFailed, LogLevel.Error, "Backup '{File}' could not be removed: {Reason}")]
    internal static partial void RetentionFailed(ILogger logger, string file, string reason);

    [LoggerMessage(EventIds.RetentionEnded, LogLevel.Information, "Retention of the set '{Set}': {Removed} of {Wanted} backups removed, {Left} left.")]
    internal static partial void RetentionEnded(ILogger logger, string set, int removed, int wanted, int left);

    [LoggerMessage(EventIds.NothingVerified, LogLevel.Warning, "No backup of the set '{Set}' ({Backups} in all) is verified and not dated in the future. Nothing of it is removed.")]
    internal static partial void NothingVerified(ILogger logger, string set, int backups);

    [LoggerMessage(
        EventIds.BackupsFromFuture,
        LogLevel.Warning,
        "The set '{Set}' has backups that are dated later than this plan ({Backups} in all), up to '{File}' of {Created}: a clock was wrong. They stay and count in no tier.")]
    internal static partial void BackupsFromFuture(ILogger logger, string set, int backups, string file, DateTimeOffset created);

    [LoggerMessage(EventIds.PinChanged, LogLevel.Information, "Backup '{File}' {Change}.")]
    internal static partial void PinChanged(ILogger logger, string file, string change);

    [LoggerMessage(
        EventIds.RotationSkipped,
        LogLevel.Warning,
        "Nothing was removed from the set '{Set}': its new backup '{File}' does not count as verified (level {Level}, {Outcome}). Older ones go only after one of level Integrity or Restore has passed.")]
    internal static partial void RotationSkipped(ILogger logger, string set, string file, EmrVerificationLevel level, EmrOutcome outcome);

    [LoggerMessage(EventIds.ScheduleRegistered, LogLevel.Information, "Schedule '{Name}' registered with {Scheduler}; its backups go to '{Destination}'.")]
    internal static partial void ScheduleRegistered(ILogger logger, string name, EmrScheduler scheduler, string destination);

    [LoggerMessage(EventIds.ScheduleRemoved, LogLevel.Information, "Schedule '{Name}' removed.")]
    internal static partial void ScheduleRemoved(ILogger logger, string name);

    [LoggerMessage(EventIds.ScheduleRefused, LogLevel.Error, "Schedule '{Name}' was not registered, {Code}: {Reason}")]
    internal static partial void ScheduleRefused(ILogger logger, string name, ErrorCode code, string reason);

    [LoggerMessage(EventId = EventIds.SelfTestChecked, Message = "Self-test, {Check}: {Outcome}, {Detail}")]
    internal static partial void SelfTestChecked(ILogger logger, LogLevel level, string check, EmrOutcome outcome, string detail);

    [LoggerMessage(
        EventIds.SelfTestAsAnother,
        LogLevel.Warning,
        "The self-test ran as '{Account}' and the job will run as '{JobAccount}', which may have other rights. Start the job once by hand and look at its result.")]
    internal static partial void SelfTestAsAnother(ILogger logger, string account, string jobAccount);

    [LoggerMessage(
        EventIds.TimerNeedsLingering,
        LogLevel.Warning,
        "The timer of '{Name}' runs only while '{Account}' is logged on, unless lingering is on for it: loginctl enable-linger.")]
    internal static partial void TimerNeedsLingering(ILogger logger, string name, string account);
    [LoggerMessage(EventIds.HistoryNotWritten, LogLevel.Warning, "The history of '{Store}' could not be told of this {Kind} of '{Set}': {Reason}")]
    internal static partial void HistoryNotWritten(ILogger logger, string store, EmrRunKind kind, string set, string reason);

    [LoggerMessage(EventIds.HistoryLineSkipped, LogLevel.Warning, "{Reason}")]
    internal static partial void HistoryLineSkipped(ILogger logger, string reason);

    [LoggerMessage(EventIds.NotificationSent, LogLevel.Information, "'{Host}' was notified of '{Set}' at try {Attempt}.")]
    internal static partial void NotificationSent(ILogger logger, string host, string set, int attempt);

    [LoggerMessage(EventIds.NotificationFailed, LogLevel.Warning, "'{Host}' could not be notified of '{Set}': {Reason}")]
    internal static partial void NotificationFailed(ILogger logger, string host, string set, string reason);

    [LoggerMessage(
        EventIds.NotificationInClear, LogLevel.Warning, "'{Host}' is notified over plain http: whoever listens on the way learns the address and the facts. Use https.")]
    internal static partial void NotificationInClear(ILogger logger, string host);

    [LoggerMessage(EventIds.SystemLogUnavailable, LogLevel.Warning, "Nothing is written to the system's log: {Reason}")]
    internal static partial void SystemLogUnavailable(ILogger logger, string reason);

    [LoggerMessage(EventIds.SystemLogRemark, LogLevel.Warning, "{Remark}")]
    internal static partial void SystemLogRemark(ILogger logger, string remark);
    [LoggerMessage(EventIds.ReportWritten, LogLevel.Information, "Report '{Path}' on {Sets} sets written: {Outcome}.")]
    internal static partial void ReportWritten(ILogger logger, string path, int sets, EmrOutcome outcome);

    [LoggerMessage(
        EventIds.ManifestRepaired,
        LogLevel.Information,
        "The manifest of '{File}' was made anew from the file itself: {Tables} tables, {Rows} rows, checks {Outcome}. A pin or a reason that it had is not known.")]
    internal static partial void ManifestRepaired(ILogger logger, string file, int tables, long rows, EmrOutcome outcome);

    [LoggerMessage(EventIds.RestoreStarted, LogLevel.Information, "Restore of '{Destination}' from '{Backup}' started.")]
    internal static partial void RestoreStarted(ILogger logger, string destination, string backup);

    [LoggerMessage(EventId = EventIds.RestoreStep, Message = "Step {Step} of the restore of '{Destination}': {Outcome}, {Detail} ({Seconds:0.000} s).")]
    internal static partial void RestoreStep(ILogger logger, LogLevel level, string step, string destination, EmrOutcome outcome, string detail, double seconds);

    [LoggerMessage(EventIds.RestoreEnded, LogLevel.Information, "'{Destination}' restored from '{Backup}' in {Seconds:0.000} s; the application was down for {Downtime:0.000} s.")]
    internal static partial void RestoreEnded(ILogger logger, string destination, string backup, double seconds, double downtime);

    [LoggerMessage(EventIds.RestoreFailed, LogLevel.Error, "The restore of '{Destination}' failed with {Code}: {Reason}")]
    internal static partial void RestoreFailed(ILogger logger, string destination, ErrorCode code, string reason);

    [LoggerMessage(EventIds.RestoreNotWrittenDown, LogLevel.Warning, "The journal of the restore of '{Destination}' could not be written: {Reason} The way back goes on without it.")]
    internal static partial void RestoreNotWrittenDown(ILogger logger, string destination, string reason);

    [LoggerMessage(EventIds.RestoreUndone, LogLevel.Information, "The restore of '{Destination}' was undone: the old database has its place again.")]
    internal static partial void RestoreUndone(ILogger logger, string destination);

    [LoggerMessage(
        EventIds.RestoreOlderSchema,
        LogLevel.Warning,
        "The backup's schema is older than that of '{Destination}': its user_version is {Backup}, not {Live}. The application must migrate it when it starts.")]
    internal static partial void RestoreOlderSchema(ILogger logger, string destination, int backup, int live);

    [LoggerMessage(EventIds.SafetyCopyRemoved, LogLevel.Information, "The safety copy '{Path}' of a restore is no longer needed, since there is a newer verified backup; it was removed.")]
    internal static partial void SafetyCopyRemoved(ILogger logger, string path);

    [LoggerMessage(EventIds.SafetyCopyKept, LogLevel.Warning, "The safety copy '{Path}' of a restore is no longer needed and could not be removed: {Reason}")]
    internal static partial void SafetyCopyKept(ILogger logger, string path, string reason);

    [LoggerMessage(EventIds.ApplicationFinding, LogLevel.Warning, "The application in '{Root}': {Finding}")]
    internal static partial void ApplicationFinding(ILogger logger, string root, string finding);

    [LoggerMessage(EventIds.ApplicationSaved, LogLevel.Information, "What is known of the application was written to '{Path}'.")]
    internal static partial void ApplicationSaved(ILogger logger, string path);
    [LoggerMessage(
        EventIds.SetGoesOn,
        LogLevel.Warning,
        "The set '{Set}' held backups of {Owner} and goes on with those of {Source}, because it was named. Retention takes them for one database; if they are two, give each a set of its own.")]
    internal static partial void SetGoesOn(ILogger logger, string set, string owner, string source);
    [LoggerMessage(EventIds.SalvageStarted, LogLevel.Information, "What can be read of '{Source}' is saved into '{Destination}'.")]
    internal static partial void SalvageStarted(ILogger logger, string source, string destination);

    [LoggerMessage(EventIds.SalvageProblem, LogLevel.Warning, "Salvage: {Problem}")]
    internal static partial void SalvageProblem(ILogger logger, string problem);

    [LoggerMessage(
        EventIds.SalvageEnded,
        LogLevel.Information,
        "'{Destination}': {Outcome}, {Saved} rows saved and {SetAside} set aside; {Damaged} of {Pages} pages read are damaged.")]
    internal static partial void SalvageEnded(ILogger logger, string destination, EmrOutcome outcome, long saved, long setAside, long damaged, long pages);

    [LoggerMessage(EventIds.DrillNotWritten, LogLevel.Warning, "'{Path}' could not be told of this drill of '{File}', so it proves nothing later: {Reason}")]
    internal static partial void DrillNotWritten(ILogger logger, string path, string file, string reason);

    [LoggerMessage(EventIds.DrillsSkipped, LogLevel.Warning, "{Reason}")]
    internal static partial void DrillsSkipped(ILogger logger, string reason);

    [LoggerMessage(
        EventIds.MigrationPlanned, LogLevel.Information, "A migration of '{Source}' is planned: {Tables} tables, {Rows} rows, {Errors} findings that must be decided; hash {Hash}.")]
    internal static partial void MigrationPlanned(ILogger logger, string source, int tables, long rows, int errors, string hash);

    [LoggerMessage(EventIds.MigrationStarted, LogLevel.Information, "'{Path}' is migrated to {Target}, schema {Schema} (rehearsal: {Rehearsal}).")]
    internal static partial void MigrationStarted(ILogger logger, string path, string target, string schema, bool rehearsal);

    [LoggerMessage(EventIds.MigrationEnded, LogLevel.Information, "The migration of '{Path}' is {Outcome}: {Rows} rows proved in {Seconds:0.0} s.")]
    internal static partial void MigrationEnded(ILogger logger, string path, EmrOutcome outcome, long rows, double seconds);

    [LoggerMessage(EventIds.MigrationFailed, LogLevel.Error, "'{Path}' was not migrated: {Code}.")]
    internal static partial void MigrationFailed(ILogger logger, string path, ErrorCode code);

    [LoggerMessage(EventIds.CompareStarted, LogLevel.Information, "'{Left}' is compared with '{Right}'.")]
    internal static partial void CompareStarted(ILogger logger, string left, string right);

    [LoggerMessage(EventIds.CompareAgain, LogLevel.Information, "'{Left}' or '{Right}' was opened by an application while it was read; they are compared again.")]
    internal static partial void CompareAgain(ILogger logger, string left, string right);

    [LoggerMessage(EventIds.TableCompared, LogLevel.Information, "Table '{Table}': {LeftRows} rows beside {RightRows}: {Outcome}.")]
    internal static partial void TableCompared(ILogger logger, string table, long leftRows, long rightRows, string outcome);

    [LoggerMessage(EventIds.CompareEnded, LogLevel.Information, "'{Left}' compared with '{Right}': {Tables} tables of {Rows} rows, {Differences} differences.")]
    internal static partial void CompareEnded(ILogger logger, string left, string right, int tables, long rows, int differences);

    [LoggerMessage(EventIds.CompareMore, LogLevel.Warning, "At least {Rows} more differences, in {Tables}, are not shown: no more than {Maximum} were asked for.")]
    internal static partial void CompareMore(ILogger logger, long rows, string tables, int maximum);

    [LoggerMessage(EventIds.NotCompared, LogLevel.Warning, "Not compared, of '{Database}': {Objects}.")]
    internal static partial void NotCompared(ILogger logger, string database, string objects);
}
