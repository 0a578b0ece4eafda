using System.Text.Json;
using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Stores;

/// <summary>
/// Reads and writes the lines of <c>drills.jsonl</c>: one JSON object for every test of level Restore, in the order in which they ended. It is evidence
/// that outlives the backups of which it tells, so nothing in a store shortens or removes it.
/// </summary>
internal static class DrillFile
{
    /// <summary>The file's name in every store.</summary>
    internal const string Name = "drills.jsonl";

    private static readonly DrillJson s_json = new(JsonLines.NewOptions());

    /// <summary>Adds a drill. That this fails is logged; the backup is tested all the same.</summary>
    internal static void Append(BackupStore store, DrillRecord drill, ILogger logger)
    {
        try
        {
            store.AppendLine(Name, JsonSerializer.Serialize(drill, s_json.DrillRecord));
        }
        catch (Exception e) when (e is EmrSimException || IoErrors.IsIo(e))
        {
            Log.DrillNotWritten(logger, store.Locate(Name), drill.File, e.Message);
        }
    }

    /// <summary>All drills that can be read, in the order of the file. A line that cannot be read is warned of.</summary>
    /// <exception cref="EmrSimException">What the store says.</exception>
    internal static IReadOnlyList<TestEvidence> Read(BackupStore store, ILogger logger)
    {
        IReadOnlyList<string> lines = store.ReadLines(Name);
        var drills = new List<TestEvidence>(lines.Count);
        for (int i = 0; i < lines.Count; i++)
        {
            (TestEvidence? drill, EmrSimException? error) = JsonLines.Parse(
                lines[i], i + 1, ("drills", store.Locate(Name)), l => JsonSerializer.Deserialize(l, s_json.DrillRecord)?.ToEvidence());
            if (drill is not null) drills.Add(drill);
            else Log.DrillsSkipped(logger, error!.Message);
        }

        return drills;
    }
}
