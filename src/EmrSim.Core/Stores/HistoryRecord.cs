using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmrSim.Core.Stores;

/// <summary>One line of a store's <c>history.jsonl</c>. docs/formats.md describes it; the property names are the format.</summary>
internal sealed record HistoryRecord
{
    public required DateTimeOffset StartedUtc { get; init; }
    public required EmrRunKind Kind { get; init; }
    public required string Name { get; init; }
    public required EmrOutcome Outcome { get; init; }
    public required double DurationSeconds { get; init; }
    public string? SourcePath { get; init; }
    public string? File { get; init; }
    public long? DatabaseLength { get; init; }
    public long? StoredLength { get; init; }
    public EmrVerificationLevel? Level { get; init; }
    public int? Removed { get; init; }
    // As text: a newer version may have errors that this one does not know, and its line must be readable all the same.
    public string? Error { get; init; }
    public string? Reason { get; init; }
    public required string Host { get; init; }

    internal static HistoryRecord From(EmrHistoryEntry entry) => new()
    {
        StartedUtc = entry.StartedUtc.ToUniversalTime(),
        Kind = entry.Kind,
        Name = entry.Name,
        Outcome = entry.Outcome,
        DurationSeconds = Math.Round(entry.Duration.TotalSeconds, 3),
        SourcePath = entry.SourcePath,
        File = entry.File,
        DatabaseLength = entry.DatabaseLength,
        StoredLength = entry.StoredLength,
        Level = entry.Level,
        Removed = entry.Removed,
        Error = entry.Error?.ToString(),
        Reason = entry.Reason,
        Host = entry.Host,
    };

    internal EmrHistoryEntry ToEntry()
    {
        if (Name is null || Host is null) throw new JsonException("its name or its host is null");
        return new EmrHistoryEntry
        {
            StartedUtc = StartedUtc.ToUniversalTime(),
            Kind = Kind,
            Name = Name,
            Outcome = Outcome,
            Duration = JsonLines.Duration(DurationSeconds),
            SourcePath = SourcePath,
            File = File,
            DatabaseLength = DatabaseLength,
            StoredLength = StoredLength,
            Level = Level,
            Removed = Removed,
            Error = JsonLines.Error(Error),
            Reason = Reason,
            Host = Host,
        };
    }
}

[JsonSerializable(typeof(HistoryRecord))]
internal sealed partial class HistoryJson : JsonSerializerContext;
