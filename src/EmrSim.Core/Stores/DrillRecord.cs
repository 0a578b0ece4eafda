using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmrSim.Core.Stores;

/// <summary>One line of a store's <c>drills.jsonl</c>. docs/formats.md describes it; the property names are the format.</summary>
internal sealed record DrillRecord
{
    public required DateTimeOffset StartedUtc { get; init; }
    public required string Name { get; init; }
    public required string File { get; init; }
    public Guid? BackupId { get; init; }
    public DateTimeOffset? CreatedUtc { get; init; }
    public string? Sha256 { get; init; }
    public string? StoredSha256 { get; init; }
    public required EmrVerificationLevel Level { get; init; }
    public required EmrOutcome Outcome { get; init; }
    public required double DurationSeconds { get; init; }
    public required IReadOnlyList<DrillCheck> Checks { get; init; }
    // As text: a newer version may have errors that this one does not know, and its line must be readable all the same.
    public string? Error { get; init; }
    public string? Reason { get; init; }
    public required string Host { get; init; }
    public required string Account { get; init; }
    public required string Tool { get; init; }

    /// <summary>The drill as the test that it is.</summary>
    internal TestEvidence ToEvidence()
    {
        if (Name is null || File is null || Host is null) throw new JsonException("its name, its file or its host is null");
        var test = new EmrHistoryEntry
        {
            StartedUtc = StartedUtc.ToUniversalTime(),
            Kind = EmrRunKind.Test,
            Name = Name,
            Outcome = Outcome,
            Duration = JsonLines.Duration(DurationSeconds),
            File = File,
            Level = Level,
            Error = JsonLines.Error(Error),
            Reason = Reason,
            Host = Host,
        };
        return new TestEvidence(test, StoredSha256);
    }
}

/// <summary>A check of a drill.</summary>
internal sealed record DrillCheck
{
    public required string Name { get; init; }
    public required EmrOutcome Outcome { get; init; }
    public required string Detail { get; init; }
    public required double DurationSeconds { get; init; }

    internal static DrillCheck From(EmrBackupCheck check) => new()
    {
        Name = check.Name,
        Outcome = check.Outcome,
        Detail = check.Detail,
        DurationSeconds = Math.Round(check.Duration.TotalSeconds, 3),
    };
}

[JsonSerializable(typeof(DrillRecord))]
internal sealed partial class DrillJson : JsonSerializerContext;
