using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EmrSim.Core.Applications;
using EmrSim.Core.Files;
using EmrSim.Core.Stores;

namespace EmrSim.Core.Recovery;

/// <summary>How far a restore has come.</summary>
internal enum RestoreState
{
    /// <summary>The backup takes the old database's place.</summary>
    Restoring,

    /// <summary>The old database takes its place again.</summary>
    PuttingBack,

    /// <summary>It is done. The journal stays as long as the safety copy does, so that it can be undone.</summary>
    Done,
}

/// <summary>What stands in a restore's journal: docs/formats.md. All that another process needs to finish it or to undo it, the application's commands among that.</summary>
internal sealed record RestoreRecord
{
    internal const int CurrentFormat = 1;

    public required int FormatVersion { get; init; }
    public required string Tool { get; init; }
    public required Guid Id { get; init; }
    public required string Destination { get; init; }
    public required DateTimeOffset StartedUtc { get; init; }
    public required RestoreState State { get; set; }

    /// <summary>The path or address of the backup's stored file.</summary>
    public required string BackupPath { get; init; }

    /// <summary>Its manifest, with which the restored database must agree.</summary>
    public required BackupManifest Manifest { get; init; }

    /// <summary>Whether there was a database at the destination.</summary>
    public required bool Replaces { get; init; }

    /// <summary>Where that is kept.</summary>
    public required string SafetyCopy { get; init; }

    /// <summary>Where the restored database is kept when a restore that was done is undone; null before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ReplacedCopy { get; set; }

    /// <summary>The application, as it was given.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EmrApplication? Application { get; init; }

    /// <summary>How long the application may take to answer.</summary>
    public required double ValidateSeconds { get; init; }

    /// <summary>The journal of an earlier restore that can still be undone; it is that again when this one comes to nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RestoreRecord? Before { get; init; }

    /// <summary>One entry a step, written before the step is taken.</summary>
    public required List<RestoreStepRecord> Steps { get; init; }

    /// <summary>Whether a step was begun, in this or in an earlier run.</summary>
    internal bool Began(string step) => Steps.Exists(s => s.Name == step);

    /// <summary>Whether a step came to a good end.</summary>
    internal bool Passed(string step) => Steps.Exists(s => s.Name == step && s.Outcome == EmrOutcome.Passed);
}

/// <summary>One step of a restore.</summary>
internal sealed record RestoreStepRecord
{
    public required string Name { get; init; }
    public required DateTimeOffset StartedUtc { get; init; }

    /// <summary>Null as long as it runs, and where it was cut off.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EmrOutcome? Outcome { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; set; }

    public double Seconds { get; set; }
}

/// <summary>Reads and writes journals. Each state of one is a whole file that replaces the one before.</summary>
internal static class RestoreJournal
{
    private static readonly RestoreJson s_json = new(new JsonSerializerOptions
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    });

    /// <summary>Writes it down, flushed.</summary>
    internal static void Write(RestoreRecord record)
    {
        string path = RestoreFiles.Journal(record.Destination);
        // Left by a process that ended within the last write.
        File.Delete(path + DurableFile.PartialSuffix);
        DurableFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(record, s_json.RestoreRecord));
    }

    /// <summary>The journal of a destination; null where there is none.</summary>
    /// <exception cref="EmrSimException">RestoreJournalDamaged.</exception>
    internal static RestoreRecord? Read(string destination)
    {
        string path = RestoreFiles.Journal(destination);
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        try
        {
            RestoreRecord? record = JsonSerializer.Deserialize(bytes, s_json.RestoreRecord);
            if (record is { FormatVersion: RestoreRecord.CurrentFormat, Manifest: not null, Steps: not null, SafetyCopy: not null })
            {
                RequireOf(destination, record);
                if (record.Application is not null) ApplicationFolder.RequireOwnFile(path);
                return record;
            }

            throw new JsonException($"it is of format {record?.FormatVersion}, and this EmrSim reads {RestoreRecord.CurrentFormat}");
        }
        catch (JsonException e)
        {
            throw new EmrSimException(
                ErrorCode.RestoreJournalDamaged,
                $"The journal '{path}' of a restore cannot be read: {e.Message}. The old database is in the newest '{destination}.emr-safety-…', if there is one: " +
                "stop the application, look at both, and keep the journal for whoever helps.",
                path,
                e);
        }
    }

    // In a copy of the folder, or in one that was moved, it would change the database in the other place.
    private static void RequireOf(string destination, RestoreRecord record)
    {
        bool own = record.Destination == destination && RestoreFiles.IsKept(destination, record.SafetyCopy) &&
            (record.ReplacedCopy is null || RestoreFiles.IsKept(destination, record.ReplacedCopy));
        if (!own) throw new JsonException($"it is of '{record.Destination}', so it was copied or moved here");
    }

    /// <summary>Removes it.</summary>
    internal static void Remove(string destination)
    {
        string path = RestoreFiles.Journal(destination);
        File.Delete(path + DurableFile.PartialSuffix);
        File.Delete(path);
        DurableFile.FlushFolder(Path.GetDirectoryName(path)!);
    }
}

[JsonSerializable(typeof(RestoreRecord))]
internal sealed partial class RestoreJson : JsonSerializerContext;
