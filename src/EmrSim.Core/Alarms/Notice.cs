using EmrSim.Core.Backup;
using EmrSim.Core.Stores;
using EmrSim.Formatting;

namespace EmrSim.Core.Alarms;

/// <summary>What a service is told of one job. The names of the properties are those of the generic JSON.</summary>
internal sealed record Notice
{
    /// <summary>All of it in a sentence.</summary>
    public required string Text { get; init; }

    /// <summary>Whether everything was done. A good backup in a job that did not do everything else is a failure of the job.</summary>
    public required bool Success { get; init; }

    /// <summary>How the backup itself ended.</summary>
    public required EmrOutcome Outcome { get; init; }

    public required string Name { get; init; }
    public required string SourcePath { get; init; }
    public required string Destination { get; init; }
    public required DateTimeOffset StartedUtc { get; init; }
    public required double DurationSeconds { get; init; }
    public string? File { get; init; }
    public DateTimeOffset? CreatedUtc { get; init; }
    public long? DatabaseLength { get; init; }
    public long? StoredLength { get; init; }
    public long? Rows { get; init; }
    public EmrVerificationLevel? Level { get; init; }
    public string? Error { get; init; }
    public string? Reason { get; init; }
    public required string Host { get; init; }

    /// <summary>Of a backup that was published.</summary>
    /// <param name="request">What was backed up.</param>
    /// <param name="backup">The backup.</param>
    /// <param name="problems">What the job did not do besides.</param>
    /// <param name="startedUtc">When it began.</param>
    internal static Notice Published(BackupRequest request, EmrBackup backup, IReadOnlyList<EmrSimException> problems, DateTimeOffset startedUtc) =>
        Published(request, backup, problems, "", startedUtc);

    /// <summary>Of a job that did not come to its end after its backup was published.</summary>
    /// <param name="request">What was backed up.</param>
    /// <param name="backup">The backup, which stands.</param>
    /// <param name="problems">What the job had not done until then.</param>
    /// <param name="error">Why it ended; null where it was stopped.</param>
    /// <param name="startedUtc">When it began.</param>
    internal static Notice Unfinished(BackupRequest request, EmrBackup backup, IReadOnlyList<EmrSimException> problems, EmrSimException? error, DateTimeOffset startedUtc) =>
        error is null
            ? Published(request, backup, problems, "The job was stopped before it had done what follows the backup.", startedUtc)
            : Published(request, backup, [.. problems, error], "", startedUtc);

    private static Notice Published(BackupRequest request, EmrBackup backup, IReadOnlyList<EmrSimException> problems, string stopped, DateTimeOffset startedUtc)
    {
        string[] said = [.. problems.Select(e => e.Message).Append(stopped).Where(s => s.Length > 0)];
        string? reason = said.Length > 0 ? string.Join(" ", said) : null;
        string facts = $"{_Format.Length(backup.DatabaseLength)} stored as {_Format.Length(backup.StoredLength)} in {_Format.Duration(backup.Duration)}";
        return new Notice
        {
            Text = reason is null
                ? $"Backup of {backup.Name} on {Environment.MachineName} passed: {facts}, {backup.Verification.Level}."
                : $"Backup of {backup.Name} on {Environment.MachineName} was published, but not everything was done: {reason}",
            Success = reason is null,
            Outcome = backup.Verification.Outcome,
            Name = backup.Name,
            SourcePath = request.SourcePath,
            Destination = WithoutQuery(request.Destination),
            StartedUtc = startedUtc,
            DurationSeconds = Math.Round(backup.Duration.TotalSeconds, 3),
            File = BackupStores.NameOf(backup.Path),
            CreatedUtc = backup.CreatedUtc,
            DatabaseLength = backup.DatabaseLength,
            StoredLength = backup.StoredLength,
            Rows = backup.Rows,
            Level = backup.Verification.Level,
            Error = problems.Count > 0 ? problems[0].ErrorCode.ToString() : null,
            Reason = reason,
            Host = Environment.MachineName,
        };
    }

    /// <summary>Of a backup that was not published.</summary>
    /// <param name="request">What was to be backed up.</param>
    /// <param name="error">Why; null where it was stopped.</param>
    /// <param name="startedUtc">When it began.</param>
    /// <param name="duration">How long it took.</param>
    internal static Notice Failed(BackupRequest request, EmrSimException? error, DateTimeOffset startedUtc, TimeSpan duration)
    {
        string name = request.Name ?? SetName.FromSource(request.SourcePath);
        string reason = error?.Message ?? "It was stopped.";
        return new Notice
        {
            Text = $"Backup of {name} on {Environment.MachineName} FAILED: {reason}",
            Success = false,
            Outcome = EmrOutcome.Failed,
            Name = name,
            SourcePath = request.SourcePath,
            Destination = WithoutQuery(request.Destination),
            StartedUtc = startedUtc,
            DurationSeconds = Math.Round(duration.TotalSeconds, 3),
            Error = error?.ErrorCode.ToString(),
            Reason = reason,
            Host = Environment.MachineName,
        };
    }

    // A shared access signature stands there.
    private static string WithoutQuery(string destination) => BackupStores.IsAddress(destination) ? destination.Split('?')[0] : destination;
}
