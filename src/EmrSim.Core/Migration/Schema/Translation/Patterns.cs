using System.Text;
using EmrSim.Core.Migration.Schema.Parsing;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>Writes LIKE and GLOB.</summary>
internal static class Patterns
{
    internal static Operand Write(ExpressionWriter writer, PatternNode node)
    {
        Operand text = Texts.Of(writer.Part(node.Operand));
        Operand pattern = Texts.Of(writer.Part(node.Pattern));
        if (text.Kind == OperandKind.Null || pattern.Kind == OperandKind.Null) return Operand.Condition("NULL::boolean");
        string sql = node.Operator switch
        {
            "LIKE" => Like(text, pattern, node.Escape),
            "GLOB" => GlobPattern.Write(text, pattern),
            _ => throw new Refusal($"{node.Operator}, which is a function of the application's"),
        };
        return Operand.Condition(node.Not ? $"(NOT {sql})" : sql);
    }

    // LIKE takes A for a, and that for no other letters than A to Z. It has no escape character unless it is given one; PostgreSQL's has the backslash.
    private static string Like(Operand text, Operand pattern, SqlNode? escape)
    {
        string escapeSql = " ESCAPE ''";
        if (escape is not null)
        {
            if (escape is not TextNode { Value.Length: 1 } character || character.Value[0] is '%' or '_' || char.IsAsciiLetter(character.Value[0]))
                throw new Refusal("LIKE with such an ESCAPE");
            if (pattern.Literal is not TextNode known || EndsInEscape(known.Value, character.Value[0]))
                throw new Refusal("LIKE with an ESCAPE and a pattern that may end with it");
            escapeSql = $" ESCAPE {Literals.Quote(character.Value)}";
        }
        else if (pattern.Literal is TextNode plain && !plain.Value.Contains('\\', StringComparison.Ordinal))
        {
            escapeSql = "";
        }

        return pattern.Literal is TextNode literal && !literal.Value.Any(char.IsAsciiLetter)
            ? $"({text.Sql} LIKE {pattern.Sql}{escapeSql})"
            : $"({Texts.Lower(text)} LIKE {Texts.Lower(pattern)}{escapeSql})";
    }

    private static bool EndsInEscape(string pattern, char escape)
    {
        bool escaped = false;
        foreach (char c in pattern) escaped = !escaped && c == escape;
        return escaped;
    }
}

/// <summary>Makes a regular expression of a pattern of GLOB: * and ? and […], where * and ? and [ lose their meaning within brackets only.</summary>
internal static class GlobPattern
{
    internal static string Write(Operand text, Operand pattern)
    {
        if (pattern.Literal is not TextNode literal) throw new Refusal("GLOB with a pattern that is no literal");
        var regex = new StringBuilder("^");
        string glob = literal.Value;
        for (int i = 0; i < glob.Length; i++)
        {
            switch (glob[i])
            {
                case '*':
                    regex.Append(".*");
                    break;
                case '?':
                    regex.Append('.');
                    break;
                case '[':
                    i = Class(glob, i + 1, regex);
                    break;
                default:
                    Append(regex, glob[i]);
                    break;
            }
        }

        return $"({text.Sql} COLLATE \"C\" ~ {Literals.Quote(regex.Append('$').ToString())})";
    }

    // The place of the closing bracket. A ] that comes first is an ordinary character; so is a - that comes first or last.
    private static int Class(string glob, int at, StringBuilder regex)
    {
        regex.Append('[');
        if (at < glob.Length && glob[at] == '^')
        {
            regex.Append('^');
            at++;
        }

        // Behind a ] that comes first no range begins.
        int first = at;
        if (glob[at..].StartsWith("]-", StringComparison.Ordinal)) throw new Refusal("GLOB with such a bracket");
        while (at < glob.Length && (glob[at] != ']' || at == first))
        {
            if (char.IsSurrogate(glob[at])) throw new Refusal("GLOB with such a character in brackets");
            bool range = at + 2 < glob.Length && glob[at + 1] == '-' && glob[at + 2] != ']';
            if (range && glob[at + 2] < glob[at]) throw new Refusal("GLOB with a range that runs backwards");
            Append(regex, glob[at++]);
            if (!range) continue;
            regex.Append('-');
            Append(regex, glob[at + 1]);
            at += 2;
        }

        if (at >= glob.Length) throw new Refusal("GLOB with a bracket that is not closed");
        regex.Append(']');
        return at;
    }

    private static void Append(StringBuilder regex, char c)
    {
        if ("\\^$.|?*+()[]{}-".Contains(c, StringComparison.Ordinal)) regex.Append('\\');
        regex.Append(c);
    }
}
