namespace EmrSim.Core.Scheduling;

/// <summary>Time zones by their ids.</summary>
internal static class Zones
{
    /// <summary>A zone by the id of Windows or of IANA; the machine's own for null.</summary>
    /// <exception cref="EmrSimException">InvalidArgument.</exception>
    internal static TimeZoneInfo Find(string? id)
    {
        if (id is null) return TimeZoneInfo.Local;
        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(id);
        }
        catch (Exception e) when (e is TimeZoneNotFoundException or InvalidTimeZoneException or System.Security.SecurityException or ArgumentException or IOException)
        {
            throw new EmrSimException(ErrorCode.InvalidArgument, $"There is no time zone '{id}'. Name one such as Europe/Berlin or UTC.", id, e);
        }
    }

    /// <summary>The id that systemd knows.</summary>
    internal static string ToIana(TimeZoneInfo zone) => !zone.HasIanaId && TimeZoneInfo.TryConvertWindowsIdToIanaId(zone.Id, out string? iana) ? iana : zone.Id;

    /// <summary>Refuses another zone than the machine's, for schedulers that know no other.</summary>
    /// <exception cref="EmrSimException">InvalidArgument.</exception>
    internal static void RequireLocal(string? id, string scheduler)
    {
        TimeZoneInfo zone = Find(id);
        if (id is null || zone.HasSameRules(TimeZoneInfo.Local)) return;
        throw new EmrSimException(
            ErrorCode.InvalidArgument,
            $"{scheduler} goes by the clock of the machine, whose zone is '{TimeZoneInfo.Local.Id}', not '{id}'. Leave -TimeZone away, or use -As Systemd.",
            id);
    }
}
