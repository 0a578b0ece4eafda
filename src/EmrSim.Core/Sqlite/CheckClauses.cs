namespace EmrSim.Core.Sqlite;

/// <summary>Finds the CHECK constraints in a table's definition; no PRAGMA tells them.</summary>
internal static class CheckClauses
{
    private const string Keyword = "CHECK";

    /// <summary>The expressions, with their parentheses.</summary>
    /// <param name="sql">A CREATE TABLE statement that SQLite has accepted, where CHECK, unless quoted, is nothing but the keyword.</param>
    internal static IEnumerable<string> Find(string sql)
    {
        int start = -1, depth = 0;
        bool expected = false;
        for (int i = 0; i < sql.Length; i = Next(sql, i))
        {
            if (start < 0)
            {
                if (expected && sql[i] == '(') (start, depth) = (i, 0);
                else if (!char.IsWhiteSpace(sql[i]) && !IsComment(sql, i)) expected = IsWord(sql, i) && IsKeyword(sql, i);
            }

            if (start < 0 || sql[i] is not ('(' or ')')) continue;
            depth += sql[i] == '(' ? 1 : -1;
            if (depth > 0) continue;
            yield return sql[start..(i + 1)];
            (start, expected) = (-1, false);
        }
    }

    // Where the next token starts: behind a word, a comment, or something quoted as a whole.
    private static int Next(string sql, int start)
    {
        if (IsWord(sql, start))
        {
            int end = start + 1;
            while (end < sql.Length && IsWord(sql, end)) end++;
            return end;
        }

        return sql[start] switch
        {
            '\'' or '"' or '`' => Behind(sql, sql[start].ToString(), start + 1),
            '[' => Behind(sql, "]", start + 1),
            '-' when IsComment(sql, start) => Behind(sql, "\n", start + 2),
            '/' when IsComment(sql, start) => Behind(sql, "*/", start + 2),
            _ => start + 1,
        };
    }

    // A doubled quote ends one string and starts the next, which comes to the same.
    private static int Behind(string sql, string end, int start)
    {
        int found = sql.IndexOf(end, start, StringComparison.Ordinal);
        return found < 0 ? sql.Length : found + end.Length;
    }

    private static bool IsComment(string sql, int i) =>
        string.CompareOrdinal(sql, i, "--", 0, 2) == 0 || string.CompareOrdinal(sql, i, "/*", 0, 2) == 0;

    private static bool IsKeyword(string sql, int i) => sql.AsSpan(i, Next(sql, i) - i).Equals(Keyword, StringComparison.OrdinalIgnoreCase);

    private static bool IsWord(string sql, int i) => char.IsAsciiLetterOrDigit(sql[i]) || sql[i] is '_' or '$' or > '\x7f';
}
