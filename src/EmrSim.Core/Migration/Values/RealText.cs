using System.Globalization;

namespace EmrSim.Core.Migration.Values;

/// <summary>
/// Writes a real as a text, as SQLite's CAST has done since 3.52: with the fewest digits where 15 tell it from its neighbours, and otherwise with 17. Either reads back as
/// the same number. Of 17, SQLite's own last digit may be one off; older versions wrote 15 in any case.
/// </summary>
internal static class RealText
{
    /// <summary>No text is longer.</summary>
    internal const int Longest = 32;

    private const int MostDigits = 20;
    private const int LeastPlainExponent = -4;
    private const int GreatestPlainExponent = 16;
    private const int FewDigits = 15;
    private const double LeastNormal = 2.2250738585072014E-308;

    /// <summary>Writes it, and gives how many bytes it has.</summary>
    /// <param name="value">Any number.</param>
    /// <param name="text">Room for <see cref="Longest"/> bytes.</param>
    internal static int Write(double value, Span<byte> text)
    {
        var writer = new Writer(text);
        // SQLite's cast loses the sign of minus zero; a text that stands for the number must not.
        if (double.IsNegative(value)) writer.Add('-');
        if (double.IsInfinity(value))
        {
            "Inf"u8.CopyTo(text[writer.Length..]);
            return writer.Length + 3;
        }

        Span<byte> digits = stackalloc byte[MostDigits];
        double size = Math.Abs(value);
        int count = Read(size, "R", digits, out int exponent);
        // The least numbers of all have so few digits of their own that the rule is not asked.
        if (count > FewDigits || (size < LeastNormal && size > 0)) count = Read(size, "E16", digits, out exponent);
        ReadOnlySpan<byte> known = digits[..count];
        if (exponent is < LeastPlainExponent or > GreatestPlainExponent) writer.AddScientific(known, exponent);
        else writer.AddPlain(known, exponent);
        return writer.Length;
    }

    /// <summary>The digits of a form of a number, without zeros at either end, and the exponent of the first.</summary>
    private static int Read(double value, string format, Span<byte> digits, out int exponent)
    {
        Span<byte> form = stackalloc byte[Longest];
        exponent = 0;
        if (value.TryFormat(form, out int length, format, CultureInfo.InvariantCulture))
        {
            ReadOnlySpan<byte> text = form[..length];
            int e = text.IndexOf((byte)'E');
            if (e >= 0)
            {
                exponent = int.Parse(text[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
                text = text[..e];
            }

            int point = text.IndexOf((byte)'.');
            exponent += (point < 0 ? text.Length : point) - 1;
            int count = 0;
            foreach (byte b in text)
            {
                if (b == '.') continue;
                if (count == 0 && b == '0')
                {
                    exponent--;
                    continue;
                }

                digits[count++] = b;
                if (count == digits.Length) break;
            }

            while (count > 1 && digits[count - 1] == '0') count--;
            if (count > 0) return count;
        }

        exponent = 0;
        digits[0] = (byte)'0';
        return 1;
    }

    private ref struct Writer(Span<byte> text)
    {
        private readonly Span<byte> _text = text;

        internal int Length { get; private set; }

        internal void Add(char letter) => _text[Length++] = (byte)letter;

        internal void AddPlain(scoped ReadOnlySpan<byte> digits, int exponent)
        {
            if (exponent < 0)
            {
                Add('0');
                Add('.');
                for (int i = -1; i > exponent; i--) Add('0');
                AddAll(digits);
                return;
            }

            int whole = exponent + 1;
            AddAll(digits[..Math.Min(whole, digits.Length)]);
            for (int i = digits.Length; i < whole; i++) Add('0');
            Add('.');
            if (digits.Length > whole) AddAll(digits[whole..]);
            else Add('0');
        }

        internal void AddScientific(scoped ReadOnlySpan<byte> digits, int exponent)
        {
            Add((char)digits[0]);
            Add('.');
            if (digits.Length > 1) AddAll(digits[1..]);
            else Add('0');
            Add('e');
            Add(exponent < 0 ? '-' : '+');
            Math.Abs(exponent).TryFormat(_text[Length..], out int length, "00", CultureInfo.InvariantCulture);
            Length += length;
        }

        private void AddAll(scoped ReadOnlySpan<byte> digits)
        {
            digits.CopyTo(_text[Length..]);
            Length += digits.Length;
        }
    }
}
