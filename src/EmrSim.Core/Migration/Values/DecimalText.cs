using System.Runtime.CompilerServices;

namespace EmrSim.Core.Migration.Values;

/// <summary>A decimal number as it is written, taken apart: <c>[+-]digits[.digits][e[+-]digits]</c>.</summary>
internal readonly ref struct DecimalText
{
    // Beyond this no exponent makes a number that a numeric could hold, however many digits stand before it.
    private const int GreatestExponent = 200_000_000;

    private DecimalText(bool negative, ReadOnlySpan<byte> whole, ReadOnlySpan<byte> fraction, int exponent)
    {
        Negative = negative;
        Whole = whole;
        Fraction = fraction;
        Exponent = exponent;
    }

    /// <summary>Whether it begins with a minus, also where it is zero.</summary>
    internal bool Negative { get; }

    /// <summary>The digits before the point.</summary>
    internal ReadOnlySpan<byte> Whole { get; }

    /// <summary>The digits behind it.</summary>
    internal ReadOnlySpan<byte> Fraction { get; }

    /// <summary>The power of ten that it is multiplied by.</summary>
    internal int Exponent { get; }

    /// <summary>Reads a text that is a number, and nothing beside it.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out DecimalText number)
    {
        number = default;
        int at = !text.IsEmpty && text[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        int start = at;
        at += CountDigits(text[at..]);
        ReadOnlySpan<byte> whole = text[start..at], fraction = default;
        if (at < text.Length && text[at] == '.')
        {
            start = ++at;
            at += CountDigits(text[at..]);
            fraction = text[start..at];
        }

        if (whole.IsEmpty && fraction.IsEmpty) return false;
        int exponent = 0;
        if (at < text.Length && !TryExponent(text[at..], out exponent)) return false;
        number = new DecimalText(text[0] == '-', whole, fraction, exponent);
        return true;
    }

    private static bool TryExponent(ReadOnlySpan<byte> text, out int exponent)
    {
        exponent = 0;
        if ((text[0] | 0x20) != 'e') return false;
        text = text[1..];
        bool negative = !text.IsEmpty && text[0] == '-';
        if (negative || (!text.IsEmpty && text[0] == '+')) text = text[1..];
        if (text.IsEmpty || CountDigits(text) != text.Length) return false;
        foreach (byte digit in text) exponent = Math.Min((exponent * 10) + digit - '0', GreatestExponent);
        if (negative) exponent = -exponent;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CountDigits(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return end < 0 ? text.Length : end;
    }
}
