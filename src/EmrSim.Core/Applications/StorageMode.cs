using System.Text.Json;

namespace EmrSim.Core.Applications;

/// <summary>
/// Reads from an answer of a health check what an application keeps its data in: the value of a property <c>storage</c>, <c>storageMode</c>,
/// <c>db</c>, <c>database</c>, <c>dbType</c>, <c>engine</c>, <c>type</c> or <c>mode</c>, at any of the upper three levels, that is the name of a database
/// or says that it is the memory.
/// </summary>
internal static class StorageMode
{
    private const int Deepest = 3;

    // In this order: what is said of the storage comes before a mode that could be any.
    private static readonly string[] s_names = ["storagemode", "storage", "dbtype", "db", "database", "persistence", "store", "engine", "type", "mode"];
    private static readonly string[] s_databases = ["sqlite", "sqlite3", "better-sqlite3", "postgres", "postgresql", "pg", "file", "disk", "persistent"];
    private static readonly string[] s_memories = ["memory", "inmemory", ":memory:", "ram", "volatile", "fallback", "mock"];

    /// <summary>The word and whether it means the memory; nothing where the answer does not say.</summary>
    internal static (string? Storage, bool? InMemory) Of(string body)
    {
        try
        {
            using var answer = JsonDocument.Parse(body);
            List<(string Name, string Value)> said = [];
            Collect(answer.RootElement, "", 0, said);
            foreach ((string _, string value) in said.OrderBy(s => Array.IndexOf(s_names, s.Name)))
            {
                string word = value.ToLowerInvariant();
                string bare = word.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
                if (s_memories.Contains(word) || s_memories.Contains(bare)) return (value, true);
                if (s_databases.Contains(word)) return (value, false);
            }
        }
        catch (JsonException)
        {
            // It need not be JSON.
        }

        return (null, null);
    }

    // { "storage": { "mode": "memory" } } says the same as { "storage": "memory" }.
    private static void Collect(JsonElement element, string parent, int depth, List<(string Name, string Value)> said)
    {
        if (element.ValueKind != JsonValueKind.Object || depth >= Deepest) return;
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (Text(() => property.Name) is not { } written) continue;
            string name = written.ToLowerInvariant().Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
            bool known = s_names.Contains(name);
            if (property.Value.ValueKind != JsonValueKind.String) Collect(property.Value, name, depth + 1, said);
            else if (known && Text(() => property.Value.GetString()) is { } value) said.Add((s_names.Contains(parent) ? parent : name, value));
        }
    }

    // Half a character, such as "\ud800", is JSON, but no text.
    private static string? Text(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
