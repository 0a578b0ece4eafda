namespace EmrSim.Core.Migration.Schema.Parsing;

/// <summary>
/// Keywords of SQLite that cannot be a name without quotes. Its other keywords (KEY, REPLACE, ROW, …) can: the grammar falls back to a name where the
/// keyword makes no sense (https://sqlite.org/lang_keywords.html says which words are keywords, not which fall back).
/// </summary>
internal static class SqlKeywords
{
    private static readonly HashSet<string> s_reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "ADD", "ALL", "ALTER", "AND", "AS", "AUTOINCREMENT", "BETWEEN", "CASE", "CHECK", "COLLATE", "COMMIT", "CONSTRAINT", "CREATE", "DEFAULT",
        "DEFERRABLE", "DELETE", "DISTINCT", "DROP", "ELSE", "ESCAPE", "EXISTS", "FOREIGN", "FROM", "GROUP", "HAVING", "IN", "INDEX", "INSERT", "INTO",
        "IS", "ISNULL", "JOIN", "LIMIT", "NOT", "NOTHING", "NOTNULL", "NULL", "ON", "OR", "ORDER", "PRIMARY", "REFERENCES", "RETURNING", "SELECT",
        "SET", "TABLE", "THEN", "TO", "TRANSACTION", "UNION", "UNIQUE", "UPDATE", "USING", "VALUES", "WHEN", "WHERE", "EXCEPT", "INTERSECT",
    };

    // They begin a join, so behind a table they are no alias; elsewhere they are names like any other.
    private static readonly HashSet<string> s_join = new(StringComparer.OrdinalIgnoreCase)
    {
        "CROSS", "FULL", "INNER", "LEFT", "NATURAL", "OUTER", "RIGHT", "INDEXED", "WINDOW",
    };

    /// <summary>Whether it cannot be a name.</summary>
    internal static bool IsReserved(string word) => s_reserved.Contains(word);

    /// <summary>Whether it cannot be an alias without AS.</summary>
    internal static bool EndsTable(string word) => s_join.Contains(word);
}
