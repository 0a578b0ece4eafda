using System.Text;

namespace EmrSim.Core.Migration.Values;

/// <summary>Reads true, false, t, f, yes, no, on and off, in any case: what PostgreSQL takes for a boolean, but for single letters and digits that mean other things elsewhere.</summary>
internal static class BooleanText
{
    private const int Longest = 5;

    /// <summary>Reads a text that is one of these words.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out bool value)
    {
        value = false;
        if (text.Length is 0 or > Longest) return false;
        switch (text[0] | 0x20)
        {
            case 't':
                value = true;
                return text.Length == 1 || Ascii.EqualsIgnoreCase(text, "true"u8);
            case 'f':
                return text.Length == 1 || Ascii.EqualsIgnoreCase(text, "false"u8);
            case 'y':
                value = true;
                return Ascii.EqualsIgnoreCase(text, "yes"u8);
            case 'n':
                return Ascii.EqualsIgnoreCase(text, "no"u8);
            case 'o':
                value = text.Length == 2;
                return Ascii.EqualsIgnoreCase(text, value ? "on"u8 : "off"u8);
            default:
                return false;
        }
    }
}
