using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EmrSim.Core.Migration.Schema.Parsing;
using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>Writes defaults that are literals. They are read here, so that no default waits in PostgreSQL to fail with the first row that needs it.</summary>
internal static partial class DefaultLiteral
{
    internal static string Write(Operand value, PgType target)
    {
        if (value.Kind == OperandKind.Null) return "NULL";
        string? sql = target.Kind switch
        {
            PgKind.Text or PgKind.Varchar => Text(value, target),
            PgKind.Bytea => value.Kind == OperandKind.Bytes ? value.Sql : null,
            PgKind.SmallInt => Integer(value, short.MinValue, short.MaxValue),
            PgKind.Integer => Integer(value, int.MinValue, int.MaxValue),
            PgKind.BigInt => Integer(value, long.MinValue, long.MaxValue),
            PgKind.DoublePrecision => Number(value)?.ToString("R", CultureInfo.InvariantCulture),
            PgKind.Numeric => Numeric(value, target),
            PgKind.Boolean => Boolean(value),
            _ => value.Literal is TextNode text ? Typed(text.Value, target) : null,
        };
        return sql ?? throw new Refusal($"{What(value)} in a column of type {target}");
    }

    // An affinity of text turns numbers into texts. Reals of few digits look alike everywhere.
    private static string? Text(Operand value, PgType target)
    {
        string? text = value.Literal switch
        {
            TextNode literal => literal.Value,
            IntegerNode integer => integer.Value,
            RealNode real when PlainReal().IsMatch(real.Value) => real.Value.Contains('.', StringComparison.Ordinal) ? real.Value : real.Value + ".0",
            _ => null,
        };
        if (text is null) return null;
        return target.Length is { } length && text.EnumerateRunes().Count() > length ? null : Literals.Quote(text);
    }

    // What a text is to a column of numbers: a number where it looks like one.
    private static double? Number(Operand value) => value.Literal is TextNode text
        ? double.TryParse(text.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null
        : Literals.Value(value);

    private static string? Integer(Operand value, long least, long greatest)
    {
        long? whole = value.Literal switch
        {
            IntegerNode integer => long.Parse(integer.Value, CultureInfo.InvariantCulture),
            TextNode text when long.TryParse(text.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out long parsed) => parsed,
            _ => Number(value) is { } real && Math.Truncate(real) == real && Math.Abs(real) < 1L << 53 ? (long)real : null,
        };
        return whole >= least && whole <= greatest ? Literals.Integer(whole.Value).Sql : null;
    }

    // PostgreSQL would round what has more digits behind the point.
    private static string? Numeric(Operand value, PgType target)
    {
        if (Number(value) is not { } number || Math.Abs(number) > 1e15) return null;
        decimal exact = new(number);
        bool fits = target is not { Length: { } precision, Scale: { } scale } ||
            (scale >= 0 && decimal.Round(exact, Math.Min(scale, 28)) == exact && Math.Abs(number) < Math.Pow(10, precision - scale));
        return fits ? exact.ToString(CultureInfo.InvariantCulture) : null;
    }

    private static string? Boolean(Operand value) => value.Literal switch
    {
        IntegerNode { Value: "0" } or TextNode { Value: "0" } => "false",
        IntegerNode { Value: "1" } or TextNode { Value: "1" } => "true",
        TextNode text when BooleanText.TryParse(Encoding.UTF8.GetBytes(text.Value), out bool flag) => flag ? "true" : "false",
        _ => null,
    };

    private static string? Typed(string text, PgType target)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        bool isInstant = TimeText.TryInstant(bytes, out _, out bool zoned, out bool fine) && !fine;
        bool fits = target.Kind switch
        {
            PgKind.Date => TimeText.TryDate(bytes, out _),
            PgKind.TimestampTz => isInstant,
            PgKind.Timestamp => isInstant && !zoned,
            PgKind.Time => TimeText.TryTime(bytes, out _, out bool fineTime) && !fineTime,
            PgKind.Uuid => UuidText.TryParse(bytes, stackalloc byte[16]),
            PgKind.Json => JsonText.IsValid(bytes),
            PgKind.Jsonb => JsonText.FitsJsonb(bytes, out _),
            _ => false,
        };
        if (!fits) return null;
        // Without a zone SQLite's times are UTC, whatever the zone of the session is.
        return Literals.Quote(target.Kind != PgKind.TimestampTz || zoned ? text : text + (text.Length == 10 ? " 00:00Z" : "Z"));
    }

    private static string What(Operand value) => value.Literal switch
    {
        TextNode text => $"the text '{text.Value}'",
        IntegerNode integer => $"the number {integer.Value}",
        RealNode real => $"the number {real.Value}",
        _ => $"a {Kinds.Name(value.Kind)}",
    };

    [GeneratedRegex(@"\A-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,6})?\z")]
    private static partial Regex PlainReal();
}
