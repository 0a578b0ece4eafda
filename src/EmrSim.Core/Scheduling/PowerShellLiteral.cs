using System.Collections;
using System.Globalization;
using System.Text;

namespace EmrSim.Core.Scheduling;

/// <summary>Writes values as literals of PowerShell, in which nothing is expanded.</summary>
internal static class PowerShellLiteral
{
    // To PowerShell these are all single quotes, and doubling any of them inside a literal means itself.
    private const string Quotes = "'\u2018\u2019\u201a\u201b";

    /// <summary>The literal of a text, a number, a switch, a name of an enumeration, or a list of them.</summary>
    /// <exception cref="EmrSimException">InvalidArgument: a line break or another control character.</exception>
    internal static string Of(object value) => value switch
    {
        string text => OfText(text),
        bool flag => flag ? "$true" : "$false",
        int number => number.ToString(CultureInfo.InvariantCulture),
        Enum name => OfText(name.ToString()),
        IEnumerable list => "@(" + string.Join(", ", list.Cast<object>().Select(Of)) + ")",
        _ => throw new ArgumentOutOfRangeException(nameof(value), value.GetType(), "This type has no literal."),
    };

    /// <summary>Refuses what would break out of its line in a script, a unit or a crontab.</summary>
    /// <exception cref="EmrSimException">InvalidArgument.</exception>
    internal static void RequireOneLine(string text)
    {
        if (text.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029'))
        {
            throw new EmrSimException(
                ErrorCode.InvalidArgument,
                $"'{new string([.. text.Select(c => char.IsControl(c) ? '?' : c)])}' holds a line break or another control character, which a schedule cannot carry.",
                text);
        }
    }

    private static string OfText(string text)
    {
        RequireOneLine(text);
        var literal = new StringBuilder("'");
        foreach (char c in text)
        {
            if (Quotes.Contains(c, StringComparison.Ordinal)) literal.Append(c);
            literal.Append(c);
        }

        return literal.Append('\'').ToString();
    }
}
