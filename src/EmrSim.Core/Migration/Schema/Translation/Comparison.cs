using System.Globalization;
using EmrSim.Core.Migration.Schema.Parsing;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>Writes comparisons by SQLite's rules of affinity (https://sqlite.org/datatype3.html#comparison_expressions).</summary>
internal static class Comparison
{
    private const int SafePrecision = 15;

    /// <summary>=, &lt;&gt;, &lt;, &lt;=, &gt;, &gt;=, IS, IS NOT.</summary>
    internal static Operand Write(string name, Operand left, Operand right)
    {
        if (left.Kind == OperandKind.Null || right.Kind == OperandKind.Null)
        {
            if (name is not ("IS" or "IS NOT")) return Operand.Condition("NULL::boolean");
            Operand other = left.Kind == OperandKind.Null ? right : left;
            return Operand.Condition($"({other.Sql} {name} NULL)");
        }

        bool sorts = name is "<" or "<=" or ">" or ">=";
        (string l, string r) = Align(left, right, sorts);
        string symbol = name switch { "IS" => "IS NOT DISTINCT FROM", "IS NOT" => "IS DISTINCT FROM", _ => name };
        return Operand.Condition($"({l} {symbol} {r})");
    }

    /// <summary>Both sides as PostgreSQL has to compare them.</summary>
    /// <param name="left">The left one.</param>
    /// <param name="right">The right one.</param>
    /// <param name="sorts">Whether their order matters, and not only whether they are the same.</param>
    internal static (string Left, string Right) Align(Operand left, Operand right, bool sorts)
    {
        string collation = Collation(left, right);
        (left, right) = Affinity(left, right);
        if (left.Kind == OperandKind.Text && right.Kind == OperandKind.Text) return AlignTexts(left, right, collation, sorts);
        if (Kinds.IsNumber(left.Kind) && Kinds.IsNumber(right.Kind)) return AlignNumbers(left, right, sorts);
        if (left.Kind == OperandKind.Bytes && right.Kind == OperandKind.Bytes) return (left.Sql, right.Sql);
        if (collation == "BINARY" && (AlignTyped(left, right) ?? AlignTyped(right, left, swapped: true)) is { } typed) return typed;
        if (Kinds.IsMoment(left.Kind) || Kinds.IsMoment(right.Kind)) throw new Refusal("a comparison of times, which SQLite compares as texts");
        throw new Refusal($"a comparison of a {Kinds.Name(left.Kind)} with a {Kinds.Name(right.Kind)}");
    }

    private static string Collation(Operand left, Operand right)
    {
        if (left.Collated) return left.Collation!;
        return right.Collated ? right.Collation! : left.Collation ?? right.Collation ?? "BINARY";
    }

    // A number beside a number's column becomes one; a number beside a text's column becomes a text.
    private static (Operand Left, Operand Right) Affinity(Operand left, Operand right)
    {
        bool leftNumeric = IsNumeric(left.Affinity);
        bool rightNumeric = IsNumeric(right.Affinity);
        if (leftNumeric && !rightNumeric) return (left, ToNumber(right));
        if (rightNumeric && !leftNumeric) return (ToNumber(left), right);
        if (left.Affinity == SqliteAffinity.Text && right.Affinity is null && right.Kind != OperandKind.Bytes) return (left, Texts.Of(right));
        if (right.Affinity == SqliteAffinity.Text && left.Affinity is null && left.Kind != OperandKind.Bytes) return (Texts.Of(left), right);
        return (left, right);
    }

    private static bool IsNumeric(SqliteAffinity? affinity) => affinity is SqliteAffinity.Integer or SqliteAffinity.Numeric or SqliteAffinity.Real;

    private static Operand ToNumber(Operand operand)
    {
        if (operand.Kind != OperandKind.Text) return operand;
        if (operand.Literal is not TextNode text) throw new Refusal("a comparison of a text with a number's column");
        string digits = text.Value.Trim(' ', '\t', '\n', '\v', '\f', '\r');
        if (digits.Length == 0 || !double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out _)) return operand;
        bool negative = digits[0] == '-';
        digits = digits.TrimStart('+', '-');
        return digits.All(char.IsAsciiDigit) ? Literals.Integer(digits, negative)
            : digits.All(c => char.IsAsciiDigit(c) || c is '.') ? Literals.Real(digits, negative)
            : throw new Refusal($"the text '{text.Value}' as a number");
    }

    private static (string Left, string Right) AlignTexts(Operand left, Operand right, string collation, bool sorts) => collation switch
    {
        "BINARY" when !sorts || left.Bytewise || right.Bytewise => (left.Sql, right.Sql),
        "BINARY" => (Texts.Bytewise(left), right.Sql),
        "NOCASE" => (Texts.Lower(left), Texts.Lower(right)),
        "RTRIM" => ($"rtrim({left.Sql} COLLATE \"C\")", $"rtrim({right.Sql} COLLATE \"C\")"),
        _ => throw new Refusal($"the collation {collation}"),
    };

    private static (string Left, string Right) AlignNumbers(Operand left, Operand right, bool sorts)
    {
        if (left.Kind == OperandKind.Boolean || right.Kind == OperandKind.Boolean)
        {
            if (left.Kind == right.Kind) return (left.Sql, right.Sql);
            if (!sorts && Bit(right) is { } r) return (left.Sql, r);
            if (!sorts && Bit(left) is { } l) return (l, right.Sql);
            if (left.Kind == OperandKind.Boolean) left = Numbers.Of(left);
            if (right.Kind == OperandKind.Boolean) right = Numbers.Of(right);
        }

        if (left.Kind == right.Kind && left.Kind != OperandKind.Numeric) return (left.Sql, right.Sql);
        // PostgreSQL compares an integer with a real in floating point, SQLite exactly.
        if (left.Kind != OperandKind.Real && Literals.Value(right) is not null) return (left.Sql, Literals.Decimal(right) ?? throw Inexact(left, right));
        if (right.Kind != OperandKind.Real && Literals.Value(left) is not null) return (Literals.Decimal(left) ?? throw Inexact(left, right), right.Sql);
        bool exact = IsExact(left) && IsExact(right);
        return exact ? (left.Sql, right.Sql) : throw Inexact(left, right);
    }

    // Beside a real: integers of 32 bits, and literals, and numerics that are short enough to be a real's own digits.
    private static bool IsExact(Operand operand) => operand.Kind switch
    {
        OperandKind.Real => true,
        OperandKind.Integer => operand.Narrow || Literals.Decimal(operand) is not null,
        _ => operand.Column?.Type.Length is <= SafePrecision,
    };

    private static Refusal Inexact(Operand left, Operand right) =>
        new($"a comparison of a {Kinds.Name(left.Kind)} with a {Kinds.Name(right.Kind)}, which PostgreSQL rounds");

    private static string? Bit(Operand operand) => Literals.Whole(operand) switch { 0 => "false", 1 => "true", _ => null };

    // Dates have one form only, and uuids have where it is known.
    private static (string Left, string Right)? AlignTyped(Operand left, Operand right, bool swapped = false)
    {
        string? other = (left.Kind, right) switch
        {
            (OperandKind.Date, { Kind: OperandKind.Date }) => right.Sql,
            (OperandKind.Date, { Literal: TextNode text }) when DateOnly.TryParseExact(text.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) =>
                $"{right.Sql}::pg_catalog.date",
            (OperandKind.Uuid, { Kind: OperandKind.Uuid, Column.Canonical: true }) when left.Column is { Canonical: true } => right.Sql,
            (OperandKind.Uuid, { Literal: TextNode text }) when left.Column is { Canonical: true } && IsCanonicalUuid(text.Value) => $"{right.Sql}::pg_catalog.uuid",
            _ => null,
        };
        if (other is null) return null;
        return swapped ? (other, left.Sql) : (left.Sql, other);
    }

    internal static bool IsCanonicalUuid(string text) => Guid.TryParseExact(text, "D", out Guid guid) && guid.ToString("D") == text;
}
