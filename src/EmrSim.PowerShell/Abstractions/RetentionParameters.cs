using EmrSim.Core.Retention;

namespace EmrSim.PowerShell.Abstractions;

/// <summary>Makes a policy of what a user gave.</summary>
internal static class RetentionParameters
{
    private static readonly RetentionPolicy s_default = new();

    /// <summary>The policy. What was not given keeps its default: forgetting a number must never remove more than the default would.</summary>
    /// <param name="last">-KeepLast.</param>
    /// <param name="daily">-KeepDaily.</param>
    /// <param name="weekly">-KeepWeekly.</param>
    /// <param name="monthly">-KeepMonthly.</param>
    /// <param name="yearly">-KeepYearly.</param>
    /// <param name="zone">-TimeZone: an IANA or Windows id; null for the machine's own zone.</param>
    /// <exception cref="EmrSimException">InvalidArgument, EmptyPolicy.</exception>
    internal static RetentionPolicy ToPolicy(int? last, int? daily, int? weekly, int? monthly, int? yearly, string? zone)
    {
        var policy = new RetentionPolicy
        {
            Last = last ?? s_default.Last,
            Daily = daily ?? s_default.Daily,
            Weekly = weekly ?? s_default.Weekly,
            Monthly = monthly ?? s_default.Monthly,
            Yearly = yearly ?? s_default.Yearly,
            TimeZone = zone is null ? TimeZoneInfo.Local : FindZone(zone),
        };
        policy.Require();
        return policy;
    }

    private static TimeZoneInfo FindZone(string id)
    {
        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(id);
        }
        catch (Exception e) when (e is TimeZoneNotFoundException or InvalidTimeZoneException or System.Security.SecurityException or ArgumentException or IOException)
        {
            throw new EmrSimException(
                ErrorCode.InvalidArgument,
                $"This machine knows no time zone '{id}'. Give an id such as Europe/Berlin or W. Europe Standard Time; (Get-TimeZone).Id is the machine's own.",
                id,
                e);
        }
    }
}
