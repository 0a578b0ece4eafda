namespace EmrSim.Core.Migration.Values;

/// <summary>Reads UUIDs of 8-4-4-4-12 hexadecimal digits. PostgreSQL reads other forms too, but writes this one, in lower case.</summary>
internal static class UuidText
{
    internal const int Length = 36;
    private const int ByteCount = 16;

    /// <summary>Reads a text that is a UUID as its 16 bytes in the order of their digits.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, Span<byte> bytes16)
    {
        if (text.Length != Length || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return false;
        int at = 0;
        for (int i = 0; i < ByteCount; i++)
        {
            if (i is 4 or 6 or 8 or 10) at++;
            int high = Digit(text[at]), low = Digit(text[at + 1]);
            if ((high | low) < 0) return false;
            bytes16[i] = (byte)((high << 4) | low);
            at += 2;
        }

        return true;
    }

    /// <summary>Whether a text is a UUID in the form in which PostgreSQL writes it back.</summary>
    internal static bool IsCanonical(ReadOnlySpan<byte> text)
    {
        Span<byte> bytes = stackalloc byte[ByteCount];
        return TryParse(text, bytes) && text.IndexOfAnyInRange((byte)'A', (byte)'F') < 0;
    }

    private static int Digit(byte letter)
    {
        int digit = letter - '0';
        if ((uint)digit <= 9) return digit;
        int folded = (letter | 0x20) - 'a';
        return (uint)folded <= 5 ? folded + 10 : -1;
    }
}
