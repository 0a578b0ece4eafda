using System.Globalization;

namespace EmrSim.Core.Reporting.Html;

/// <summary>How instants are told: in UTC, and in the zone of the people who read it.</summary>
/// <param name="zone">That zone.</param>
internal sealed class ZoneClock(TimeZoneInfo zone)
{
    /// <summary>The zone.</summary>
    internal TimeZoneInfo Zone { get; } = zone;

    /// <summary>Whether the zone ever differs from UTC.</summary>
    internal bool Differs { get; } = zone.BaseUtcOffset != TimeSpan.Zero || zone.SupportsDaylightSavingTime;

    /// <summary>An instant as the zone's clocks show it.</summary>
    internal DateTimeOffset Local(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, Zone);

    /// <summary>The zone's day in which an instant lies.</summary>
    internal DateOnly Day(DateTimeOffset instant) => DateOnly.FromDateTime(Local(instant).DateTime);

    /// <summary>An instant for machines.</summary>
    internal static string Iso(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>An instant in UTC, for people.</summary>
    internal static string Utc(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>The same instant in the zone: without its date where that is the same.</summary>
    internal string LocalText(DateTimeOffset instant)
    {
        DateTimeOffset local = Local(instant);
        string format = local.Date == instant.UtcDateTime.Date ? "HH:mm" : "yyyy-MM-dd HH:mm";
        return $"{local.ToString(format, CultureInfo.InvariantCulture)} at {Offset(local.Offset)}";
    }

    /// <summary>The zone and what it differs from UTC at an instant.</summary>
    internal string Name(DateTimeOffset at) => Zone.Id.Equals("UTC", StringComparison.OrdinalIgnoreCase) ? "UTC" : $"{Zone.Id} ({Offset(Local(at).Offset)} now)";

    private static string Offset(TimeSpan offset) =>
        string.Create(CultureInfo.InvariantCulture, $"UTC{(offset < TimeSpan.Zero ? '−' : '+')}{offset.Duration():hh\\:mm}");
}
