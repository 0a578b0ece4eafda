using System.Management.Automation;

namespace EmrSim.PowerShell.Errors;

/// <summary>The one place that turns error codes into PowerShell's error records. The code's name is the error id.</summary>
internal static class ErrorRegistry
{
    /// <summary>The record of an error.</summary>
    /// <param name="error">The error.</param>
    /// <param name="target">What the user passed; the error's own target where null.</param>
    internal static ErrorRecord ToRecord(EmrSimException error, object? target)
    {
        (ErrorCategory category, string action) = Describe(error.ErrorCode);
        return new ErrorRecord(error, error.ErrorCode.ToString(), category, target ?? error.Target)
        {
            ErrorDetails = new ErrorDetails(error.Message) { RecommendedAction = action },
        };
    }

    /// <summary>Category and recommended action of a code.</summary>
    internal static (ErrorCategory Category, string Action) Describe(ErrorCode code) => code switch
    {
        ErrorCode.InternalError => (ErrorCategory.NotSpecified, "Report this with the output of Get-Error."),
        ErrorCode.SourceNotFound => (ErrorCategory.ObjectNotFound, "Check the path of the database."),
        ErrorCode.SourceNotAFile => (ErrorCategory.InvalidArgument, "Name the database file inside the folder."),
        ErrorCode.SourceEmpty => (ErrorCategory.InvalidData, "Check that this is the application's database; restore the newest backup if it is."),
        ErrorCode.NotADatabase => (ErrorCategory.InvalidData, "Name a SQLite database; unpack it first if it is packed."),
        ErrorCode.SourceTruncated => (ErrorCategory.InvalidData, "Stop the application and restore the newest verified backup."),
        ErrorCode.SourceEncrypted => (ErrorCategory.InvalidData, "Back up a decrypted export, or stop the application and copy the file."),
        ErrorCode.SourceNeedsRecovery => (ErrorCategory.InvalidOperation, "Open the database once with its application, then try again."),
        ErrorCode.SourceCorrupt => (ErrorCategory.InvalidData, "Keep the file, and restore the newest verified backup."),
        ErrorCode.DatabaseLocked => (ErrorCategory.ResourceBusy, "Wait for the writer to end, or raise -BusyTimeout."),
        ErrorCode.WalLimitExceeded => (ErrorCategory.LimitsExceeded, "Back up at a quieter time, or raise -MaximumWalLength."),
        ErrorCode.SqliteError => (ErrorCategory.ReadError, "Look up the SQLite code at sqlite.org/rescode.html."),
        ErrorCode.NativeLibraryNotLoaded => (ErrorCategory.ResourceUnavailable, "Reinstall the module; on Windows, run Unblock-File on its folder."),
        ErrorCode.AccessDenied => (ErrorCategory.PermissionDenied, "Give this account the right to the path."),
        ErrorCode.DiskFull => (ErrorCategory.LimitsExceeded, "Free some room, or name another destination."),
        ErrorCode.FileTooLarge => (ErrorCategory.LimitsExceeded, "Use a file system without this limit."),
        ErrorCode.IoError => (ErrorCategory.ReadError, "Check the disk and the connection, then try again."),
        ErrorCode.DestinationNotFound => (ErrorCategory.ObjectNotFound, "Check the destination's path."),
        ErrorCode.InvalidSetName => (ErrorCategory.InvalidArgument, "Choose a name of letters, digits, dashes and dots."),
        ErrorCode.NameNeedsOneSource => (ErrorCategory.InvalidArgument, "Leave -Name away, or back up one database at a time."),
        ErrorCode.SetBelongsToAnotherSource => (ErrorCategory.InvalidOperation, "Give the database a set of its own with -Name."),
        ErrorCode.SetLocked => (ErrorCategory.ResourceBusy, "Wait for the other run to end."),
        ErrorCode.VerificationFailed => (ErrorCategory.InvalidResult, "Look at the rejected copy; the source is probably damaged."),
        ErrorCode.VerificationInconclusive => (ErrorCategory.InvalidResult, "See the backup's checks; do not rely on it alone."),
        ErrorCode.DatabaseShrank => (ErrorCategory.InvalidResult, "If the loss is meant, run again with -AllowShrink."),
        ErrorCode.BackupNotFound => (ErrorCategory.ObjectNotFound, "List what there is with Get-EmrBackup."),
        ErrorCode.ManifestMissing => (ErrorCategory.ObjectNotFound, "Look for the .json beside the backup; Repair-EmrBackup makes one anew."),
        ErrorCode.ManifestDamaged => (ErrorCategory.InvalidData, "Use another backup; test this one with -Level Restore."),
        ErrorCode.ManifestTooNew => (ErrorCategory.InvalidData, "Update EmrSim."),
        ErrorCode.ManifestMismatch => (ErrorCategory.InvalidData, "Give the files their old names back."),
        ErrorCode.BackupFileMissing => (ErrorCategory.ObjectNotFound, "Use another backup."),
        ErrorCode.BackupLengthMismatch => (ErrorCategory.InvalidData, "Use another backup; this file is cut off or replaced."),
        ErrorCode.BackupChecksumMismatch => (ErrorCategory.InvalidData, "Use another backup; check the disk that holds this one."),
        ErrorCode.BackupUnreadable => (ErrorCategory.InvalidData, "Use another backup; this file is cut off or damaged."),
        ErrorCode.IntegrityCheckFailed => (ErrorCategory.InvalidData, "Use another backup."),
        ErrorCode.BackupContentMismatch => (ErrorCategory.InvalidResult, "Use another backup."),
        ErrorCode.BackupTooOld => (ErrorCategory.InvalidResult, "Find out why no newer backup was made."),
        ErrorCode.TestInconclusive => (ErrorCategory.InvalidResult, "See the test's Checks for what could not be checked."),
        ErrorCode.TargetExists => (ErrorCategory.ResourceExists, "Name another path, or use -Force where the cmdlet has it."),
        ErrorCode.InvalidArgument => (ErrorCategory.InvalidArgument, "Correct the parameter."),
        ErrorCode.LastGoodBackup => (ErrorCategory.InvalidOperation, "Make a newer verified backup first, or use -Force."),
        ErrorCode.EmptyPolicy => (ErrorCategory.InvalidArgument, "Keep at least one backup, or a period of some kind."),
        ErrorCode.NoVerifiedBackup => (ErrorCategory.InvalidResult, "Make a verified backup now, and find out why there was none."),
        ErrorCode.RetentionIncomplete => (ErrorCategory.WriteError, "See the errors above; the next run tries again."),
        ErrorCode.InvalidRecipient => (ErrorCategory.InvalidArgument, "A recipient begins with age1; New-EmrBackupKey makes one."),
        ErrorCode.InvalidIdentity => (ErrorCategory.InvalidData, "Name a file with a line that begins with AGE-SECRET-KEY-1."),
        ErrorCode.KeyNeeded => (ErrorCategory.SecurityError, "Give the key with -Identity or -Passphrase."),
        ErrorCode.WrongKey => (ErrorCategory.SecurityError, "Use the identity whose recipient the backup was made for."),
        ErrorCode.WrongPassphrase => (ErrorCategory.SecurityError, "Try the passphrase that was in use when the backup was made."),
        ErrorCode.EncryptedHeaderDamaged => (ErrorCategory.InvalidData, "Use another backup; this file is damaged."),
        ErrorCode.EncryptedFileTruncated => (ErrorCategory.InvalidData, "Use another backup; this file is cut off."),
        ErrorCode.EncryptedFileDamaged => (ErrorCategory.InvalidData, "Use another backup; this file is damaged."),
        ErrorCode.EncryptedChunkMisplaced => (ErrorCategory.InvalidData, "Use another backup; somebody has rearranged this file."),
        ErrorCode.EncryptedTrailingData => (ErrorCategory.InvalidData, "Use another backup; somebody has added to this file."),
        ErrorCode.SecretExposed => (ErrorCategory.SecurityError, "Let only its owner read it, and think of the secret as known."),
        ErrorCode.SecretNotFound => (ErrorCategory.ObjectNotFound, "Check the name of the secret or of its file."),
        ErrorCode.InvalidDestination => (ErrorCategory.InvalidArgument, "Name a folder, or https://account.blob.core.windows.net/container/prefix."),
        ErrorCode.StoreUnavailable => (ErrorCategory.ConnectionError, "Check the network and the service, then try again."),
        ErrorCode.StoreAccessDenied => (ErrorCategory.PermissionDenied, "Give this identity the role Storage Blob Data Contributor, or a valid secret."),
        ErrorCode.StoreFull => (ErrorCategory.LimitsExceeded, "Free some room in the store, or raise its limit."),
        ErrorCode.UploadMismatch => (ErrorCategory.InvalidResult, "Run again; the file was damaged on its way."),
        ErrorCode.MirrorFailed => (ErrorCategory.WriteError, "The first store has the backup; see what is wrong with the second."),
        ErrorCode.HistoryDamaged => (ErrorCategory.InvalidData, "Look at the line; the others are readable."),
        ErrorCode.BackupsNotHealthy => (ErrorCategory.InvalidResult, "See the status for what is missing."),
        ErrorCode.ScheduleExists => (ErrorCategory.ResourceExists, "Choose another name, or replace it with -Force."),
        ErrorCode.ScheduleNotFound => (ErrorCategory.ObjectNotFound, "List what there is with Get-EmrBackupSchedule."),
        ErrorCode.SchedulerFailed => (ErrorCategory.ResourceUnavailable, "See the message of the scheduler; -OutFile writes what it would be given."),
        ErrorCode.SelfTestFailed => (ErrorCategory.InvalidOperation, "Correct what the self-test found, then register again."),
        ErrorCode.BackupPinned => (ErrorCategory.InvalidOperation, "Lift the pin with Set-EmrBackup -Pinned:$false, or use -Force."),
        ErrorCode.HistoryNotWritten => (ErrorCategory.WriteError, "See why history.jsonl in the store cannot be written; what was done before stands."),
        ErrorCode.ApplicationNotFound => (ErrorCategory.ObjectNotFound, "Name the folder in which the application lies."),
        ErrorCode.ApplicationEnvFileNotFound => (ErrorCategory.ObjectNotFound, "Name the env file with -EnvFile, or the database with -Database."),
        ErrorCode.ApplicationDatabaseUnnamed => (ErrorCategory.InvalidData, "Set SQLITE_PATH in the env file, or name the database with -Database."),
        ErrorCode.ApplicationFileDamaged => (ErrorCategory.InvalidData, "Correct emrsim.application.json, or write it anew with -Save."),
        ErrorCode.ApplicationFileExposed => (ErrorCategory.SecurityError, "Look at its commands, then let only its owner and root write to it."),
        ErrorCode.ApplicationServiceNotFound => (ErrorCategory.ObjectNotFound, "Check the name, or give the commands with -StopCommand and -StartCommand."),
        ErrorCode.ApplicationCommandFailed => (ErrorCategory.InvalidResult, "Run the command by hand and see what it says."),
        ErrorCode.ApplicationNotStopped => (ErrorCategory.OperationTimeout, "Stop it by hand, or allow more time with -StopTimeout."),
        ErrorCode.ApplicationNotStarted => (ErrorCategory.OperationTimeout, "Look at the application's own log, and start it by hand."),
        ErrorCode.ApplicationCameBack => (ErrorCategory.ResourceBusy, "Stop what restarts it, then try again."),
        ErrorCode.ApplicationUnhealthy => (ErrorCategory.InvalidResult, "Look at the application's own log."),
        ErrorCode.ApplicationNotOnDatabase => (ErrorCategory.InvalidResult, "See which database its env file names and whether its account can open that."),
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "This error code has no entry."),
    };
}
