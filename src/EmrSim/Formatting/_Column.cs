using System.ComponentModel;
using System.Management.Automation.Host;

namespace EmrSim.Formatting;

/// <summary>Fits names into tables, for EmrSim.Format.ps1xml. Public because formatting runs as script; not for scripts of your own.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class _Column
{
    // What PowerShell takes for the width of a host that has none.
    private const int UsualWidth = 80;
    private const int Narrowest = 10;

    /// <summary>
    /// A text as long as the screen leaves room for, cut in the middle: names of sets often differ at their ends. PowerShell gives a column what its longest
    /// text takes, and leaves away the columns at the right for which nothing remains, such as the outcome.
    /// </summary>
    /// <param name="text">The text; null is an empty one.</param>
    /// <param name="host">The host whose screen it is.</param>
    /// <param name="others">How many characters the other columns take, with the blanks between.</param>
    /// <param name="most">How many it may have on a wide screen, where another column can use the room better.</param>
    public static string Fit(string? text, PSHost? host, int others, int most = int.MaxValue) =>
        Cut(text ?? "", Math.Clamp(WidthOf(host) - others, Narrowest, Math.Max(most, Narrowest)));

    /// <summary>A text of at most so many characters, with an ellipsis for what was cut from its middle.</summary>
    /// <param name="text">The text.</param>
    /// <param name="width">How many characters it may have, two or more.</param>
    public static string Cut(string text, int width)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length <= width) return text;
        int head = width / 2, tail = text.Length - (width - 1 - head);
        // Both halves of a pair stay or go together.
        if (char.IsLowSurrogate(text[head])) head--;
        if (tail < text.Length && char.IsLowSurrogate(text[tail])) tail++;
        return $"{text.AsSpan(0, head)}…{text.AsSpan(tail)}";
    }

    private static int WidthOf(PSHost? host)
    {
        try
        {
            return host?.UI?.RawUI?.BufferSize.Width is { } width and > 0 ? width : UsualWidth;
        }
        catch (Exception e) when (e is HostException or NotImplementedException or NotSupportedException or InvalidOperationException or IOException)
        {
            return UsualWidth;
        }
    }
}
