namespace EmrSim.Core.Migration.Schema;

/// <summary>The affinity of a declared type, by the five rules in their order (https://sqlite.org/datatype3.html#determination_of_column_affinity).</summary>
internal static class Affinities
{
    /// <summary>Of a column.</summary>
    /// <param name="type">The declared type.</param>
    /// <param name="strict">Whether its table is STRICT: there ANY takes values as they come, elsewhere it is a word like any other.</param>
    internal static SqliteAffinity Of(string type, bool strict)
    {
        if (Has("INT")) return SqliteAffinity.Integer;
        if (Has("CHAR") || Has("CLOB") || Has("TEXT")) return SqliteAffinity.Text;
        if (type.Length == 0 || Has("BLOB") || (strict && type.Equals("ANY", StringComparison.OrdinalIgnoreCase))) return SqliteAffinity.Blob;
        return Has("REAL") || Has("FLOA") || Has("DOUB") ? SqliteAffinity.Real : SqliteAffinity.Numeric;

        bool Has(string word) => type.Contains(word, StringComparison.OrdinalIgnoreCase);
    }
}
