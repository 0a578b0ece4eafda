using System.Globalization;

namespace EmrSim.Core.Migration.Values;

/// <summary>Reals as text where a column had to be widened: the shortest decimal that reads back as the same 64 bits, which SQLite's own text need not be.</summary>
internal static class RealText
{
    /// <summary>Writes a real as <c>1.0</c>, <c>0.1</c>, <c>1E+300</c>, <c>Infinity</c>.</summary>
    /// <param name="value">It.</param>
    /// <param name="text">At least 32 bytes.</param>
    /// <returns>How many bytes were written.</returns>
    internal static int Write(double value, Span<byte> text)
    {
        value.TryFormat(text, out int length, "R", CultureInfo.InvariantCulture);
        ReadOnlySpan<byte> digits = text[..length];
        if (digits.ContainsAny(".EIN"u8)) return length;
        ".0"u8.CopyTo(text[length..]);
        return length + 2;
    }
}
