using System.Globalization;
using System.Text;

namespace EmrSim.Core.Reporting.Html;

/// <summary>Makes any text safe to stand in a page.</summary>
internal static class HtmlText
{
    /// <summary>Appends a text so that it means itself, within an element or a quoted attribute.</summary>
    internal static void Append(StringBuilder page, string text)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '&': page.Append("&amp;"); break;
                case '<': page.Append("&lt;"); break;
                case '>': page.Append("&gt;"); break;
                case '"': page.Append("&quot;"); break;
                case '\'': page.Append("&#39;"); break;
                case '\t' or '\n': page.Append((char)rune.Value); break;
                default:
                    if (IsVisible(rune)) page.Append(rune.ToString());
                    else page.Append(CultureInfo.InvariantCulture, $"[U+{rune.Value:X4}]");
                    break;
            }
        }
    }

    // HTML allows no other control characters. Characters that turn the direction of what follows would let a name rewrite the page around it,
    // so they are shown by number; letters that run from right to left are isolated by <bdi>, which needs no such characters.
    private static bool IsVisible(Rune rune) =>
        !Rune.IsControl(rune) && rune.Value is not (>= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069 or 0x2028 or 0x2029) &&
        !((rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF);
}
