using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace EmrSim.Core.Migration.Values;

/// <summary>
/// A decimal number as PostgreSQL's binary <c>numeric</c> has it: groups of four digits, the weight of the first as a power of 10 000, and how many digits are shown
/// behind the point (numeric_send and numeric_recv in src/backend/utils/adt/numeric.c). Numbers of up to 32 digits need no memory of their own.
/// </summary>
internal readonly struct PgNumeric
{
    /// <summary>The most digits behind the point (NUMERIC_DSCALE_MAX).</summary>
    internal const int GreatestScale = 16_383;

    /// <summary>The most digits before the point: 4 × (2^15) (NUMERIC_WEIGHT_MAX).</summary>
    internal const int MostWholeDigits = 131_072;

    private const int GroupDigits = 4;
    private const int HeaderLength = 8;
    private const int StackDigits = 256;
    private const ushort NegativeSign = 0x4000;
    private const ushort NotANumberSign = 0xC000;
    private const ushort InfinitySign = 0xD000;
    private const ushort NegativeInfinitySign = 0xF000;

    private readonly PgNumericGroups _few;
    private readonly short[]? _many;
    private readonly int _count;
    private readonly ushort _sign;

    private PgNumeric(ushort sign, int weight, int scale, ReadOnlySpan<short> groups)
    {
        _sign = groups.IsEmpty && sign == NegativeSign ? (ushort)0 : sign;
        Weight = groups.IsEmpty ? 0 : weight;
        Scale = scale;
        _count = groups.Length;
        if (groups.Length <= PgNumericGroups.Length) groups.CopyTo(_few);
        else _many = groups.ToArray();
    }

    /// <summary>The power of 10 000 that the first group counts.</summary>
    internal int Weight { get; }

    /// <summary>How many digits are shown behind the point, zeros at the end too.</summary>
    internal int Scale { get; }

    /// <summary>Groups of four digits, the first and the last of which are not zero; none in a zero.</summary>
    [UnscopedRef]
    internal ReadOnlySpan<short> Groups => _many ?? ((ReadOnlySpan<short>)_few)[.._count];

    internal bool IsNegative => _sign is NegativeSign or NegativeInfinitySign;

    internal bool IsZero => _count == 0 && IsFinite;

    /// <summary>Whether it is neither NaN nor (since PostgreSQL 14) an infinity.</summary>
    internal bool IsFinite => _sign is 0 or NegativeSign;

    internal bool IsNaN => _sign == NotANumberSign;

    /// <summary>The length of its binary form.</summary>
    internal int ByteCount => HeaderLength + (_count * sizeof(short));

    /// <summary>An integer.</summary>
    internal static PgNumeric From(long value)
    {
        Span<byte> text = stackalloc byte[20];
        value.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
        return TryParse(text[..length], out PgNumeric number) ? number : default;
    }

    /// <summary>
    /// A real, as the shortest decimal number that reads back as it. False for what is no such number: an infinity, NaN, and minus zero, which numeric does not know.
    /// </summary>
    internal static bool TryFrom(double value, out PgNumeric number)
    {
        number = default;
        if (!double.IsFinite(value) || (value == 0 && double.IsNegative(value))) return false;
        Span<byte> text = stackalloc byte[RealText.Longest];
        return value.TryFormat(text, out int length, "R", CultureInfo.InvariantCulture) && TryParse(text[..length], out number);
    }

    /// <summary>
    /// Reads a decimal number as PostgreSQL itself would write it, but for zeros at its end: no plus, no zeros in front, no exponent, no minus before zero. What is written otherwise,
    /// such as a postal code, would come back as another text.
    /// </summary>
    internal static bool TryParsePlain(ReadOnlySpan<byte> text, out PgNumeric number)
    {
        number = default;
        if (text.ContainsAny("+eE"u8)) return false;
        ReadOnlySpan<byte> digits = text.StartsWith("-"u8) ? text[1..] : text;
        bool plain = digits.Length > 0 && char.IsAsciiDigit((char)digits[0]) && char.IsAsciiDigit((char)digits[^1]) && (digits[0] != '0' || digits.Length == 1 || digits[1] == '.');
        return plain && TryParse(text, out number) && !(number.IsZero && digits.Length < text.Length);
    }

    /// <summary>Reads a decimal number; false where it is none, or none that PostgreSQL can hold.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out PgNumeric number)
    {
        number = default;
        if (!DecimalText.TryParse(text, out DecimalText parts)) return false;
        int count = parts.Whole.Length + parts.Fraction.Length;
        byte[]? rented = count > StackDigits ? ArrayPool<byte>.Shared.Rent(count) : null;
        Span<byte> digits = rented ?? stackalloc byte[StackDigits];
        parts.Whole.CopyTo(digits);
        parts.Fraction.CopyTo(digits[parts.Whole.Length..]);
        bool fits = TryBuild(
            parts.Negative, digits[..count], (long)parts.Whole.Length + parts.Exponent, Math.Max(0, (long)parts.Fraction.Length - parts.Exponent), out number);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return fits;
    }

    /// <summary>Reads the binary form.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> binary, out PgNumeric number)
    {
        number = default;
        if (binary.Length < HeaderLength) return false;
        int count = BinaryPrimitives.ReadUInt16BigEndian(binary), weight = BinaryPrimitives.ReadInt16BigEndian(binary[2..]);
        ushort sign = BinaryPrimitives.ReadUInt16BigEndian(binary[4..]), scale = BinaryPrimitives.ReadUInt16BigEndian(binary[6..]);
        if (binary.Length != HeaderLength + (count * sizeof(short))) return false;
        if (sign is not (0 or NegativeSign or NotANumberSign or InfinitySign or NegativeInfinitySign)) return false;

        short[]? rented = count > PgNumericGroups.Length ? ArrayPool<short>.Shared.Rent(count) : null;
        Span<short> groups = (rented ?? stackalloc short[PgNumericGroups.Length])[..count];
        bool sound = true;
        for (int i = 0; i < count; i++)
        {
            groups[i] = BinaryPrimitives.ReadInt16BigEndian(binary[(HeaderLength + (i * sizeof(short)))..]);
            sound &= groups[i] is >= 0 and <= 9999;
        }

        if (sound) number = new PgNumeric(sign, weight - LeadingZeros(groups), scale, groups.Trim((short)0));
        if (rented is not null) ArrayPool<short>.Shared.Return(rented);
        return sound;
    }

    /// <summary>Writes the binary form.</summary>
    internal void Write(Span<byte> binary)
    {
        BinaryPrimitives.WriteInt16BigEndian(binary, (short)_count);
        BinaryPrimitives.WriteInt16BigEndian(binary[2..], (short)Weight);
        BinaryPrimitives.WriteUInt16BigEndian(binary[4..], _sign);
        BinaryPrimitives.WriteUInt16BigEndian(binary[6..], (ushort)Scale);
        ReadOnlySpan<short> groups = Groups;
        for (int i = 0; i < groups.Length; i++) BinaryPrimitives.WriteInt16BigEndian(binary[(HeaderLength + (i * sizeof(short)))..], groups[i]);
    }

    /// <summary>Whether numeric(precision, scale) holds it exactly, without rounding.</summary>
    internal bool Fits(int precision, int scale) => IsFinite && WholeDigits <= precision - scale && FractionDigits <= scale;

    /// <summary>The digits before the point, without zeros in front; 0 beneath one, negative beneath a tenth.</summary>
    internal int WholeDigits => _count == 0 ? int.MinValue / 2 : (Weight * GroupDigits) + Length(Groups[0]);

    /// <summary>The digits behind the point, without zeros at the end.</summary>
    internal int FractionDigits
    {
        get
        {
            if (_count == 0) return 0;
            int digits = (_count - 1 - Weight) * GroupDigits;
            for (int last = Groups[^1]; last % 10 == 0; last /= 10) digits--;
            return Math.Max(0, digits);
        }
    }

    /// <summary>Whether it is the same number; how many zeros are shown at its end does not count.</summary>
    internal bool ValueEquals(in PgNumeric other) => _sign == other._sign && Weight == other.Weight && Groups.SequenceEqual(other.Groups);

    /// <summary>The number as an integer, where it is one of 64 bits.</summary>
    internal bool TryInteger(out long value)
    {
        value = 0;
        if (!IsFinite || FractionDigits > 0 || WholeDigits > 19) return false;
        Int128 sum = 0;
        for (int i = 0; i <= Weight && _count > 0; i++) sum = (sum * 10_000) + (i < _count ? Groups[i] : 0);
        if (IsNegative) sum = -sum;
        value = (long)sum;
        return sum == value;
    }

    /// <summary>The real whose shortest decimal number this is; false where it has more digits than one, or is NaN.</summary>
    internal bool TryReal(out double value)
    {
        value = IsNegative ? double.NegativeInfinity : double.PositiveInfinity;
        if (!IsFinite) return !IsNaN;
        value = 0;
        if (_count > PgNumericGroups.Length) return false;
        Span<byte> text = stackalloc byte[(PgNumericGroups.Length * GroupDigits) + 16];
        int length = 0;
        if (IsNegative) text[length++] = (byte)'-';
        text[length++] = (byte)'0';
        foreach (short group in Groups)
        {
            group.TryFormat(text[length..], out _, "0000", CultureInfo.InvariantCulture);
            length += GroupDigits;
        }

        text[length++] = (byte)'E';
        ((Weight - Math.Max(0, _count - 1)) * GroupDigits).TryFormat(text[length..], out int exponent, default, CultureInfo.InvariantCulture);
        value = double.Parse(text[..(length + exponent)], NumberStyles.Float, CultureInfo.InvariantCulture);
        return TryFrom(value, out PgNumeric shortest) && ValueEquals(shortest);
    }

    /// <summary>The number in digits, as PostgreSQL shows it.</summary>
    public override string ToString()
    {
        if (!IsFinite) return IsNaN ? "NaN" : IsNegative ? "-Infinity" : "Infinity";
        var text = new StringBuilder(IsNegative ? "-" : "");
        for (int i = Weight; i >= 0; i--) text.Append(CultureInfo.InvariantCulture, $"{Group(i):0000}");
        int zeros = 0, start = IsNegative ? 1 : 0;
        while (start + zeros < text.Length && text[start + zeros] == '0') zeros++;
        text.Remove(start, zeros);
        if (text.Length == start) text.Append('0');
        if (Scale == 0) return text.ToString();
        text.Append('.');
        int point = text.Length;
        for (int i = -1; text.Length - point < Scale; i--) text.Append(CultureInfo.InvariantCulture, $"{Group(i):0000}");
        return text.ToString(0, point + Scale);
    }

    private short Group(int power) => (uint)(Weight - power) < (uint)_count ? Groups[Weight - power] : (short)0;

    private static bool TryBuild(bool negative, ReadOnlySpan<byte> digits, long point, long scale, out PgNumeric number)
    {
        number = default;
        int zeros = digits.IndexOfAnyExcept((byte)'0');
        zeros = zeros < 0 ? digits.Length : zeros;
        digits = digits[zeros..].TrimEnd((byte)'0');
        point -= zeros;
        if (scale > GreatestScale || (!digits.IsEmpty && point > MostWholeDigits)) return false;
        if (digits.IsEmpty)
        {
            number = new PgNumeric(0, 0, (int)scale, default);
            return true;
        }

        // The first group has from one to four of the digits, so that the point lies between two groups.
        int weight = (int)Math.Floor((point - 1) / (double)GroupDigits);
        int first = (int)(point - (weight * GroupDigits)), count = 1 + ((Math.Max(0, digits.Length - first) + GroupDigits - 1) / GroupDigits);
        short[]? rented = count > PgNumericGroups.Length ? ArrayPool<short>.Shared.Rent(count) : null;
        Span<short> groups = (rented ?? stackalloc short[PgNumericGroups.Length])[..count];
        for (int i = 0, at = 0; i < count; i++)
        {
            int group = 0;
            for (int end = i == 0 ? first : at + GroupDigits; at < end; at++) group = (group * 10) + (at < digits.Length ? digits[at] - '0' : 0);
            groups[i] = (short)group;
        }

        number = new PgNumeric(negative ? NegativeSign : (ushort)0, weight, (int)scale, groups);
        if (rented is not null) ArrayPool<short>.Shared.Return(rented);
        return true;
    }

    private static int LeadingZeros(ReadOnlySpan<short> groups)
    {
        int first = groups.IndexOfAnyExcept((short)0);
        return first < 0 ? 0 : first;
    }

    private static int Length(short group) => group >= 1000 ? 4 : group >= 100 ? 3 : group >= 10 ? 2 : 1;
}

/// <summary>Room for a few groups of digits.</summary>
[InlineArray(Length)]
internal struct PgNumericGroups
{
    internal const int Length = 8;

    private short _first;
}
