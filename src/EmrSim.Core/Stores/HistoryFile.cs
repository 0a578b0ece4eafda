using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmrSim.Core.Stores;

/// <summary>A line of a store's history.</summary>
/// <param name="Number">Its number, beginning with 1. Empty lines do not count.</param>
/// <param name="Entry">The run, unless <paramref name="Error"/> is set.</param>
/// <param name="Error">Why the line cannot be read: HistoryDamaged.</param>
internal sealed record HistoryLine(int Number, EmrHistoryEntry? Entry, EmrSimException? Error);

/// <summary>Reads and writes the lines of <c>history.jsonl</c>: one JSON object a run, in the order in which the runs ended.</summary>
internal static class HistoryFile
{
    /// <summary>The file's name in every store.</summary>
    internal const string Name = "history.jsonl";

    private static readonly HistoryJson s_json = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // Paths stay readable; the file is never part of a page of HTML. Line breaks are escaped all the same.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    });

    /// <summary>A run as one line, without the line break.</summary>
    internal static string Serialize(EmrHistoryEntry entry) => JsonSerializer.Serialize(HistoryRecord.From(entry), s_json.HistoryRecord);

    /// <summary>All lines of a store's history, in the order of the file. One that cannot be read spoils no other.</summary>
    /// <exception cref="EmrSimException">What the store says.</exception>
    internal static IReadOnlyList<HistoryLine> Read(BackupStore store)
    {
        IReadOnlyList<string> lines = store.ReadLines(Name);
        var read = new HistoryLine[lines.Count];
        for (int i = 0; i < read.Length; i++) read[i] = Parse(lines[i], i + 1, store);
        return read;
    }

    private static HistoryLine Parse(string line, int number, BackupStore store)
    {
        try
        {
            return new HistoryLine(number, JsonSerializer.Deserialize(line, s_json.HistoryRecord)?.ToEntry() ?? throw new JsonException("it is null"), null);
        }
        catch (JsonException e)
        {
            string path = store.Locate(Name);
            return new HistoryLine(number, null, new EmrSimException(
                ErrorCode.HistoryDamaged,
                string.Create(CultureInfo.InvariantCulture, $"Line {number} of the history '{path}' cannot be read: {e.Message} The other lines are not affected."),
                path,
                e));
        }
    }
}
