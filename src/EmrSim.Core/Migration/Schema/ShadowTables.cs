using EmrSim.Core.Migration.Schema.Parsing;

namespace EmrSim.Core.Migration.Schema;

/// <summary>The tables in which virtual tables keep what is theirs.</summary>
internal static class ShadowTables
{
    // SQLite knows them only while it has the module. Those of modules that applications bring along are found by their names.
    private static readonly Dictionary<string, string[]> s_suffixes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["fts3"] = ["content", "segments", "segdir"],
        ["fts4"] = ["content", "segments", "segdir", "docsize", "stat"],
        ["fts5"] = ["data", "idx", "content", "docsize", "config"],
        ["rtree"] = ["node", "rowid", "parent"],
        ["rtree_i32"] = ["node", "rowid", "parent"],
        ["geopoly"] = ["node", "rowid", "parent"],
        ["spellfix1"] = ["vocab"],
        ["vec0"] = ["chunks", "rowids", "info", "auxiliary"],
    };

    internal static HashSet<string> Of(IReadOnlyList<SchemaRow> rows, IReadOnlyList<TableFact> facts)
    {
        var shadows = new HashSet<string>(facts.Where(f => f.Type == "shadow").Select(f => f.Name), StringComparer.OrdinalIgnoreCase);
        HashSet<string> others = new(facts.Where(f => f.Type == "table").Select(f => f.Name), StringComparer.OrdinalIgnoreCase);
        foreach (TableFact virtualTable in facts.Where(f => f.Type == "virtual"))
        {
            string module = ModuleOf(rows.First(r => r.Name == virtualTable.Name).Sql);
            foreach (string suffix in s_suffixes.GetValueOrDefault(module, []))
            {
                if (others.Contains($"{virtualTable.Name}_{suffix}")) shadows.Add($"{virtualTable.Name}_{suffix}");
            }

            // vec0 numbers its tables of vectors.
            if (module == "vec0") shadows.UnionWith(others.Where(t => t.StartsWith($"{virtualTable.Name}_vector_chunks", StringComparison.OrdinalIgnoreCase)));
        }

        return shadows;
    }

    // CREATE VIRTUAL TABLE name USING module(...): what is between the parentheses is the module's own language.
    private static string ModuleOf(string sql)
    {
        try
        {
            var reader = new TokenReader(sql.Split('(')[0]);
            while (!reader.AtEnd && !reader.Accept("USING")) reader.Take();
            return reader.AtEnd ? "" : reader.Name();
        }
        catch (SqlSyntaxException)
        {
            return "";
        }
    }
}
