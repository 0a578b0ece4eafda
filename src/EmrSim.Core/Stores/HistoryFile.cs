using System.Text.Json;

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

    private static readonly HistoryJson s_json = new(JsonLines.NewOptions());

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

    /// <summary>Only the lines that may tell of a test; those of other runs are not even parsed.</summary>
    /// <exception cref="EmrSimException">What the store says.</exception>
    internal static IEnumerable<HistoryLine> ReadTests(BackupStore store)
    {
        IReadOnlyList<string> lines = store.ReadLines(Name);
        for (int i = 0; i < lines.Count; i++) if (lines[i].Contains("\"test\"", StringComparison.Ordinal)) yield return Parse(lines[i], i + 1, store);
    }

    private static HistoryLine Parse(string line, int number, BackupStore store)
    {
        (EmrHistoryEntry? entry, EmrSimException? error) = JsonLines.Parse(
            line, number, ("history", store.Locate(Name)), l => JsonSerializer.Deserialize(l, s_json.HistoryRecord)?.ToEntry());
        return new HistoryLine(number, entry, error);
    }
}
