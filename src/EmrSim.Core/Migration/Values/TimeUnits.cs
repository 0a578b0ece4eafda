namespace EmrSim.Core.Migration.Values;

/// <summary>
/// Tells by its size what a number in a column of times counts. The ranges of the units do not touch: seconds, milliseconds and microseconds from 1973 to 2103 (and as far back
/// from 1970), Julian days from 1900 to 2100. Numbers such as 2025 or 20251005, which people take for dates too, lie in none.
/// </summary>
internal static class TimeUnits
{
    private const double LeastSeconds = 1e8;
    private const double GreatestSeconds = 4.2e9;
    private const double Thousand = 1e3;
    private const double Million = 1e6;
    private const double LeastJulian = 2_415_020.5;
    private const double GreatestJulian = 2_488_070.5;

    /// <summary>The unit of a number; None where it is in no range. Zero is in all of them, and is not to be asked for.</summary>
    internal static EmrTimeUnit Of(double value)
    {
        if (value is >= LeastJulian and < GreatestJulian) return EmrTimeUnit.JulianDays;
        double size = Math.Abs(value);
        if (size is >= LeastSeconds and < GreatestSeconds) return EmrTimeUnit.Seconds;
        if (size is >= LeastSeconds * Thousand and < GreatestSeconds * Thousand) return EmrTimeUnit.Milliseconds;
        return size is >= LeastSeconds * Million and < GreatestSeconds * Million ? EmrTimeUnit.Microseconds : EmrTimeUnit.None;
    }

    /// <summary>
    /// The instant that a number of a column is whose numbers count a unit. False for a number of another unit: a second among milliseconds would be a day of January 1970.
    /// </summary>
    internal static bool TryInstant(long value, EmrTimeUnit unit, out long micros)
    {
        micros = 0;
        return Counts(value, unit) && TimeText.TryNumber(value, unit, out micros);
    }

    /// <summary>The same of a real.</summary>
    internal static bool TryInstant(double value, EmrTimeUnit unit, out long micros)
    {
        micros = 0;
        return Counts(value, unit) && TimeText.TryNumber(value, unit, out micros);
    }

    // Zero is the epoch of any unit that counts from there; Julian days count from one that no record has.
    private static bool Counts(double value, EmrTimeUnit unit) => value == 0 ? unit != EmrTimeUnit.JulianDays : Of(value) == unit;
}
