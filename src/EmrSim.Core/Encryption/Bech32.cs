namespace EmrSim.Core.Encryption;

/// <summary>Bech32 (BIP 173) without its limit of 90 characters: a name, the digit 1, data in 5 bits a character, a checksum.</summary>
internal static class Bech32
{
    private const string Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private const int ChecksumLength = 6;

    // The generator of the code, from BIP 173.
    private static readonly uint[] s_generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

    /// <summary>Lower-case text.</summary>
    /// <param name="name">The part before the 1, in lower case.</param>
    /// <param name="data">The bytes.</param>
    /// <param name="text">Takes the characters; <see cref="Length"/> of them.</param>
    internal static void Encode(ReadOnlySpan<char> name, ReadOnlySpan<byte> data, Span<char> text)
    {
        name.CopyTo(text);
        text[name.Length] = '1';
        uint checksum = Start(name);
        int at = name.Length + 1;
        uint bits = 0;
        int count = 0;
        foreach (byte b in data)
        {
            bits = (bits << 8) | b;
            for (count += 8; count >= 5; count -= 5) Put(text, ref at, ref checksum, (bits >> (count - 5)) & 31);
        }

        if (count > 0) Put(text, ref at, ref checksum, (bits << (5 - count)) & 31);
        for (int i = 0; i < ChecksumLength; i++) checksum = Step(checksum, 0);
        checksum ^= 1;
        for (int i = 0; i < ChecksumLength; i++) text[at++] = Alphabet[(int)((checksum >> (5 * (ChecksumLength - 1 - i))) & 31)];
    }

    /// <summary>How long the text of so many bytes is.</summary>
    internal static int Length(int name, int data) => name + 1 + (data * 8 + 4) / 5 + ChecksumLength;

    /// <summary>Reads text of a name and a length that are known, all in the case of the name.</summary>
    /// <param name="name">The part before the 1, in the case that the whole text must have.</param>
    /// <param name="text">The text.</param>
    /// <param name="data">Takes the bytes; its length is that which the text must have.</param>
    /// <returns>Whether all of it is right.</returns>
    internal static bool TryDecode(ReadOnlySpan<char> name, ReadOnlySpan<char> text, Span<byte> data)
    {
        if (text.Length != Length(name.Length, data.Length) || !text.StartsWith(name, StringComparison.Ordinal) || text[name.Length] != '1') return false;
        bool upper = char.IsAsciiLetterUpper(name[0]);
        uint checksum = Start(name);
        uint bits = 0;
        int count = 0;
        int written = 0;
        for (int i = name.Length + 1; i < text.Length; i++)
        {
            if (upper ? char.IsAsciiLetterLower(text[i]) : char.IsAsciiLetterUpper(text[i])) return false;
            int value = Alphabet.IndexOf(char.ToLowerInvariant(text[i]), StringComparison.Ordinal);
            if (value < 0) return false;
            checksum = Step(checksum, (uint)value);
            if (i >= text.Length - ChecksumLength) continue;
            bits = (bits << 5) | (uint)value;
            count += 5;
            if (count < 8) continue;
            count -= 8;
            data[written++] = (byte)(bits >> count);
        }

        // The bits that fill up the last character are zero, else two texts would mean the same bytes.
        return checksum == 1 && (bits & ((1u << count) - 1)) == 0;
    }

    private static void Put(Span<char> text, ref int at, ref uint checksum, uint value)
    {
        text[at++] = Alphabet[(int)value];
        checksum = Step(checksum, value);
    }

    private static uint Start(ReadOnlySpan<char> name)
    {
        uint checksum = 1;
        foreach (char c in name) checksum = Step(checksum, (uint)char.ToLowerInvariant(c) >> 5);
        checksum = Step(checksum, 0);
        foreach (char c in name) checksum = Step(checksum, (uint)char.ToLowerInvariant(c) & 31);
        return checksum;
    }

    private static uint Step(uint checksum, uint value)
    {
        uint top = checksum >> 25;
        checksum = ((checksum & 0x1ffffff) << 5) ^ value;
        for (int i = 0; i < s_generator.Length; i++)
        {
            if (((top >> i) & 1) == 1) checksum ^= s_generator[i];
        }

        return checksum;
    }
}
