using System.Globalization;
using EmrSim.Core.Migration.Schema.Parsing;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>Writes literals.</summary>
internal static class Literals
{
    // So many digits are read alike by everybody; SQLite's reading of longer ones has changed over its versions.
    private const int SafeDigits = 15;
    private const long ExactInDouble = 1L << 53;

    internal static string Quote(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal)) throw new Refusal("a text with U+0000");
        return "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
    }

    internal static string Name(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    internal static Operand Text(string text) => new(Quote(text), OperandKind.Text) { Literal = new TextNode(text) };

    internal static Operand Blob(string digits) => new($"'\\x{digits}'::pg_catalog.bytea", OperandKind.Bytes) { Literal = new BlobNode(digits) };

    /// <summary>A whole number as it is written; beyond 64 bits it is a real.</summary>
    internal static Operand Integer(string digits, bool negative)
    {
        try
        {
            return SqlNumber.Integer(digits, negative) is { } value ? Integer(value) : Real(digits, negative);
        }
        catch (SqlSyntaxException e)
        {
            throw new Refusal(e.Message);
        }
    }

    internal static Operand Integer(long value)
    {
        string text = value.ToString(CultureInfo.InvariantCulture);
        // PostgreSQL reads the digits before the sign, and those of the least number do not fit.
        string sql = value == long.MinValue ? $"'{text}'::bigint" : value < 0 ? $"({text})" : text;
        return new Operand(sql, OperandKind.Integer)
        {
            Literal = new IntegerNode(text), Narrow = value is >= int.MinValue and <= int.MaxValue, NonNegative = value >= 0,
        };
    }

    internal static Operand Real(string digits, bool negative)
    {
        string mantissa = digits.Split('e', 'E')[0];
        double value = double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (mantissa.Replace(".", "", StringComparison.Ordinal).Trim('0').Length > SafeDigits || (value != 0 && value is < 1e-20 or > 1e20))
            throw new Refusal($"the number {digits}, which not everybody reads alike");
        return Real(negative ? -value : value);
    }

    /// <summary>The value of a literal number; null where it is none.</summary>
    internal static double? Value(Operand operand) => operand.Literal switch
    {
        IntegerNode integer => long.Parse(integer.Value, CultureInfo.InvariantCulture),
        RealNode real => double.Parse(real.Value, NumberStyles.Float, CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>The value of a literal integer; null where it is none.</summary>
    internal static long? Whole(Operand operand) =>
        operand.Literal is IntegerNode integer ? long.Parse(integer.Value, CultureInfo.InvariantCulture) : null;

    /// <summary>
    /// A literal number as decimal digits, which PostgreSQL compares exactly with integers and numerics. A real is written as shortly as tells it from all
    /// others; no integer that a double holds lies between that and the real itself. Null where the number is too large for that.
    /// </summary>
    internal static string? Decimal(Operand operand)
    {
        if (Value(operand) is not { } value || Math.Abs(value) > ExactInDouble) return null;
        return operand.Literal is IntegerNode ? operand.Sql : $"({new decimal(value).ToString(CultureInfo.InvariantCulture)})";
    }

    private static Operand Real(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return new Operand($"'{text}'::double precision", OperandKind.Real) { Literal = new RealNode(text) };
    }
}
