using System.Text.RegularExpressions;

namespace EmrSim.Core.Migration.Proof;

/// <summary>Recognizes the expressions that stand for a collation of SQLite: <c>lower(x)</c> for NOCASE, <c>rtrim(x)</c> for RTRIM.</summary>
internal static partial class IndexExpression
{
    internal const string Lower = "lower";
    internal const string RightTrim = "rtrim";

    /// <summary>The column that an expression of SQLite lowers; null where it is another expression.</summary>
    internal static string? Lowered(string expression, IEnumerable<string> columns)
    {
        Match match = Call().Match(expression.Trim());
        if (!match.Success || !match.Groups["function"].Value.Equals(Lower, StringComparison.OrdinalIgnoreCase)) return null;
        string argument = Unquote(match.Groups["argument"].Value.Trim());
        return columns.FirstOrDefault(c => c.Equals(argument, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>
    /// The column and the function of an expression as PostgreSQL writes it back, such as <c>lower((email COLLATE "C"))</c> or <c>rtrim((name)::text)</c>. Null where it is
    /// another one, or where the text has another collation than "C", by which lower() changes more than 26 letters.
    /// </summary>
    /// <param name="expression">As pg_get_indexdef gives it.</param>
    /// <param name="columns">The columns of the table, and whether their collation is "C".</param>
    internal static (string Column, string Fold)? Folded(string expression, IReadOnlyDictionary<string, bool> columns)
    {
        Match match = Call().Match(Bare(expression));
        if (!match.Success) return null;
        string function = match.Groups["function"].Value;
        if (function is not (Lower or RightTrim)) return null;
        string argument = Bare(match.Groups["argument"].Value);
        bool? isBytewise = null;
        while (Suffix().Match(argument) is { Success: true } suffix)
        {
            // The outermost collation is the one that counts, also where it takes back that of the column.
            if (suffix.Groups["collation"].Success) isBytewise ??= suffix.Groups["collation"].Value is "C" or "POSIX" or "ucs_basic";
            argument = Bare(argument[..suffix.Index]);
        }

        string column = Unquote(argument);
        return columns.TryGetValue(column, out bool ofColumn) && (isBytewise ?? ofColumn) ? (column, function) : null;
    }

    /// <summary>Without the parentheses around it.</summary>
    private static string Bare(string expression)
    {
        string text = expression.Trim();
        while (text.Length > 1 && text[0] == '(' && Close(text) == text.Length - 1) text = text[1..^1].Trim();
        return text;
    }

    private static int Close(string text)
    {
        int depth = 0;
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '"') quoted = !quoted;
            if (quoted) continue;
            if (text[i] == '(') depth++;
            if (text[i] == ')' && --depth == 0) return i;
        }

        return -1;
    }

    private static string Unquote(string name) =>
        name.Length > 1 && name[0] == '"' && name[^1] == '"' ? name[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : name;

    [GeneratedRegex("^(?<function>[A-Za-z]+)\\s*\\((?<argument>.*)\\)$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Call();

    [GeneratedRegex("(?:::(?:text|character varying|bpchar)|\\s+COLLATE\\s+(?:pg_catalog\\.)?\"?(?<collation>[^\"]+)\"?)$", RegexOptions.CultureInvariant)]
    private static partial Regex Suffix();
}
