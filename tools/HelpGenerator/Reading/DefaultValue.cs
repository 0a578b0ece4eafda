using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace EmrSim.HelpGenerator.Reading;

/// <summary>Writes the value that a property has before it is bound, as one would type it.</summary>
internal static class DefaultValue
{
    private static readonly (long Factor, string Suffix)[] s_units = [(1L << 40, "TB"), (1L << 30, "GB"), (1L << 20, "MB"), (1L << 10, "KB")];

    /// <summary>The default of a parameter; null where it has none.</summary>
    internal static string? Describe(object? value) => value switch
    {
        null or "" => null,
        SwitchParameter on => on.IsPresent ? "True" : "False",
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        long or int => Number(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        string text => text,
        IEnumerable list => List(list),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private static string? List(IEnumerable list)
    {
        string text = string.Join(", ", list.Cast<object?>().Select(Describe));
        return text.Length == 0 ? null : text;
    }

    // 4GB is a number in PowerShell, and easier to read than 4294967296.
    private static string Number(long number)
    {
        foreach ((long factor, string suffix) in s_units)
        {
            if (number != 0 && number % factor == 0) return (number / factor).ToString(CultureInfo.InvariantCulture) + suffix;
        }

        return number.ToString(CultureInfo.InvariantCulture);
    }
}
