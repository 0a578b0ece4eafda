namespace EmrSim;

/// <summary>The stable codes of everything that EmrSim reports as an error. Each is also the error id in PowerShell.</summary>
public enum ErrorCode
{
    /// <summary>A fault in EmrSim itself.</summary>
    InternalError = 0,

    /// <summary>The database to read does not exist.</summary>
    SourceNotFound,

    /// <summary>The path names a folder or a device, not a file.</summary>
    SourceNotAFile,

    /// <summary>The database file is empty and has no write-ahead log.</summary>
    SourceEmpty,

    /// <summary>The file is not a SQLite database.</summary>
    NotADatabase,

    /// <summary>The file begins like a SQLite database but is shorter than its header says.</summary>
    SourceTruncated,

    /// <summary>The file looks like an encrypted database.</summary>
    SourceEncrypted,

    /// <summary>A crashed writer left a rollback journal that must be played back first.</summary>
    SourceNeedsRecovery,

    /// <summary>SQLite found the database malformed while it was read.</summary>
    SourceCorrupt,

    /// <summary>Another connection held a lock for longer than the limit.</summary>
    DatabaseLocked,

    /// <summary>The write-ahead log grew past the limit while the snapshot was held.</summary>
    WalLimitExceeded,

    /// <summary>SQLite reported an error that has no code of its own.</summary>
    SqliteError,

    /// <summary>The native SQLite library could not be loaded.</summary>
    NativeLibraryNotLoaded,

    /// <summary>The system denied access.</summary>
    AccessDenied,

    /// <summary>The disk has too little room.</summary>
    DiskFull,

    /// <summary>The file system of the destination cannot hold a file of this size.</summary>
    FileTooLarge,

    /// <summary>A file could not be read or written.</summary>
    IoError,

    /// <summary>The destination is missing or is not a folder.</summary>
    DestinationNotFound,

    /// <summary>The name cannot be the name of a backup set.</summary>
    InvalidSetName,

    /// <summary>One set name was given for several databases.</summary>
    NameNeedsOneSource,

    /// <summary>The set already holds backups of another database.</summary>
    SetBelongsToAnotherSource,

    /// <summary>Another process is writing this backup set.</summary>
    SetLocked,

    /// <summary>The new backup failed its verification and was not published.</summary>
    VerificationFailed,

    /// <summary>The new backup was published but a check could not run.</summary>
    VerificationInconclusive,

    /// <summary>The database is suddenly empty or much smaller than at the last backup.</summary>
    DatabaseShrank,

    /// <summary>No such backup.</summary>
    BackupNotFound,

    /// <summary>The backup has no manifest.</summary>
    ManifestMissing,

    /// <summary>The manifest is damaged or not a manifest.</summary>
    ManifestDamaged,

    /// <summary>The manifest was written by a newer version of EmrSim.</summary>
    ManifestTooNew,

    /// <summary>The manifest describes another file.</summary>
    ManifestMismatch,

    /// <summary>The stored file is gone.</summary>
    BackupFileMissing,

    /// <summary>The stored file is shorter or longer than its manifest says.</summary>
    BackupLengthMismatch,

    /// <summary>The stored file's digest differs from its manifest.</summary>
    BackupChecksumMismatch,

    /// <summary>The stored file cannot be unpacked.</summary>
    BackupUnreadable,

    /// <summary>The database in the backup fails its integrity check.</summary>
    IntegrityCheckFailed,

    /// <summary>The rows, the schema or the references in the backup are not those of its manifest.</summary>
    BackupContentMismatch,

    /// <summary>The backup is older than the limit.</summary>
    BackupTooOld,

    /// <summary>A test of a backup could not be finished.</summary>
    TestInconclusive,

    /// <summary>The target exists and was not to be overwritten.</summary>
    TargetExists,

    /// <summary>A parameter's value makes no sense.</summary>
    InvalidArgument,

    /// <summary>The newest verified backup of a set is removed only when that is asked for.</summary>
    LastGoodBackup,

    /// <summary>The policy keeps nothing.</summary>
    EmptyPolicy,

    /// <summary>A set has no verified backup, so nothing of it is removed.</summary>
    NoVerifiedBackup,

    /// <summary>Not every backup that the retention plan removes could be removed.</summary>
    RetentionIncomplete,

    /// <summary>The text is no age recipient.</summary>
    InvalidRecipient,

    /// <summary>The file is no age identity.</summary>
    InvalidIdentity,

    /// <summary>The backup is encrypted and no key was given.</summary>
    KeyNeeded,

    /// <summary>The backup is encrypted to none of the given identities.</summary>
    WrongKey,

    /// <summary>The passphrase is not the backup's.</summary>
    WrongPassphrase,

    /// <summary>The header of an encrypted file is damaged, or of another format.</summary>
    EncryptedHeaderDamaged,

    /// <summary>An encrypted file ends before its last chunk.</summary>
    EncryptedFileTruncated,

    /// <summary>A chunk of an encrypted file was changed.</summary>
    EncryptedFileDamaged,

    /// <summary>A chunk of an encrypted file stands in another chunk's place.</summary>
    EncryptedChunkMisplaced,

    /// <summary>There are bytes behind the end of an encrypted file.</summary>
    EncryptedTrailingData,

    /// <summary>A file that holds a secret can be read by others than its owner.</summary>
    SecretExposed,

    /// <summary>A secret that was named is not there.</summary>
    SecretNotFound,

    /// <summary>The destination is none that a store can have.</summary>
    InvalidDestination,

    /// <summary>The store does not answer.</summary>
    StoreUnavailable,

    /// <summary>The store refuses this account, key or signature.</summary>
    StoreAccessDenied,

    /// <summary>The store takes no more data.</summary>
    StoreFull,

    /// <summary>What was uploaded is not what was sent.</summary>
    UploadMismatch,

    /// <summary>The backup was made, but its copy in the second store was not.</summary>
    MirrorFailed,

    /// <summary>A line of the history cannot be read.</summary>
    HistoryDamaged,

    /// <summary>A set is not fresh, not verified or not proved restorable.</summary>
    BackupsNotHealthy,

    /// <summary>A schedule of this name exists.</summary>
    ScheduleExists,

    /// <summary>There is no schedule of this name.</summary>
    ScheduleNotFound,

    /// <summary>The system's scheduler is missing or refused the schedule.</summary>
    SchedulerFailed,

    /// <summary>What a scheduled job needs does not work for this account.</summary>
    SelfTestFailed,

    /// <summary>A pinned backup is removed only when that is asked for.</summary>
    BackupPinned,

    /// <summary>The work was done, but the store's history could not be told of it.</summary>
    HistoryNotWritten,

    /// <summary>The application's root is missing or is no folder.</summary>
    ApplicationNotFound,

    /// <summary>The application has no env file.</summary>
    ApplicationEnvFileNotFound,

    /// <summary>The application's env files name no database.</summary>
    ApplicationDatabaseUnnamed,

    /// <summary>The application's emrsim.application.json cannot be read.</summary>
    ApplicationFileDamaged,

    /// <summary>Others can change the commands in an application's emrsim.application.json.</summary>
    ApplicationFileExposed,

    /// <summary>The service, unit or process that runs the application does not exist.</summary>
    ApplicationServiceNotFound,

    /// <summary>A command or a program that stops, starts or validates the application failed.</summary>
    ApplicationCommandFailed,

    /// <summary>The application did not stop in time.</summary>
    ApplicationNotStopped,

    /// <summary>The application did not start in time.</summary>
    ApplicationNotStarted,

    /// <summary>The application was stopped and came back by itself.</summary>
    ApplicationCameBack,

    /// <summary>The application's health check did not become good in time.</summary>
    ApplicationUnhealthy,

    /// <summary>The application runs, but not on its database.</summary>
    ApplicationNotOnDatabase,

    /// <summary>There is a database where one is to be restored.</summary>
    RestoreTargetExists,

    /// <summary>The database that is to be replaced is in use.</summary>
    RestoreTargetInUse,

    /// <summary>The backup is of another database than the application uses.</summary>
    RestoreOfAnotherDatabase,

    /// <summary>The backup's schema is newer than the application.</summary>
    RestoreSchemaTooNew,

    /// <summary>A restore was cut off and must be finished or undone first.</summary>
    RestoreUnfinished,

    /// <summary>There is no restore to finish or to undo.</summary>
    RestoreNotFound,

    /// <summary>Another process restores the same database.</summary>
    RestoreLocked,

    /// <summary>The journal of a restore cannot be read.</summary>
    RestoreJournalDamaged,

    /// <summary>The restored database is not what was backed up.</summary>
    RestoreVerificationFailed,

    /// <summary>The restore was stopped, and the old database has its place again.</summary>
    RestoreStopped,

    /// <summary>A restore failed, and the old database could not be given its place again.</summary>
    RestoreNotPutBack,

    /// <summary>The database that was there before a restore is no longer kept.</summary>
    SafetyCopyMissing,

    /// <summary>A safety copy is no longer needed and could not be removed.</summary>
    SafetyCopyKept,

    /// <summary>No backup is as old as that.</summary>
    NoBackupAsOf,

    /// <summary>The application does not do what it should after a restore.</summary>
    ValidationFailed,

    /// <summary>Nothing in a damaged database can be read.</summary>
    SalvageNothingFound,

    /// <summary>-TypeMap names a column that is not there, or a type that is not known.</summary>
    TypeMapInvalid,

    /// <summary>A table read twice was not the same, so that nothing can be said of it.</summary>
    ComparisonInconsistent,

    /// <summary>There is nothing to compare.</summary>
    NothingToCompare,

    /// <summary>The connection string is not one of PostgreSQL.</summary>
    InvalidConnectionString,

    /// <summary>The server does not answer.</summary>
    PostgresUnreachable,

    /// <summary>The server refused the login.</summary>
    PostgresLoginFailed,

    /// <summary>The server has no such database.</summary>
    PostgresDatabaseMissing,

    /// <summary>No encrypted connection could be made.</summary>
    PostgresTlsFailed,

    /// <summary>The server takes no more connections.</summary>
    PostgresTooManyConnections,

    /// <summary>The role lacks a right that is needed.</summary>
    PostgresAccessDenied,

    /// <summary>The server's disk is full.</summary>
    PostgresDiskFull,

    /// <summary>The connection to the server was lost.</summary>
    PostgresConnectionLost,

    /// <summary>The server is older than PostgreSQL 12.</summary>
    PostgresTooOld,

    /// <summary>The database has another encoding than UTF8.</summary>
    PostgresNotUtf8,

    /// <summary>The server or the role takes no writes.</summary>
    PostgresReadOnly,

    /// <summary>PostgreSQL reported an error that has no code of its own.</summary>
    PostgresError,

    /// <summary>The schema that is to take the tables is not empty.</summary>
    TargetNotEmpty,

    /// <summary>Another migration into the same schema is running.</summary>
    TargetLocked,

    /// <summary>A value does not fit the type of its column.</summary>
    ValueDoesNotFit,

    /// <summary>More rows do not fit than are allowed.</summary>
    TooManyRejects,

    /// <summary>Rows were left out, or changed, because a value did not fit.</summary>
    RowsRejected,

    /// <summary>A plan cannot be read or carried out.</summary>
    PlanInvalid,

    /// <summary>The source's schema is another one than when the plan was made.</summary>
    PlanOutdated,

    /// <summary>Something must be decided before the database can be migrated.</summary>
    MigrationNotPossible,

    /// <summary>The final backup before a migration is not proved.</summary>
    MigrationWithoutBackup,

    /// <summary>A table did not arrive as it is.</summary>
    MigrationNotProved,

    /// <summary>The source was changed past the locks while it was read.</summary>
    SourceChanged,

    /// <summary>The connection was lost at the commit, and nobody can say how it ended.</summary>
    CommitUnknown,

    /// <summary>A name or a definition in a database's schema is no UTF-8.</summary>
    SchemaNotUtf8,

    /// <summary>A definition in a database's schema is not understood.</summary>
    SchemaNotReadable,

    /// <summary>The database has no such schema.</summary>
    PostgresSchemaMissing,

    /// <summary>There is no plan of a migration.</summary>
    PlanNotFound,

    /// <summary>The plan of a migration cannot be read.</summary>
    PlanUnreadable,

    /// <summary>The plan of a migration has a newer format.</summary>
    PlanTooNew,

    /// <summary>The plan of a migration was changed by hand.</summary>
    PlanChanged,
}
