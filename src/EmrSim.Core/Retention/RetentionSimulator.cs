using System.Globalization;

namespace EmrSim.Core.Retention;

/// <summary>Plays a policy into the future: after each backup the policy is carried out, as a nightly job does.</summary>
internal sealed class RetentionSimulator
{
    private const int MostDays = 36_525;
    private static readonly TimeSpan s_shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    private readonly RetentionPolicy _policy;
    private readonly DateTimeOffset _start;
    private readonly int _days;
    private readonly TimeSpan _every;

    /// <summary>Checks what is asked for.</summary>
    /// <exception cref="EmrSimException">InvalidArgument, EmptyPolicy.</exception>
    internal RetentionSimulator(RetentionPolicy policy, DateTimeOffset start, int days, TimeSpan every)
    {
        policy.Require();
        if (days < 1 || days > MostDays) throw Invalid($"A simulation lasts 1 to {MostDays} days, not {days}.");
        if (every < s_shortest) throw Invalid($"A simulation makes backups every minute at most, not every {every.TotalSeconds} s.");
        if (start.Year < 2 || start.Year > DateTimeOffset.MaxValue.Year - (MostDays / 365) - 2) throw Invalid($"A simulation cannot begin in the year {start.Year}.");
        _policy = policy;
        _start = start;
        _days = days;
        _every = every;
    }

    /// <summary>Runs it.</summary>
    /// <param name="set">The set's name; null where there is none.</param>
    /// <param name="existing">The backups of the set that are there at the start.</param>
    /// <param name="token">Stops between two backups.</param>
    /// <returns>One entry a day.</returns>
    internal IReadOnlyList<EmrRetentionSimulation> Run(string? set, IEnumerable<EmrBackup> existing, CancellationToken token)
    {
        DateOnly first = RetentionCalendar.Day(_start, _policy.TimeZone);
        List<EmrRetentionSimulation> days = [];
        EmrBackup[] there = [.. existing];
        RetentionPlan plan = RetentionPlanner.Plan(there, _policy, _start);
        long made = 0;
        DateTimeOffset next = _start;
        for (DateOnly day = first; day < first.AddDays(_days); day = day.AddDays(1))
        {
            while (RetentionCalendar.Day(next, _policy.TimeZone) <= day)
            {
                token.ThrowIfCancellationRequested();
                plan = RetentionPlanner.Plan([.. there, SimulatedBackup.At(set, next)], _policy, next);
                there = [.. plan.Decisions.Where(d => d.Action == EmrRetentionAction.Keep).Select(d => d.Backup)];
                next = Backup(++made);
            }

            days.Add(Describe(set, day, there, plan));
        }

        return days;
    }

    /// <summary>When the backup of a number is made.</summary>
    private DateTimeOffset Backup(long number)
    {
        if (_every.Ticks % s_day.Ticks != 0) return Later(number);
        // A job at 02:30 runs at 02:30 by the clock on the wall, also after the clocks were changed.
        DateTime wall = TimeZoneInfo.ConvertTime(_start, _policy.TimeZone).DateTime;
        if (number * (_every / s_day) > MostDays) return DateTimeOffset.MaxValue;
        wall = wall.AddDays(number * (_every / s_day));
        if (_policy.TimeZone.IsInvalidTime(wall)) wall = wall.AddHours(1);
        return new DateTimeOffset(wall, _policy.TimeZone.GetUtcOffset(wall)).ToUniversalTime();
    }

    private DateTimeOffset Later(long number) =>
        number * (_every / s_day) > MostDays ? DateTimeOffset.MaxValue : _start.AddTicks(number * _every.Ticks);

    private static EmrRetentionSimulation Describe(string? set, DateOnly day, EmrBackup[] there, RetentionPlan plan)
    {
        int In(EmrRetentionTier tier) => plan.Decisions.Count(d => d.Tiers.Contains(tier));
        return new EmrRetentionSimulation
        {
            Name = set,
            Date = day,
            Count = there.Length,
            Kept = [.. there.Select(b => b.CreatedUtc.ToUniversalTime())],
            Last = In(EmrRetentionTier.Last),
            Daily = In(EmrRetentionTier.Daily),
            Weekly = In(EmrRetentionTier.Weekly),
            Monthly = In(EmrRetentionTier.Monthly),
            Yearly = In(EmrRetentionTier.Yearly),
        };
    }

    private static EmrSimException Invalid(FormattableString message) => new(ErrorCode.InvalidArgument, message.ToString(CultureInfo.InvariantCulture));
}
