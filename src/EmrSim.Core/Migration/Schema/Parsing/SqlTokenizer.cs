using System.Globalization;

namespace EmrSim.Core.Migration.Schema.Parsing;

/// <summary>Cuts SQL into tokens as SQLite does (https://sqlite.org/lang.html; its tokenizer takes every character beyond ASCII for a letter).</summary>
internal static class SqlTokenizer
{
    private static readonly string[] s_operators = ["->>", "||", "->", "<<", ">>", "<=", ">=", "<>", "==", "!="];

    /// <summary>The tokens of a statement, with one of kind End behind them; comments are left out.</summary>
    internal static List<SqlToken> Read(string sql)
    {
        var tokens = new List<SqlToken>();
        int at = 0;
        while (true)
        {
            at = SkipSpace(sql, at, null);
            if (at == sql.Length) break;
            SqlToken token = Next(sql, at);
            tokens.Add(token);
            at = token.End;
        }

        tokens.Add(new SqlToken(SqlTokenKind.End, sql.Length, sql.Length, ""));
        return tokens;
    }

    /// <summary>Where the comments of a statement are.</summary>
    internal static List<(int Start, int End)> Comments(string sql)
    {
        var comments = new List<(int, int)>();
        int at = 0;
        while ((at = SkipSpace(sql, at, comments)) < sql.Length) at = Next(sql, at).End;
        return comments;
    }

    private static int SkipSpace(string sql, int at, List<(int Start, int End)>? comments)
    {
        while (at < sql.Length)
        {
            int start = at;
            if (sql[at] is ' ' or '\t' or '\n' or '\f' or '\r' or '\uFEFF')
            {
                at++;
                continue;
            }

            if (Follows(sql, at, "--")) at = EndOf(sql, sql.IndexOf('\n', at));
            // A comment that is not closed ends with the statement.
            else if (Follows(sql, at, "/*")) at = EndOf(sql, sql.IndexOf("*/", at + 2, StringComparison.Ordinal), 2);
            else return at;
            comments?.Add((start, at));
        }

        return at;
    }

    private static SqlToken Next(string sql, int at)
    {
        char c = sql[at];
        if (c is '\'' or '"' or '`' or '[') return Quoted(sql, at);
        if (c is 'x' or 'X' && Follows(sql, at + 1, "'")) return Blob(sql, at);
        if (char.IsAsciiDigit(c) || (c == '.' && at + 1 < sql.Length && char.IsAsciiDigit(sql[at + 1]))) return SqlNumber.Read(sql, at);
        if (c is '?' or ':' or '@' or '$' or '#')
        {
            int end = WordEnd(sql, at + 1);
            return new SqlToken(SqlTokenKind.Parameter, at, end, sql[at..end]);
        }

        if (IsWord(c))
        {
            int end = WordEnd(sql, at);
            return new SqlToken(SqlTokenKind.Word, at, end, sql[at..end]);
        }

        string text = Array.Find(s_operators, o => Follows(sql, at, o)) ?? c.ToString();
        return "!{}\\^]".Contains(text, StringComparison.Ordinal)
            ? throw new SqlSyntaxException(string.Create(CultureInfo.InvariantCulture, $"there is a '{text}' at character {at + 1}"))
            : new SqlToken(SqlTokenKind.Operator, at, at + text.Length, text);
    }

    private static SqlToken Quoted(string sql, int at)
    {
        char close = sql[at] == '[' ? ']' : sql[at];
        // Brackets know no doubled bracket.
        bool doubles = close != ']';
        int end = at + 1;
        while (true)
        {
            end = sql.IndexOf(close, end);
            if (end < 0) throw new SqlSyntaxException(string.Create(CultureInfo.InvariantCulture, $"the quote at character {at + 1} is not closed"));
            if (!doubles || !Follows(sql, end + 1, close.ToString())) break;
            end += 2;
        }

        string value = sql[(at + 1)..end];
        if (doubles) value = value.Replace(new string(close, 2), close.ToString(), StringComparison.Ordinal);
        SqlTokenKind kind = close switch
        {
            '\'' => SqlTokenKind.Text,
            '"' => SqlTokenKind.DoubleQuoted,
            _ => SqlTokenKind.QuotedName,
        };
        return new SqlToken(kind, at, end + 1, value);
    }

    private static SqlToken Blob(string sql, int at)
    {
        int end = sql.IndexOf('\'', at + 2);
        string digits = end < 0 ? "" : sql[(at + 2)..end];
        if (end < 0 || digits.Length % 2 != 0 || !digits.All(char.IsAsciiHexDigit))
            throw new SqlSyntaxException(string.Create(CultureInfo.InvariantCulture, $"the blob at character {at + 1} is none"));
        return new SqlToken(SqlTokenKind.Blob, at, end + 1, digits);
    }

    private static int WordEnd(string sql, int at)
    {
        while (at < sql.Length && IsWord(sql[at])) at++;
        return at;
    }

    internal static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '$' || c > '\u007f';

    private static bool Follows(string sql, int at, string text) => string.CompareOrdinal(sql, at, text, 0, text.Length) == 0;

    private static int EndOf(string sql, int found, int length = 1) => found < 0 ? sql.Length : found + length;
}
