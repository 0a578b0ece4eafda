using System.Text.RegularExpressions;
using EmrSim.Core.Migration.Schema.Parsing;

namespace EmrSim.Core.Migration.Schema;

/// <summary>
/// The tables in which virtual tables keep what is theirs. SQLite calls a table a shadow for its name alone, and an application may have one of such a
/// name; so one counts only where its statement is what the module itself writes. In doubt it is a table like any other, and nothing of it is lost.
/// </summary>
internal static partial class ShadowTables
{
    // As fts3_write.c, fts5_storage.c and fts5_index.c, rtree.c, spellfix.c and sqlite-vec.c have them, with one space between all words.
    private static readonly (string[] Modules, string Suffix, Regex Columns)[] s_shadows =
    [
        (["fts3", "fts4"], "content", FtsContent()),
        (["fts3", "fts4"], "segments", Exactly("( blockid INTEGER PRIMARY KEY , block BLOB )")),
        (["fts3", "fts4"], "segdir", Exactly("( level INTEGER , idx INTEGER , start_block INTEGER , leaves_end_block INTEGER , end_block INTEGER , root BLOB , PRIMARY KEY ( level , idx ) )")),
        (["fts4"], "docsize", Exactly("( docid INTEGER PRIMARY KEY , size BLOB )")),
        (["fts4"], "stat", Exactly("( id INTEGER PRIMARY KEY , value BLOB )")),
        (["fts5"], "content", Fts5Content()),
        (["fts5"], "data", Exactly("( id INTEGER PRIMARY KEY , block BLOB )")),
        (["fts5"], "idx", Exactly("( segid , term , pgno , PRIMARY KEY ( segid , term ) ) WITHOUT ROWID")),
        (["fts5"], "docsize", Exactly("( id INTEGER PRIMARY KEY , sz BLOB )", "( id INTEGER PRIMARY KEY , sz BLOB , origin INTEGER )")),
        (["fts5"], "config", Exactly("( k PRIMARY KEY , v ) WITHOUT ROWID")),
        // Older versions wrote types behind these names.
        (["rtree", "rtree_i32", "geopoly"], "node", Exactly("( nodeno INTEGER PRIMARY KEY , data )", "( nodeno INTEGER PRIMARY KEY , data BLOB )")),
        (["rtree", "rtree_i32", "geopoly"], "rowid", RtreeRowid()),
        (["rtree", "rtree_i32", "geopoly"], "parent", Exactly("( nodeno INTEGER PRIMARY KEY , parentnode )", "( nodeno INTEGER PRIMARY KEY , parentnode INTEGER )")),
        (["spellfix1"], "vocab", Exactly("( id INTEGER PRIMARY KEY , rank INT , langid INT , word TEXT , k1 TEXT , k2 TEXT )")),
        (["vec0"], "chunks", Exactly("( chunk_id INTEGER PRIMARY KEY AUTOINCREMENT , size INTEGER NOT NULL , validity BLOB NOT NULL , rowids BLOB NOT NULL )")),
        (["vec0"], "rowids", VecRowids()),
    ];

    /// <summary>The shadows among the tables, each with the virtual table that it serves.</summary>
    internal static Dictionary<string, string> Of(IReadOnlyList<SchemaRow> rows, IReadOnlyList<TableFact> facts)
    {
        var shadows = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var others = facts.Where(f => f.Type is "table" or "shadow").Select(f => f.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Dictionary<string, string> sql = rows.Where(r => r.Type == "table" && others.Contains(r.Name)).ToDictionary(r => r.Name, r => r.Sql, StringComparer.OrdinalIgnoreCase);
        foreach (TableFact fact in facts.Where(f => f.Type == "virtual"))
        {
            if (rows.FirstOrDefault(r => r.Name == fact.Name) is not { } row) continue;
            VirtualTable virtualTable = VirtualTable.Read(fact.Name, row.Sql);
            foreach ((string[] modules, string suffix, Regex columns) in s_shadows)
            {
                string name = $"{fact.Name}_{suffix}";
                if (!modules.Contains(virtualTable.Module) || !sql.TryGetValue(name, out string? statement)) continue;
                // An index over the texts of another table makes no table of that name.
                if (suffix == "content" && virtualTable.HasOwnRows != true) continue;
                if (suffix == "docsize" && !virtualTable.HasSizes) continue;
                if (columns.IsMatch(ColumnsOf(statement))) shadows[name] = fact.Name;
            }
        }

        return shadows;
    }

    /// <summary>What follows the name, with one space between all words; the name itself may have been changed by ALTER TABLE.</summary>
    private static string ColumnsOf(string sql)
    {
        try
        {
            var words = new List<string>();
            var reader = new TokenReader(sql);
            while (!reader.AtEnd && !reader.IsOperator("(")) reader.Take();
            while (!reader.AtEnd)
            {
                int start = reader.Current.Start;
                reader.Take();
                words.Add(reader.Since(start));
            }

            return string.Join(' ', words);
        }
        catch (SqlSyntaxException)
        {
            return "";
        }
    }

    private static Regex Exactly(params string[] statements) => new($@"\A(?:{string.Join('|', statements.Select(Regex.Escape))})\z", RegexOptions.CultureInvariant);

    // One column for each of its own, called by its number and its name, and one for the language.
    [GeneratedRegex(@"\A\( docid INTEGER PRIMARY KEY(?: , 'c[0-9]+(?:[^']|'')*')+(?: , \S+)? \)\z", RegexOptions.CultureInvariant)]
    private static partial Regex FtsContent();

    // The values, and the locales of those that have one.
    [GeneratedRegex(@"\A\( id INTEGER PRIMARY KEY(?: , c[0-9]+)*(?: , l[0-9]+)* \)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Fts5Content();

    // Columns that are no coordinates stand here.
    [GeneratedRegex(@"\A\( rowid INTEGER PRIMARY KEY , nodeno(?: INTEGER)?(?: , a[0-9]+)* \)\z", RegexOptions.CultureInvariant)]
    private static partial Regex RtreeRowid();

    [GeneratedRegex(@"\A\( rowid INTEGER PRIMARY KEY AUTOINCREMENT , id(?: TEXT UNIQUE NOT NULL)? , chunk_id INTEGER , chunk_offset INTEGER \)\z", RegexOptions.CultureInvariant)]
    private static partial Regex VecRowids();
}
