namespace EmrSim.Core.Scheduling;

/// <summary>When a daily job runs next.</summary>
internal static class NextRun
{
    /// <summary>The next instant after <paramref name="now"/> at which clocks of a zone show a time of day.</summary>
    internal static DateTimeOffset After(DateTimeOffset now, TimeOnly at, TimeZoneInfo zone)
    {
        DateTime local = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        for (int day = 0; ; day++)
        {
            DateTimeOffset run = Instant(local.Date.AddDays(day) + at.ToTimeSpan(), zone);
            if (run > now) return run.ToUniversalTime();
        }
    }

    private static DateTimeOffset Instant(DateTime local, TimeZoneInfo zone)
    {
        // In spring an hour is left out, and what falls into it runs when clocks go on. In autumn the first of two is meant.
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(1);
        TimeSpan offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset);
    }
}
