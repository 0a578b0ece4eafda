using System.ComponentModel;
using System.Management.Automation;
using System.Text.RegularExpressions;
using EmrSim.Core.Encryption;
using EmrSim.Core.Scheduling;
using EmrSim.Core.Stores;
using EmrSim.PowerShell.Completion;

namespace EmrSim.PowerShell.Abstractions;

/// <summary>The base of cmdlets that describe a backup which is made later, by a job.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract partial class ScheduledBackupCmdlet : EmrCmdlet
{
    private protected const string PathSet = "Path";
    private protected const string LiteralPathSet = "LiteralPath";

    private readonly List<ScheduledSource> _sources = [];

    /// <summary>The databases. * and ? in a file name make a pattern, which finds its databases anew at each run; brackets mean themselves.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = null!;

    /// <summary>The databases, taken literally: wildcard characters mean themselves.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = null!;

    /// <summary>Where the backups go: a folder, a share, or the https URL of a container of blobs.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = PathSet)]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = LiteralPathSet)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = null!;

    /// <summary>The name of the backup set, as -Name of Backup-EmrDatabase. By default the database's file name without its extension.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [Alias("BackupName")]
    [ValidateNotNullOrEmpty]
    public string? SetName { get; set; }

    /// <summary>How the stored file is compressed.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    public EmrCompression? Compression { get; set; }

    /// <summary>The codec's own level: 1 to 22 for Zstd, 1 to 9 for Gzip.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateRange(1, 22)]
    public int? CompressionLevel { get; set; }

    /// <summary>How deeply each copy is verified before it is published.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    public EmrVerificationLevel? VerificationLevel { get; set; }

    /// <summary>A folder for the plain copy while it is checked.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateNotNullOrEmpty]
    public string? WorkPath { get; set; }

    /// <summary>A log file to which each run appends lines of JSON.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateNotNullOrEmpty]
    public string? LogPath { get; set; }

    /// <summary>Whom the backups are encrypted to: recipients that begin with age1. They are no secret.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateNotNullOrEmpty]
    public string[]? Recipient { get; set; }

    /// <summary>How many of the newest backups are kept, whatever their age.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateRange(0, int.MaxValue)]
    public int? KeepLast { get; set; }

    /// <summary>How many days keep their newest backup.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateRange(0, int.MaxValue)]
    public int? KeepDaily { get; set; }

    /// <summary>How many weeks keep their newest backup.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateRange(0, int.MaxValue)]
    public int? KeepWeekly { get; set; }

    /// <summary>How many months keep their newest backup.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateRange(0, int.MaxValue)]
    public int? KeepMonthly { get; set; }

    /// <summary>How many years keep their newest backup.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateRange(0, int.MaxValue)]
    public int? KeepYearly { get; set; }

    /// <summary>Leaves old backups alone.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    public SwitchParameter NoRotation { get; set; }

    /// <summary>The id of the time zone whose days and clock are meant, such as Europe/Berlin or UTC. By default the machine's own.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ArgumentCompleter(typeof(TimeZoneCompleter))]
    [ValidateNotNullOrEmpty]
    public string? TimeZone { get; set; }

    /// <summary>A second store for each backup: a folder, a share, or the https URL of a container of blobs.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateNotNullOrEmpty]
    public string? MirrorTo { get; set; }

    /// <summary>Tells of success and failure in the system's log too: the Event Log, or the journal.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    public SwitchParameter SystemLog { get; set; }

    /// <summary>A file with the passphrase that the backups are encrypted with. Only the account of the job may be able to read it.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateNotNullOrEmpty]
    public string? PassphraseFile { get; set; }

    /// <summary>A file with the signature or connection string of the destination. Only the account of the job may be able to read it.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateNotNullOrEmpty]
    public string? StoreSecretFile { get; set; }

    /// <summary>A file with the signature or connection string of the second store. Only the account of the job may be able to read it.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateNotNullOrEmpty]
    public string? MirrorSecretFile { get; set; }

    /// <summary>A file with the URL that is told of success and failure. Only the account of the job may be able to read it.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [ValidateNotNullOrEmpty]
    public string? NotifyUriFile { get; set; }

    /// <summary>The form in which who is notified wants it. By default told by the address.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    public EmrNotifyFormat? NotifyFormat { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == LiteralPathSet) _sources.AddRange(LiteralPath.Select(p => new ScheduledSource(Absolute(p), false)));
        else if (ParameterSetName == PathSet) _sources.AddRange(Path.Select(OfPath));
    }

    /// <summary>Where the secrets are that a cmdlet takes by name.</summary>
    private protected virtual IEnumerable<ScheduledSecret> NamedSecrets() => [];

    /// <summary>The backup that was described, once all input has come.</summary>
    private protected ScheduledBackup Backup()
    {
        RequirePolicy();
        RequireNoSecretRecipient();
        return Describe();
    }

    private ScheduledBackup Describe() => new(_sources, Store(Destination))
    {
        SetName = SetName,
        Compression = Compression,
        CompressionLevel = CompressionLevel,
        VerificationLevel = VerificationLevel,
        WorkPath = WorkPath is null ? null : Absolute(WorkPath),
        LogPath = LogPath is null ? null : Absolute(LogPath),
        Recipients = Recipient ?? [],
        KeepLast = KeepLast,
        KeepDaily = KeepDaily,
        KeepWeekly = KeepWeekly,
        KeepMonthly = KeepMonthly,
        KeepYearly = KeepYearly,
        NoRotation = NoRotation,
        TimeZone = TimeZone,
        MirrorTo = MirrorTo is null ? null : Store(MirrorTo),
        SystemLog = SystemLog,
        NotifyFormat = NotifyFormat,
        Secrets =
        [
            .. new[] { ("Passphrase", PassphraseFile), ("StoreSecret", StoreSecretFile), ("MirrorSecret", MirrorSecretFile), ("NotifyUri", NotifyUriFile) }
                .Where(s => s.Item2 is not null).Select(s => new ScheduledSecret(s.Item1, Absolute(s.Item2!), null)),
            .. NamedSecrets(),
        ],
    };

    // A policy that keeps nothing is refused now rather than at two in the morning.
    private void RequirePolicy()
    {
        if (NoRotation) return;
        try
        {
            RetentionParameters.ToPolicy(KeepLast, KeepDaily, KeepWeekly, KeepMonthly, KeepYearly, TimeZone);
        }
        catch (EmrSimException e)
        {
            Report(e, e.Target, terminate: true);
        }
    }

    // What is not even the beginning of a recipient may be a secret in the wrong place, which must not get into a script. Others are left to the self-test.
    private void RequireNoSecretRecipient()
    {
        try
        {
            new EncryptionKeys { Recipients = [.. (Recipient ?? []).Where(r => !r.StartsWith("age1", StringComparison.OrdinalIgnoreCase))] }.Require();
        }
        catch (EmrSimException e)
        {
            Report(e, e.Target, terminate: true);
        }
    }

    // A job can be written for a Windows machine on another one, where such a path means nothing or its drive is none.
    private string Absolute(string path)
    {
        if (!WindowsPath().IsMatch(path)) return ResolvePath(path);
        if (!OperatingSystem.IsWindows()) return path;
        try
        {
            return FileSystemPaths.Resolve(SessionState.Path, path);
        }
        catch (EmrSimException e)
        {
            return e.InnerException is System.Management.Automation.DriveNotFoundException ? path : ResolvePath(path);
        }
    }

    // An address that holds a signature is refused, not written into a script.
    private string Store(string destination)
    {
        if (!ScheduledBackup.IsRemote(destination)) return Absolute(destination);
        try
        {
            return BackupStores.Canonical(destination);
        }
        catch (EmrSimException e)
        {
            Report(e, e.Target, terminate: true);
            throw;
        }
    }

    private ScheduledSource OfPath(string path)
    {
        try
        {
            return ScheduledSource.OfPath(Absolute(path));
        }
        catch (EmrSimException e)
        {
            Report(e, path, terminate: true);
            throw;
        }
    }

    [GeneratedRegex(@"\A(?:[A-Za-z]:\\|\\\\)")]
    private static partial Regex WindowsPath();
}
