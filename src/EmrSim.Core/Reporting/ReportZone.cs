namespace EmrSim.Core.Reporting;

/// <summary>Finds time zones by name.</summary>
internal static class ReportZone
{
    /// <summary>The zone of a name, as IANA or Windows have it; null where no name was given.</summary>
    /// <exception cref="EmrSimException">InvalidArgument.</exception>
    internal static TimeZoneInfo? Find(string? name)
    {
        if (name is null) return null;
        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(name);
        }
        catch (Exception e) when (e is TimeZoneNotFoundException or InvalidTimeZoneException)
        {
            throw new EmrSimException(ErrorCode.InvalidArgument, $"There is no time zone '{name}' here. Name one such as Europe/Berlin.", name, e);
        }
    }
}
