using System.Globalization;

namespace EmrSim.Core.Migration.Schema.Parsing;

/// <summary>The numbers of SQL.</summary>
internal static class SqlNumber
{
    /// <summary>The number that begins somewhere. Digits may have underscores between them since SQLite 3.46.</summary>
    internal static SqlToken Read(string sql, int start)
    {
        int at = start;
        if (sql[at] == '0' && at + 2 < sql.Length && sql[at + 1] is 'x' or 'X' && char.IsAsciiHexDigit(sql[at + 2]))
        {
            at += 2;
            while (at < sql.Length && (char.IsAsciiHexDigit(sql[at]) || sql[at] == '_')) at++;
            return Token(sql, start, at, SqlTokenKind.Integer);
        }

        SqlTokenKind kind = SqlTokenKind.Integer;
        at = Digits(sql, at);
        if (at < sql.Length && sql[at] == '.')
        {
            kind = SqlTokenKind.Real;
            at = Digits(sql, at + 1);
        }

        if (at < sql.Length && sql[at] is 'e' or 'E')
        {
            int digits = at + 1 < sql.Length && sql[at + 1] is '+' or '-' ? at + 2 : at + 1;
            if (digits < sql.Length && char.IsAsciiDigit(sql[digits]))
            {
                kind = SqlTokenKind.Real;
                at = Digits(sql, digits);
            }
        }

        return Token(sql, start, at, kind);
    }

    /// <summary>
    /// The integer of a token; null where 64 bits do not hold it, which makes it a real, or an error where it is hexadecimal. Hexadecimal ones are
    /// two's complement: 0xffffffffffffffff is -1.
    /// </summary>
    internal static long? Integer(string value, bool negative)
    {
        if (value.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            if (!ulong.TryParse(value.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong bits))
                throw new SqlSyntaxException($"the number {value} is too long");
            return negative ? unchecked(-(long)bits) : unchecked((long)bits);
        }

        return long.TryParse((negative ? "-" : "") + value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null;
    }

    private static SqlToken Token(string sql, int start, int end, SqlTokenKind kind)
    {
        if (end < sql.Length && SqlTokenizer.IsWord(sql[end])) throw new SqlSyntaxException($"there is no number like {sql[start..(end + 1)]}");
        return new SqlToken(kind, start, end, sql[start..end].Replace("_", "", StringComparison.Ordinal));
    }

    private static int Digits(string sql, int at)
    {
        while (at < sql.Length && (char.IsAsciiDigit(sql[at]) || (sql[at] == '_' && at > 0 && char.IsAsciiDigit(sql[at - 1])))) at++;
        return at;
    }
}
