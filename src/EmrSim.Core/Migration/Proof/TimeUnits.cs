namespace EmrSim.Core.Migration.Proof;

/// <summary>Guesses what numbers count that stand beside times. A wrong guess makes rows differ; it cannot make them equal that are not.</summary>
internal static class TimeUnits
{
    // Between them lie the years 1 to 9999; as seconds they would be days of January and March 1970.
    private const double FirstJulianDay = 1_721_425.5;
    private const double LastJulianDay = 5_373_484.5;

    // 1e11 seconds are the year 5138, 1e11 milliseconds 1973, and so on.
    private const double MostSeconds = 1e11;
    private const double MostMilliseconds = 1e14;
    private const double MostMicroseconds = 1e17;

    /// <summary>By the least and the greatest number.</summary>
    internal static EmrTimeUnit Of(double least, double greatest)
    {
        if (least >= FirstJulianDay && greatest < LastJulianDay) return EmrTimeUnit.JulianDays;
        double most = Math.Max(Math.Abs(least), Math.Abs(greatest));
        return most switch
        {
            < MostSeconds => EmrTimeUnit.Seconds,
            < MostMilliseconds => EmrTimeUnit.Milliseconds,
            < MostMicroseconds => EmrTimeUnit.Microseconds,
            _ => EmrTimeUnit.None,
        };
    }
}
