using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace EmrSim.Core.Migration.Proof;

/// <summary>A decimal number as its digits, read from text or from PostgreSQL's numeric; the digits lie in room that is used again.</summary>
internal sealed class DecimalDigits
{
    private const int GroupDigits = 4;
    private const int HeaderLength = 8;
    private const ushort Negative = 0x4000;
    private const ushort NotANumber = 0xC000;
    private const ushort PositiveInfinity = 0xD000;
    private const ushort NegativeInfinity = 0xF000;

    // So many digits are told apart by a double, wherever they stand; and no double's shortest form has more than 17.
    private const int SafeDigits = 15;
    private const int MostDigits = 17;
    private const int LongDigits = 19;
    private const int MostExponent = 1_000_000_000;

    // Powers of ten that are doubles exactly; a product or quotient of two exact doubles is rounded once, which is correctly.
    private static readonly double[] s_powers =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    private byte[] _digits = new byte[64];
    private int _start;
    private int _length;

    internal bool IsNegative { get; private set; }

    /// <summary>The power of ten of the last digit.</summary>
    internal int Exponent { get; private set; }

    /// <summary>The digits, without zeros at either end; none for zero.</summary>
    internal ReadOnlySpan<byte> Digits => _digits.AsSpan(_start, _length);

    /// <summary>Reads <c>[-+]digits[.digits][e[-+]digits]</c>; false where it is something else, or beyond all reckoning.</summary>
    [MethodImpl(Sqlite.Hot.Loop)]
    internal bool TryRead(ReadOnlySpan<byte> text)
    {
        int at = 0;
        bool negative = false;
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
        {
            negative = text[0] == '-';
            at = 1;
        }

        Reset(text.Length);
        int fraction = 0, seen = 0;
        bool point = false;
        for (; at < text.Length; at++)
        {
            byte letter = text[at];
            if ((uint)(letter - '0') <= 9)
            {
                seen++;
                if (point) fraction++;
                _digits[_length++] = letter;
            }
            else if (letter == '.' && !point)
            {
                point = true;
            }
            else
            {
                break;
            }
        }

        if (seen == 0) return false;
        int exponent = 0;
        if (at < text.Length)
        {
            if ((text[at] | 0x20) != 'e' || !TryExponent(text[(at + 1)..], out exponent)) return false;
        }

        IsNegative = negative;
        Exponent = exponent - fraction;
        Trim();
        return true;
    }

    /// <summary>Reads PostgreSQL's binary numeric: ndigits, weight, sign, dscale, and digits to the base of 10 000 (numeric_send in adt/numeric.c).</summary>
    /// <param name="field">The field.</param>
    /// <param name="special">NaN or an infinity instead of digits.</param>
    [MethodImpl(Sqlite.Hot.Loop)]
    internal bool TryRead(ReadOnlySpan<byte> field, out double special)
    {
        int groups = BinaryPrimitives.ReadUInt16BigEndian(field);
        int weight = BinaryPrimitives.ReadInt16BigEndian(field[2..]);
        ushort sign = BinaryPrimitives.ReadUInt16BigEndian(field[4..]);
        special = sign switch
        {
            NotANumber => double.NaN,
            PositiveInfinity => double.PositiveInfinity,
            NegativeInfinity => double.NegativeInfinity,
            _ => 0,
        };
        if (special != 0) return false;

        Reset(groups * GroupDigits);
        for (int i = 0; i < groups; i++)
        {
            int group = BinaryPrimitives.ReadInt16BigEndian(field[(HeaderLength + (2 * i))..]);
            _digits[_length] = (byte)('0' + (group / 1000));
            _digits[_length + 1] = (byte)('0' + (group / 100 % 10));
            _digits[_length + 2] = (byte)('0' + (group / 10 % 10));
            _digits[_length + 3] = (byte)('0' + (group % 10));
            _length += GroupDigits;
        }

        IsNegative = sign == Negative;
        Exponent = (weight - groups + 1) * GroupDigits;
        Trim();
        return true;
    }

    /// <summary>
    /// Appends the number in the form that the same number has however it is stored: as an integer, as the double whose shortest form it is, or by its digits.
    /// </summary>
    [MethodImpl(Sqlite.Hot.Loop)]
    internal void AppendTo(CanonicalRow row)
    {
        if (_length == 0) row.Integer(0);
        else if (TryInteger(out long integer)) row.Integer(integer);
        else if (TryReal(out double real)) row.Real(real);
        else row.Decimal(IsNegative, Digits, Exponent);
    }

    private bool TryInteger(out long value)
    {
        value = 0;
        if (Exponent < 0 || _length + Exponent > LongDigits) return false;
        UInt128 wide = Mantissa();
        for (int i = 0; i < Exponent; i++) wide *= 10;
        UInt128 most = IsNegative ? (UInt128)long.MaxValue + 1 : (UInt128)long.MaxValue;
        if (wide > most) return false;
        value = IsNegative ? (long)-(Int128)wide : (long)wide;
        return true;
    }

    private bool TryReal(out double value)
    {
        value = 0;
        if (_length > MostDigits) return false;
        if (_length <= SafeDigits && Math.Abs((long)Exponent) < s_powers.Length)
        {
            double mantissa = (ulong)Mantissa();
            value = Exponent < 0 ? mantissa / s_powers[-Exponent] : mantissa * s_powers[Exponent];
            if (IsNegative) value = -value;
            return true;
        }

        // The rest is rare: the double is found, and its shortest form compared with the digits.
        Span<byte> text = stackalloc byte[64];
        Digits.CopyTo(text);
        text[_length] = (byte)'E';
        Exponent.TryFormat(text[(_length + 1)..], out int written, default, CultureInfo.InvariantCulture);
        if (!double.TryParse(text[..(_length + 1 + written)], NumberStyles.Float, CultureInfo.InvariantCulture, out double nearest)) return false;
        if (!double.IsFinite(nearest) || nearest == 0) return false;
        nearest.TryFormat(text, out written, "R", CultureInfo.InvariantCulture);
        var shortest = new DecimalDigits();
        shortest.TryRead(text[..written]);
        if (shortest.Exponent != Exponent || !shortest.Digits.SequenceEqual(Digits)) return false;
        value = IsNegative ? -nearest : nearest;
        return true;
    }

    private UInt128 Mantissa()
    {
        ulong value = 0;
        foreach (byte digit in Digits) value = (value * 10) + (ulong)(digit - '0');
        return value;
    }

    private static bool TryExponent(ReadOnlySpan<byte> text, out int exponent)
    {
        exponent = 0;
        bool negative = false;
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
        {
            negative = text[0] == '-';
            text = text[1..];
        }

        if (text.IsEmpty) return false;
        foreach (byte letter in text)
        {
            if ((uint)(letter - '0') > 9 || exponent > MostExponent / 10) return false;
            exponent = (exponent * 10) + (letter - '0');
        }

        if (negative) exponent = -exponent;
        return true;
    }

    private void Reset(int room)
    {
        _start = _length = 0;
        if (_digits.Length < room) _digits = new byte[room];
    }

    private void Trim()
    {
        while (_length > 0 && _digits[_start] == '0')
        {
            _start++;
            _length--;
        }

        while (_length > 0 && _digits[_start + _length - 1] == '0')
        {
            _length--;
            Exponent++;
        }

        if (_length > 0) return;
        Exponent = 0;
        IsNegative = false;
    }
}
