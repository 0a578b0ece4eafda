namespace EmrSim;

/// <summary>What the numbers in a column of times count.</summary>
public enum EmrTimeUnit
{
    /// <summary>Nothing: there are no numbers, or they are no times.</summary>
    None,

    /// <summary>Seconds since 1970-01-01 UTC.</summary>
    Seconds,

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    Milliseconds,

    /// <summary>Microseconds since 1970-01-01 UTC.</summary>
    Microseconds,

    /// <summary>Days since noon of 24 November 4714 before Christ, as SQLite's julianday() counts them.</summary>
    JulianDays,
}
