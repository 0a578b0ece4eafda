using System.ComponentModel;

namespace EmrSim.Formatting;

/// <summary>Shows the values of a difference, for EmrSim.Format.ps1xml. Public because formatting runs as script; not for scripts of your own.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class _Difference
{
    private const int Width = 60;

    /// <summary>A value: NULL as that word, and quotes around what would not be seen, such as a space at its end.</summary>
    /// <param name="difference">The difference.</param>
    /// <param name="value">Its left or its right.</param>
    public static string Show(EmrDifference difference, string? value)
    {
        ArgumentNullException.ThrowIfNull(difference);
        if (value is null) return difference.Kind == EmrDifferenceKind.Value ? "NULL" : "";
        bool hidden = difference.Kind == EmrDifferenceKind.Value && (value.Length == 0 || value == "NULL" || char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1]));
        string shown = _Column.Cut(value, Width);
        return hidden ? $"'{shown}'" : shown;
    }
}
