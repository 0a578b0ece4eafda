using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EmrSim.Core.Migration.Schema.Parsing;

namespace EmrSim.Core.Migration.Schema.Translation;

/// <summary>What a function of dates gives.</summary>
internal enum ClockShape
{
    DateTime,
    Date,
    Time,

    /// <summary>Seconds since 1970.</summary>
    Epoch,

    /// <summary>A text of some other form.</summary>
    Other,
}

/// <summary>
/// The present, as SQLite's functions of dates give it: in UTC, as text. Of other times they are not translated: what they make of a text depends on
/// its form (https://sqlite.org/lang_datefunc.html).
/// </summary>
/// <param name="Moment">A timestamp without a zone, in UTC.</param>
/// <param name="Pattern">The pattern of to_char(); empty for seconds.</param>
/// <param name="Shape">What it looks like.</param>
/// <param name="IsText">Whether seconds are given as a text.</param>
internal sealed partial record Clock(string Moment, string Pattern, ClockShape Shape, bool IsText = true)
{
    private const string Now = "(now() AT TIME ZONE 'UTC')";
    private const string DatePattern = "YYYY-MM-DD";
    private const string TimePattern = "HH24:MI:SS";

    /// <summary>Whether it is the present itself, and not another time counted from it.</summary>
    internal bool IsNow => Moment == Now;

    /// <summary>Reads a call; null where it is none of these functions.</summary>
    internal static Clock? Read(SqlNode node)
    {
        if (node is ClockNode clock)
        {
            return clock.Word switch
            {
                "CURRENT_DATE" => new Clock(Now, DatePattern, ClockShape.Date),
                "CURRENT_TIME" => new Clock(Now, TimePattern, ClockShape.Time),
                _ => new Clock(Now, $"{DatePattern} {TimePattern}", ClockShape.DateTime),
            };
        }

        if (node is not CallNode { Name: "datetime" or "date" or "time" or "strftime" or "unixepoch" or "julianday" or "timediff" } call) return null;
        int first = call.Name == "strftime" ? 1 : 0;
        string moment = MomentOf(call, first);
        return call.Name switch
        {
            "datetime" => new Clock(moment, $"{DatePattern} {TimePattern}", ClockShape.DateTime),
            "date" => new Clock(moment, DatePattern, ClockShape.Date),
            "time" => new Clock(moment, TimePattern, ClockShape.Time),
            "unixepoch" => new Clock(moment, "", ClockShape.Epoch, IsText: false),
            "strftime" when call.Arguments is [TextNode format, ..] => Format(moment, format.Value),
            _ => throw new Refusal($"{call.Name}()"),
        };
    }

    /// <summary>The value as SQLite has it.</summary>
    internal Operand Operand() => Shape == ClockShape.Epoch
        ? IsText
            ? new Operand($"({Seconds}::pg_catalog.text)", OperandKind.Text) { AsInteger = Seconds }
            : new Operand(Seconds, OperandKind.Integer)
        : new Operand($"to_char({Moment}, {Literals.Quote(Pattern)})", OperandKind.Text);

    /// <summary>Seconds since 1970.</summary>
    internal string Seconds => $"(floor(extract(epoch FROM {Moment}))::bigint)";

    private static string MomentOf(CallNode call, int first)
    {
        // Without an argument it is the present.
        if (call.Arguments.Count <= first) return Now;
        if (call.Arguments[first] is not TextNode text || !text.Value.Equals("now", StringComparison.OrdinalIgnoreCase))
            throw new Refusal($"{call.Name}() of anything but 'now'");
        return call.Arguments.Skip(first + 1).Aggregate(Now, (moment, node) => Modify(moment, node, call.Name));
    }

    private static string Modify(string moment, SqlNode node, string name)
    {
        if (node is not TextNode text) throw new Refusal($"{name}() with a modifier that is no literal");
        string modifier = text.Value.Trim().ToLowerInvariant();
        if (modifier is "start of day" or "start of month" or "start of year") return $"date_trunc('{modifier[9..]}', {moment})";
        // A month is left out: SQLite's 31 January and a month is 3 March, PostgreSQL's the 28 February.
        Match match = Span().Match(modifier);
        return match.Success
            ? $"({moment} + interval '{match.Groups[1].Value.TrimStart('+')} {match.Groups[2].Value}')"
            : throw new Refusal($"the modifier '{text.Value}' of {name}()");
    }

    private static Clock Format(string moment, string format)
    {
        if (format == "%s") return new Clock(moment, "", ClockShape.Epoch);
        var pattern = new StringBuilder();
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                Literal(pattern, format[i]);
                continue;
            }

            char field = ++i < format.Length ? format[i] : throw new Refusal("strftime() with such a format");
            if (field == '%') Literal(pattern, '%');
            else pattern.Append(Field(field));
        }

        string text = pattern.ToString();
        ClockShape shape = Moments().IsMatch(text) ? ClockShape.DateTime
            : text == DatePattern ? ClockShape.Date
            : text is TimePattern or TimePattern + ".MS" ? ClockShape.Time
            : ClockShape.Other;
        return new Clock(moment, text, shape);
    }

    private static string Field(char field) => field switch
    {
        'Y' => "YYYY",
        'm' => "MM",
        'd' => "DD",
        'H' => "HH24",
        'M' => "MI",
        'S' => "SS",
        'f' => "SS.MS",
        'j' => "DDD",
        'F' => DatePattern,
        'T' => TimePattern,
        'R' => "HH24:MI",
        _ => throw new Refusal($"%{field} of strftime()"),
    };

    // Letters would be patterns unless they are in double quotes.
    private static void Literal(StringBuilder pattern, char c)
    {
        if (c is ' ' or '-' or ':' or '.' or '/' or ',') pattern.Append(c);
        else pattern.Append(CultureInfo.InvariantCulture, $"\"{(c is '"' or '\\' ? "\\" : "")}{c}\"");
    }

    [GeneratedRegex(@"\A([+-]?[0-9]{1,9}) (second|minute|hour|day)s?\z")]
    private static partial Regex Span();

    [GeneratedRegex("""\AYYYY-MM-DD( |"T")HH24:MI:SS(\.MS)?("Z")?\z""")]
    private static partial Regex Moments();
}
