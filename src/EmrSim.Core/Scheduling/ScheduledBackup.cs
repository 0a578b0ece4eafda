namespace EmrSim.Core.Scheduling;

/// <summary>The backup that a scheduled job makes. What is null is left to the backup's own defaults.</summary>
/// <param name="Sources">The databases.</param>
/// <param name="Destination">An absolute path or the URL of a blob store.</param>
public sealed record ScheduledBackup(IReadOnlyList<ScheduledSource> Sources, string Destination)
{
    /// <summary>The name of the backup set.</summary>
    public string? SetName { get; init; }

    /// <summary>How the stored file is compressed.</summary>
    public EmrCompression? Compression { get; init; }

    /// <summary>The codec's own level.</summary>
    public int? CompressionLevel { get; init; }

    /// <summary>How deeply the copy is verified before it is published.</summary>
    public EmrVerificationLevel? VerificationLevel { get; init; }

    /// <summary>Where the plain copy lies while it is checked.</summary>
    public string? WorkPath { get; init; }

    /// <summary>A log of JSON lines.</summary>
    public string? LogPath { get; init; }

    /// <summary>Whom the backups are encrypted to.</summary>
    public IReadOnlyList<string> Recipients { get; init; } = [];

    /// <summary>How many of the newest backups are kept.</summary>
    public int? KeepLast { get; init; }

    /// <summary>How many days keep a backup.</summary>
    public int? KeepDaily { get; init; }

    /// <summary>How many weeks keep a backup.</summary>
    public int? KeepWeekly { get; init; }

    /// <summary>How many months keep a backup.</summary>
    public int? KeepMonthly { get; init; }

    /// <summary>How many years keep a backup.</summary>
    public int? KeepYearly { get; init; }

    /// <summary>Whether old backups are left alone.</summary>
    public bool NoRotation { get; init; }

    /// <summary>The id of the time zone that days are counted in; null for the machine's own.</summary>
    public string? TimeZone { get; init; }

    /// <summary>A second store.</summary>
    public string? MirrorTo { get; init; }

    /// <summary>Whether success and failure go to the system's log.</summary>
    public bool SystemLog { get; init; }

    /// <summary>The form in which who is notified wants it.</summary>
    public EmrNotifyFormat? NotifyFormat { get; init; }

    /// <summary>Where its secrets are.</summary>
    public IReadOnlyList<ScheduledSecret> Secrets { get; init; } = [];

    /// <summary>Whether a destination is a store on the web rather than a folder.</summary>
    public static bool IsRemote(string destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return destination.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || destination.StartsWith("http://", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Its parameters of Backup-EmrDatabase but for the databases and the secrets by name, in a fixed order.</summary>
    internal IEnumerable<(string Parameter, object Value)> Parameters()
    {
        (string Parameter, object? Value)[] all =
        [
            ("Destination", Destination), ("Name", SetName), ("Compression", Compression), ("CompressionLevel", CompressionLevel),
            ("VerificationLevel", VerificationLevel), ("WorkPath", WorkPath), ("LogPath", LogPath), ("Recipient", Recipients.Count > 0 ? Recipients : null),
            ("KeepLast", KeepLast), ("KeepDaily", KeepDaily), ("KeepWeekly", KeepWeekly), ("KeepMonthly", KeepMonthly), ("KeepYearly", KeepYearly),
            ("NoRotation", NoRotation ? true : null), ("TimeZone", TimeZone), ("MirrorTo", MirrorTo), ("SystemLog", SystemLog ? true : null), ("NotifyFormat", NotifyFormat),
            .. Secrets.Where(s => s.File is not null).Select(s => (s.Parameter + "File", (object?)s.File)),
        ];
        foreach ((string parameter, object? value) in all)
        {
            if (value is not null) yield return (parameter, value);
        }
    }

    /// <summary>Refuses what no run could do.</summary>
    /// <exception cref="EmrSimException">InvalidArgument, NameNeedsOneSource, InvalidSetName.</exception>
    internal void Require()
    {
        if (Sources.Count == 0) throw new EmrSimException(ErrorCode.InvalidArgument, "No database was named.");
        if (SetName is null) return;
        Stores.SetName.Require(SetName);
        if (Sources.Count > 1 || Sources[0].IsPattern)
        {
            throw new EmrSimException(
                ErrorCode.NameNeedsOneSource, $"The set '{SetName}' can hold only one database, and more were named. Leave -SetName away.", SetName);
        }
    }
}
