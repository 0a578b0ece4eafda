using System.Management.Automation;
using EmrSim.Core.Alarms;
using EmrSim.Core.Backup;
using EmrSim.Core.Encryption;
using EmrSim.Core.Jobs;
using EmrSim.Core.Logging;
using EmrSim.Core.Recovery;
using EmrSim.Core.Sqlite;
using EmrSim.Core.Stores;
using EmrSim.PowerShell.Abstractions;
using EmrSim.PowerShell.Completion;
using Microsoft.Extensions.Logging;

namespace EmrSim.PowerShell.Commands;

/// <summary>Backs up a live SQLite database and proves the backup before it counts.</summary>
/// <remarks>
/// <para>
/// The database is read in one read transaction, so the backup is one snapshot, however busy the writers are. In WAL mode nobody waits for it;
/// in a rollback-journal mode a writer waits while the pages are copied. The source is opened read-only: it is never created, checkpointed or changed.
/// </para>
/// <para>
/// Before the backup is published its copy goes through the checks of <see cref="VerificationLevel"/>. A copy that fails is not published: it
/// stays beside the backups as <c>*.rejected</c>, and the cmdlet writes an error. A backup appears complete, with its manifest, or not at all.
/// </para>
/// <para>
/// Every backup is one file in the destination, <c>name-yyyyMMddTHHmmssfffZ.sqlite.zst</c>, beside its manifest, a <c>.json</c> file with the rows of
/// every table and the digests. Without EmrSim it opens too: <c>zstd -d</c>, then <c>sqlite3</c>.
/// </para>
/// <para>
/// A database that has no rows left, or less than half of those of the last backup, or has lost all rows of a large table, fails as
/// DatabaseShrank, because it is rarely meant; <see cref="AllowShrink"/> accepts it. A set belongs to one database: a second one that would take the same name is refused,
/// also one at the same path of another machine. A database that has moved is named explicitly, once, with <see cref="Name"/>.
/// </para>
/// <para>
/// Every run adds a line to the destination's <c>history.jsonl</c>, which Get-EmrHistory reads, whether it ended well or not. <see cref="NotifyUri"/> posts how
/// it ended to Slack, Teams, healthchecks.io or any service that takes JSON; a service that does not answer is a warning and never spoils a good backup.
/// </para>
/// <para>
/// The destination may be an address of Azure Blob Storage. It is opened by the identity of this process, which needs the role Storage Blob Data
/// Contributor (in an Automation account: its managed identity), or by the signature or connection string that <c>-StoreSecret</c> or
/// <c>-StoreSecretFile</c> gives. An address that holds a signature is refused, since addresses are shown and logged. The file is uploaded in blocks, each
/// checked by the service; what breaks off goes on where it was; at level Restore it is read back. The manifest is uploaded last.
/// </para>
/// <para>
/// In a scheduled job add <c>-ErrorAction Stop</c>, so that the job fails when a backup does.
/// </para>
/// </remarks>
/// <example>
/// Back up a database
/// <code>Backup-EmrDatabase app.db backups</code>
/// The folder is made when it is missing. The backup is verified at level Integrity before it is published.
/// </example>
/// <example>
/// Back up every database of a folder
/// <code>Backup-EmrDatabase *.db -Destination backups</code>
/// Each database has a set of its own, named after its file. One that fails writes an error, and the next one follows. What SQLite or a restore keeps
/// beside a database is passed over.
/// </example>
/// <example>
/// Take the strongest check and keep a log, as a nightly job does
/// <code>Backup-EmrDatabase app.db backups -VerificationLevel Restore -LogPath backups.log.json -ErrorAction Stop</code>
/// Start, success and failure are appended to the log as lines of JSON with sizes and durations. The first error ends the job.
/// </example>
/// <example>
/// Let somebody be told of failure and of success
/// <code>Backup-EmrDatabase app.db backups -NotifyUriFile notify.uri -SystemLog</code>
/// The address stands in a file that only its owner can read, since whoever knows it can post to it. The system's own log is told, too.
/// </example>
/// <example>
/// See what would be done
/// <code>Backup-EmrDatabase app.db backups -WhatIf</code>
/// Nothing is read or written.
/// </example>
/// <seealso cref="TestEmrBackupCommand"/>
/// <seealso cref="GetEmrBackupCommand"/>
/// <seealso cref="GetEmrHistoryCommand"/>
/// <seealso cref="GetEmrBackupStatusCommand"/>
[Cmdlet(VerbsData.Backup, "EmrDatabase", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(EmrBackup))]
public sealed class BackupEmrDatabaseCommand : BackupPolicyCmdlet
{
    private const int DefaultGzipLevel = 6;

    private readonly List<string> _sources = [];

    /// <summary>
    /// The folder that holds the backups, or the address of a container, with or without a prefix: https://account.blob.core.windows.net/container/prefix.
    /// It is made when it is missing and may be made.
    /// </summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = null!;

    /// <summary>The name of the backup set. By default the database's file name without its extension.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(BackupNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>How the stored file is compressed. Zstd by default.</summary>
    [Parameter]
    public EmrCompression Compression { get; set; } = EmrCompression.Zstd;

    /// <summary>The codec's own level: 1 to 22 for Zstd (default 1), 1 to 9 for Gzip (default 6).</summary>
    [Parameter]
    [ValidateRange(1, 22)]
    public int? CompressionLevel { get; set; }

    /// <summary>How deeply the copy is verified before it is published. Integrity by default.</summary>
    [Parameter]
    public EmrVerificationLevel VerificationLevel { get; set; } = EmrVerificationLevel.Integrity;

    /// <summary>How long to wait while another connection locks the database. 30 seconds by default.</summary>
    [Parameter]
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The bytes beyond which the source's write-ahead log may not grow during the copy; 0 for no limit. 4 GB by default.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long MaximumWalLength { get; set; } = 4L * 1024 * 1024 * 1024;

    /// <summary>Accepts a database that is suddenly empty or much smaller than at the last backup.</summary>
    [Parameter]
    public SwitchParameter AllowShrink { get; set; }

    /// <summary>
    /// A folder for the plain copy while it is checked. By default the destination, or the system's temporary folder where the destination is an address.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WorkPath { get; set; }

    /// <summary>A log file to which start, success and failure are appended as lines of JSON. It rolls at 10 MB.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LogPath { get; set; }

    /// <summary>
    /// An address to which success or failure is posted, once for each database. It is a secret: prefer <see cref="NotifyUriFile"/> to it in scheduled jobs.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NotifyUri { get; set; }

    /// <summary>A file that holds such an address and that only its owner can read.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NotifyUriFile { get; set; }

    /// <summary>The form in which the service wants to be notified. Auto by default: told by the address.</summary>
    [Parameter]
    public EmrNotifyFormat NotifyFormat { get; set; }

    /// <summary>
    /// Writes start, success and failure to the system's log, too: the Application log of Windows with the source EmrSim, the journal or the syslog of
    /// Linux and macOS with the name emrsim.
    /// </summary>
    [Parameter]
    public SwitchParameter SystemLog { get; set; }

    private protected override EmrSimException NotFound(string path) =>
        new(ErrorCode.SourceNotFound, $"There is no database at '{path}'. Nothing was created.", path);

    private protected override bool IsByTheWay(string path) => SqliteSource.IsSidecar(path) || RestoreFiles.IsOne(path);

    private protected override void ReportMissing(string given) => Refuse(given, NotFound(given));

    private protected override void ProcessPath(string path)
    {
        string destination = ResolveStore(Destination);
        _sources.Add(path);
        if (Name is not null && _sources.Count > 1)
        {
            Refuse(path, new EmrSimException(
                ErrorCode.NameNeedsOneSource,
                $"'{path}' was not backed up: the set '{Name}' was given for '{_sources[0]}' and can hold only one database. Leave -Name away.",
                path));
            return;
        }

        if (!ShouldProcess(path, $"Back up to '{destination}'")) return;
        var request = new BackupRequest(path, destination)
        {
            Name = Name,
            Compression = Compression,
            CompressionLevel = CompressionLevel ?? (Compression == EmrCompression.Gzip ? DefaultGzipLevel : 1),
            VerificationLevel = VerificationLevel,
            BusyTimeout = BusyTimeout,
            MaximumWalLength = MaximumWalLength,
            AllowShrink = AllowShrink,
            WorkPath = WorkPath is null ? null : ResolvePath(WorkPath),
        };
        Func<BackupJobRequest> job = Job(request);
        NotifyRequest? notify = Notify();
        Run(
            path,
            call => RunAsync(call, job, new BackupJobRequest(request) { Notify = notify }),
            Write,
            error => error.ErrorCode == ErrorCode.SourceNotFound && IsOnlyInput);
    }

    private protected override void AddLogging(ILoggerFactory loggers)
    {
        if (SystemLog) AddSystemLog(loggers);
        if (LogPath is not null) loggers.AddProvider(new JsonLinesLoggerProvider(ResolvePath(LogPath)));
    }

    // A job that cannot begin must be as loud as one that fails.
    private void Refuse(string given, EmrSimException error)
    {
        bool terminate = error.ErrorCode == ErrorCode.SourceNotFound && IsOnlyInput;
        if (!ShouldProcess(given, "Record that it was not backed up"))
        {
            Report(error, given, terminate);
            return;
        }

        var request = new BackupRequest(Absolute(given), ResolveStore(Destination)) { Name = error.ErrorCode == ErrorCode.NameNeedsOneSource ? null : Name };
        NotifyRequest? notify = Notify();
        Func<StoreAccess?> access = Access();
        Run(
            given,
            call => new BackupJob(call.Loggers, TimeProvider.System).RefuseAsync(new BackupJobRequest(request with { Access = access() }) { Notify = notify }, error),
            Write,
            _ => terminate);
    }

    // A key or a secret that is missing is a failure of the job like any other: it is logged, recorded and notified.
    private static Task<BackupJobResult> RunAsync(EngineCall call, Func<BackupJobRequest> whole, BackupJobRequest bare)
    {
        var job = new BackupJob(call.Loggers, TimeProvider.System);
        BackupJobRequest request;
        try
        {
            request = whole();
        }
        catch (EmrSimException e)
        {
            return job.RefuseAsync(bare, e);
        }

        return job.RunAsync(request, call.Progress, call.Token);
    }

    // Secrets in files are read within the engine's call, where what is wrong with them becomes an error of it.
    private Func<BackupJobRequest> Job(BackupRequest request)
    {
        Func<StoreAccess?> access = Access();
        Func<EncryptionKeys> encryption = Encryption();
        Func<MirrorTarget?> mirror = Mirror();
        NotifyRequest? notify = Notify();
        return () => new BackupJobRequest(request with { Access = access(), Encryption = encryption() })
        {
            Retention = Retention(),
            Mirror = mirror(),
            Notify = notify,
        };
    }

    private NotifyRequest? Notify() => NotifyUri is null && NotifyUriFile is null
        ? null
        : new NotifyRequest(NotifyUri, NotifyUriFile is null ? null : ResolvePath(NotifyUriFile), NotifyFormat);

    private void Write(BackupJobResult result)
    {
        WriteObject(result.Backup);
        foreach (EmrSimException problem in result.Problems) Report(problem, result.Backup);
    }
}
