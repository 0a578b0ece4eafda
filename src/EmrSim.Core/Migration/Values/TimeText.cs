using System.Runtime.CompilerServices;

namespace EmrSim.Core.Migration.Values;

/// <summary>
/// Reads times as PostgreSQL's binary format has them: microseconds, or days, since 2000-01-01 UTC. No culture and no zone of this machine has a part in it: a time
/// without a zone is UTC, as SQLite's own functions write it. What is not exactly a time (24:00:00, a leap second, 2025-02-30, the year 0 or 10000) is none.
/// </summary>
internal static class TimeText
{
    internal const long Second = 1_000_000;
    internal const long Minute = 60 * Second;
    internal const long Hour = 60 * Minute;
    internal const long Day = 24 * Hour;

    private const int DateLength = 10;
    private const int ShortTime = 5;
    private const int KeptDigits = 6;
    private const int GreatestZone = 14;

    private const long UnixEpoch = -10957 * Day;
    private const long First = CivilDay.First * Day;
    private const long Last = ((CivilDay.Last + 1) * Day) - 1;

    // The Julian day of 2000-01-01T00:00 is 2451544.5.
    private const long DoubledJulianEpoch = 4_903_089;
    private const double MillisecondsOfDay = 86_400_000;
    // Beneath these, two microseconds are never the same double.
    private const double FineSeconds = 1L << 33;
    private const double FineMilliseconds = 1L << 43;

    /// <summary>Reads <c>YYYY-MM-DD</c>, or <c>YYYY-MM-DD</c>, a space or T, <c>HH:MM[:SS[.f…]]</c> and perhaps Z, ±hh:mm, ±hhmm or ±hh.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="micros">Microseconds since 2000-01-01 UTC; digits beyond the sixth are cut off.</param>
    /// <param name="zoned">Whether it names its zone.</param>
    /// <param name="fine">Whether a digit beyond the sixth is not zero, which PostgreSQL cannot keep.</param>
    [MethodImpl(Sqlite.Hot.Loop)]
    internal static bool TryInstant(ReadOnlySpan<byte> text, out long micros, out bool zoned, out bool fine)
    {
        micros = 0;
        zoned = fine = false;
        if (text.Length < DateLength || !TryDate(text[..DateLength], out int days)) return false;
        micros = days * Day;
        if (text.Length == DateLength) return true;
        if (text[DateLength] is not ((byte)' ' or (byte)'T')) return false;

        int used = TakeTime(text[(DateLength + 1)..], out long time, out fine);
        if (used == 0) return false;
        micros += time;
        ReadOnlySpan<byte> rest = text[(DateLength + 1 + used)..];
        if (rest.IsEmpty) return true;
        if (!TryZone(rest, out long offset)) return false;
        zoned = true;
        micros -= offset;
        return micros is >= First and <= Last;
    }

    /// <summary>Reads <c>YYYY-MM-DD</c> as days since 2000-01-01.</summary>
    [MethodImpl(Sqlite.Hot.Loop)]
    internal static bool TryDate(ReadOnlySpan<byte> text, out int days)
    {
        days = 0;
        if (text.Length != DateLength || text[4] != '-' || text[7] != '-') return false;
        int high = TwoDigits(text, 0), low = TwoDigits(text, 2), month = TwoDigits(text, 5), day = TwoDigits(text, 8);
        return (high | low | month | day) >= 0 && CivilDay.TryCount((high * 100) + low, month, day, out days);
    }

    /// <summary>Reads <c>HH:MM[:SS[.f…]]</c> as microseconds since midnight.</summary>
    [MethodImpl(Sqlite.Hot.Loop)]
    internal static bool TryTime(ReadOnlySpan<byte> text, out long micros, out bool fine)
    {
        int used = TakeTime(text, out micros, out fine);
        return used > 0 && used == text.Length;
    }

    /// <summary>Reads a number that counts from an epoch, where it is exactly a microsecond of the years 1 to 9999.</summary>
    internal static bool TryNumber(long value, EmrTimeUnit unit, out long micros)
    {
        micros = 0;
        Int128 wide = unit switch
        {
            EmrTimeUnit.Seconds => ((Int128)value * Second) + UnixEpoch,
            EmrTimeUnit.Milliseconds => ((Int128)value * 1000) + UnixEpoch,
            EmrTimeUnit.Microseconds => (Int128)value + UnixEpoch,
            EmrTimeUnit.JulianDays => (((Int128)value * 2) - DoubledJulianEpoch) * (Day / 2),
            _ => Int128.MaxValue,
        };
        if (wide < First || wide > Last) return false;
        micros = (long)wide;
        return true;
    }

    /// <summary>
    /// The same for a real. It is exactly a microsecond where it is the double nearest to one (1700000000.123 is no fraction of two, but no other microsecond has that
    /// double); a Julian day where it is what SQLite computes for a millisecond.
    /// </summary>
    internal static bool TryNumber(double value, EmrTimeUnit unit, out long micros)
    {
        micros = 0;
        if (!double.IsFinite(value) || Math.Abs(value) >= long.MaxValue) return false;
        if (unit == EmrTimeUnit.JulianDays) return TryJulian(value, out micros);
        if (double.IsInteger(value)) return TryNumber((long)value, unit, out micros);
        (double factor, double most) = unit switch
        {
            EmrTimeUnit.Seconds => (1_000_000, FineSeconds),
            EmrTimeUnit.Milliseconds => (1_000, FineMilliseconds),
            _ => (0.0, 0.0),
        };
        if (!(Math.Abs(value) < most)) return false;
        // The product is rounded, so the microsecond may be the one beside it.
        double whole = Math.Round(value * factor);
        if (whole / factor != value) whole += whole / factor < value ? 1 : -1;
        return whole / factor == value && TryNumber((long)whole, EmrTimeUnit.Microseconds, out micros);
    }

    private static bool TryJulian(double value, out long micros)
    {
        micros = 0;
        // Not far beyond the year 9999; so the product is exact enough to be rounded.
        if (value is < 0 or > 6_000_000) return false;
        double milliseconds = Math.Round(value * MillisecondsOfDay);
        if (milliseconds / MillisecondsOfDay != value) return false;
        micros = ((long)milliseconds * 1000) - (DoubledJulianEpoch * (Day / 2));
        return micros is >= First and <= Last;
    }

    /// <summary>Reads a time of day at the start of a text; gives how many bytes it has, 0 for none.</summary>
    [MethodImpl(Sqlite.Hot.Loop)]
    private static int TakeTime(ReadOnlySpan<byte> text, out long micros, out bool fine)
    {
        micros = 0;
        fine = false;
        if (text.Length < ShortTime || text[2] != ':') return 0;
        int hour = TwoDigits(text, 0), minute = TwoDigits(text, 3);
        if ((uint)hour > 23 || (uint)minute > 59) return 0;
        micros = (hour * Hour) + (minute * Minute);
        if (text.Length == ShortTime || text[ShortTime] != ':') return ShortTime;

        const int longTime = ShortTime + 3;
        if (text.Length < longTime) return 0;
        int second = TwoDigits(text, ShortTime + 1);
        if ((uint)second > 59) return 0;
        micros += second * Second;
        if (text.Length == longTime || text[longTime] != '.') return longTime;
        int digits = TakeFraction(text[(longTime + 1)..], out long fraction, out fine);
        micros += fraction;
        return digits == 0 ? 0 : longTime + 1 + digits;
    }

    [MethodImpl(Sqlite.Hot.Loop)]
    private static int TakeFraction(ReadOnlySpan<byte> text, out long micros, out bool fine)
    {
        micros = 0;
        fine = false;
        int count = 0;
        long weight = Second / 10;
        for (; count < text.Length; count++)
        {
            int digit = text[count] - '0';
            if ((uint)digit > 9) break;
            if (count < KeptDigits) micros += digit * weight;
            else fine |= digit != 0;
            weight /= 10;
        }

        return count;
    }

    private static bool TryZone(ReadOnlySpan<byte> text, out long offset)
    {
        offset = 0;
        if (text is [(byte)'Z']) return true;
        if (text[0] is not ((byte)'+' or (byte)'-') || text.Length is not (3 or 5 or 6)) return false;
        if (text.Length == 6 && text[3] != ':') return false;
        int hour = TwoDigits(text, 1), minute = text.Length == 3 ? 0 : TwoDigits(text, text.Length - 2);
        // No place on earth is further from UTC than 14 hours.
        if ((uint)hour > GreatestZone || (uint)minute > 59 || (hour == GreatestZone && minute > 0)) return false;
        offset = (hour * Hour) + (minute * Minute);
        if (text[0] == '-') offset = -offset;
        return true;
    }

    /// <summary>Two digits as a number; negative where they are none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TwoDigits(ReadOnlySpan<byte> text, int at)
    {
        uint high = (uint)text[at] - '0', low = (uint)text[at + 1] - '0';
        return high > 9 || low > 9 ? -1 : (int)((high * 10) + low);
    }
}
