using EmrSim.Core.Retention;
using EmrSim.Tests.Support;
using static EmrSim.Tests.Retention.Support.Backups;

namespace EmrSim.Tests.Retention;

/// <summary>What stays and what goes, case by case.</summary>
public sealed class PlannerTests
{
    private static readonly RetentionPolicy s_usual = new() { TimeZone = TimeZoneInfo.Utc };
    private static readonly RetentionPolicy s_none = new() { Daily = 0, Weekly = 0, Monthly = 0, TimeZone = TimeZoneInfo.Utc };

    [Fact]
    public void G1_Ten_years_of_daily_backups_leave_the_expected_set_on_every_single_day()
    {
        DateTimeOffset first = Utc("2021-01-01 02:00");
        EmrBackup[] there = [];
        for (int i = 0; i < 3652; i++)
        {
            DateTimeOffset now = first.AddDays(i);
            there = Kept(RetentionPlanner.Plan([.. there, At(now)], s_usual, now));

            // By the calendar: seven days; this week and the Sundays of the three before; this month and the last days of the five before.
            DateTimeOffset sunday = now.AddDays(-(int)now.DayOfWeek);
            if (now.DayOfWeek == DayOfWeek.Sunday) sunday = now.AddDays(-7);
            DateTimeOffset monthEnd = now.AddDays(-now.Day);
            SortedSet<DateTimeOffset> expected =
            [
                .. Enumerable.Range(0, 7).Select(d => now.AddDays(-d)),
                .. Enumerable.Range(0, 3).Select(w => sunday.AddDays(-7 * w)),
                .. Enumerable.Range(0, 5).Select(m => new DateTimeOffset(monthEnd.Year, monthEnd.Month, 1, 2, 0, 0, TimeSpan.Zero).AddMonths(1 - m).AddDays(-1)),
            ];
            Assert.Equal(expected.Where(d => d >= first), there.Select(b => b.CreatedUtc));
            Assert.InRange(there.Length, 1, 17);
        }
    }

    [Fact]
    public void G1_One_backup_may_stand_for_its_day_its_week_and_its_month()
    {
        EmrRetentionDecision decision = RetentionPlanner.Plan([At(Now)], s_usual with { Yearly = 1, Last = 3 }, Now).Decisions.Single();

        Assert.Equal(Enum.GetValues<EmrRetentionTier>(), decision.Tiers);
        Assert.Equal(
            "one of the 3 newest verified; newest verified of 2026-11-24, of week 2026-W48, of November 2026 and of the year 2026", decision.Reason);
    }

    [Fact]
    public void G2_Where_the_job_misses_Sundays_and_the_last_of_a_month_the_newest_before_them_stands_in()
    {
        EmrBackup[] backups = [.. Daily("2026-11-24", 200).Where(b => b.CreatedUtc.DayOfWeek != DayOfWeek.Sunday && b.CreatedUtc.AddDays(1).Day != 1)];

        RetentionPlan plan = RetentionPlanner.Plan(backups, s_usual, Now);

        Assert.Equal(["2026-11-07", "2026-11-14", "2026-11-21", "2026-11-24"], Days(plan, EmrRetentionTier.Weekly));
        // 30 May 2026 is a Saturday, 29 August too; 30 October is a Friday.
        Assert.Equal(["2026-06-29", "2026-07-30", "2026-08-29", "2026-09-29", "2026-10-30", "2026-11-24"], Days(plan, EmrRetentionTier.Monthly));
    }

    [Fact]
    public void G3_Twenty_runs_in_a_day_count_as_one_day_and_eat_no_history()
    {
        EmrBackup[] many = [.. Enumerable.Range(0, 20).Select(i => At(Utc("2026-11-24 03:00").AddMinutes(i * 10)))];

        RetentionPlan plan = RetentionPlanner.Plan([.. Daily("2026-11-23", 10), .. many], s_usual, Now);

        Assert.Equal(["2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23", "2026-11-24"], Days(plan, EmrRetentionTier.Daily));
        Assert.Same(many[^1], Assert.Single(plan.Decisions, d => d.Action == EmrRetentionAction.Keep && many.Contains(d.Backup)).Backup);
        Assert.Equal("not needed: 2026-11-24 has a newer one", plan.Decisions[^2].Reason);
    }

    [Fact]
    public void G4_A_machine_that_was_off_for_three_months_loses_nothing_older()
    {
        EmrBackup[] before = Kept(RetentionPlanner.Plan(Daily("2026-08-20", 300), s_usual, Utc("2026-08-20 03:00")));

        RetentionPlan plan = RetentionPlanner.Plan([.. before, At(Now)], s_usual, Now);

        // Only what the new day pushes out of the count goes: one day, one week, one month.
        Assert.Equal(["2026-08-15", "2026-08-16", "2026-08-17", "2026-08-18", "2026-08-19", "2026-08-20", "2026-11-24"], Days(plan, EmrRetentionTier.Daily));
        Assert.Equal(["2026-08-09", "2026-08-16", "2026-08-20", "2026-11-24"], Days(plan, EmrRetentionTier.Weekly));
        Assert.Equal(["2026-04-30", "2026-05-31", "2026-06-30", "2026-07-31", "2026-08-20", "2026-11-24"], Days(plan, EmrRetentionTier.Monthly));
        Assert.Empty(Removed(RetentionPlanner.Plan(before, s_usual, Now)));
    }

    [Theory]
    [InlineData("2025-12-28", "week 2025-W52")]
    [InlineData("2025-12-29", "week 2026-W01")]
    [InlineData("2026-01-04", "week 2026-W01")]
    [InlineData("2026-12-31", "week 2026-W53")]
    [InlineData("2027-01-03", "week 2026-W53")]
    [InlineData("2027-01-04", "week 2027-W01")]
    [InlineData("2024-02-29", "week 2024-W09")]
    public void G5_Weeks_are_those_of_ISO_8601_also_over_new_year(string day, string week)
    {
        DateTimeOffset created = Utc(day + " 02:00");

        string reason = RetentionPlanner.Plan([At(created)], s_none with { Weekly = 1 }, created).Decisions.Single().Reason;

        Assert.Equal("newest verified of " + week, reason);
    }

    [Fact]
    public void G5_The_29th_of_February_and_the_31st_stand_for_their_months()
    {
        RetentionPlan plan = RetentionPlanner.Plan(Daily("2024-03-31", 91), s_none with { Monthly = 3 }, Utc("2024-03-31 03:00"));

        Assert.Equal(["2024-01-31", "2024-02-29", "2024-03-31"], Days(plan, EmrRetentionTier.Monthly));
    }

    [Theory]
    // 29 March 2026 has 23 hours in Berlin, 25 October 2026 has 25: the first and the last second of each, and the hour that comes twice.
    [InlineData("2026-03-28 23:00:00", "2026-03-29")]
    [InlineData("2026-03-29 21:59:59", "2026-03-29")]
    [InlineData("2026-03-29 22:00:00", "2026-03-30")]
    [InlineData("2026-10-24 21:59:59", "2026-10-24")]
    [InlineData("2026-10-24 22:00:00", "2026-10-25")]
    [InlineData("2026-10-25 00:30:00", "2026-10-25")]
    [InlineData("2026-10-25 01:30:00", "2026-10-25")]
    [InlineData("2026-10-25 22:59:59", "2026-10-25")]
    [InlineData("2026-10-25 23:00:00", "2026-10-26")]
    public void G5_Days_of_23_and_25_hours_are_the_calendars_days(string utc, string day)
    {
        var policy = s_none with { Daily = 1, TimeZone = TestZone.Berlin };

        Assert.Equal("newest verified of " + day, RetentionPlanner.Plan([At(Utc(utc))], policy, Utc(utc)).Decisions.Single().Reason);
    }

    [Theory]
    [InlineData(EmrVerificationLevel.Integrity, false)]
    [InlineData(EmrVerificationLevel.Checksum, true)]
    public void G6_A_newer_backup_that_is_not_verified_stays_but_displaces_no_good_one(EmrVerificationLevel level, bool passed)
    {
        EmrBackup[] good = Daily("2026-11-23", 7);
        EmrBackup bad = At(Utc("2026-11-24 02:00"), passed, level: level);

        RetentionPlan plan = RetentionPlanner.Plan([.. good, bad], s_usual, Now);

        Assert.Empty(Removed(plan));
        Assert.Equal(7, Days(plan, EmrRetentionTier.Daily).Length);
        Assert.Empty(plan.Decisions[^1].Tiers);
        Assert.Equal("not verified, but newer than every verified one", plan.Decisions[^1].Reason);
    }

    [Fact]
    public void G6_An_unverified_backup_goes_when_its_day_has_a_verified_one_and_stays_while_its_day_has_none()
    {
        EmrBackup beside = At(Utc("2026-11-23 05:00"), verified: false);
        EmrBackup alone = At(Utc("2026-11-22 02:00"), verified: false);
        EmrBackup tooOld = At(Utc("2026-11-20 02:00"), verified: false);

        RetentionPlan plan = RetentionPlanner.Plan([At(Utc("2026-11-23 02:00")), At(Now), beside, alone, tooOld], s_none with { Daily = 3 }, Now);

        Assert.Equal([tooOld, beside], Removed(plan));
        Assert.Equal("not verified, and not needed: older than the 3 days that are kept", plan.Decisions[0].Reason);
        Assert.Equal("not verified, so it counts in no tier; kept because 2026-11-22 has no verified one", plan.Decisions[1].Reason);
        Assert.Equal("not verified, and not needed: 2026-11-23 has a verified or newer one", plan.Decisions[3].Reason);
    }

    [Fact]
    public void G6_The_first_verified_backup_does_not_wipe_out_a_history_that_was_never_verified()
    {
        EmrBackup[] old = [.. Daily("2026-11-23", 200).Select(b => At(b.CreatedUtc, verified: false))];

        RetentionPlan plan = RetentionPlanner.Plan([.. old, At(Now)], s_usual, Now);

        // Six other days, two more weeks and five other months; nothing of it counts.
        Assert.Equal(6 + 2 + 5, plan.Decisions.Count(d => d.Action == EmrRetentionAction.Keep && d.Tiers.Count == 0));
        Assert.Single(Days(plan, EmrRetentionTier.Daily));
    }

    [Fact]
    public void G7_Of_a_set_without_a_verified_backup_nothing_is_removed()
    {
        EmrBackup[] bad = [.. Daily("2026-11-24", 100).Select(b => At(b.CreatedUtc, verified: false))];

        RetentionPlan plan = RetentionPlanner.Plan(bad, s_usual, Now);

        Assert.False(plan.HasVerified);
        Assert.Empty(Removed(plan));
        Assert.All(plan.Decisions, d => Assert.Equal("the set has no verified backup, so nothing of it is removed", d.Reason));
    }

    [Fact]
    public void G8_Seven_days_alone_are_a_policy_nothing_and_less_than_nothing_are_none()
    {
        Assert.Equal(7, Kept(RetentionPlanner.Plan(Daily("2026-11-24", 60), s_none with { Daily = 7 }, Now)).Length);
        Assert.Equal(ErrorCode.EmptyPolicy, Assert.Throws<EmrSimException>(() => RetentionPlanner.Plan([], s_none, Now)).ErrorCode);
        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<EmrSimException>(() => RetentionPlanner.Plan([], s_usual with { Weekly = -1 }, Now)).ErrorCode);
    }

    [Fact]
    public void G8_A_longer_policy_removes_nothing_and_a_shorter_one_says_beforehand_what_goes()
    {
        EmrBackup[] there = Kept(RetentionPlanner.Plan(Daily("2026-11-24", 400), s_usual, Now));

        Assert.Empty(Removed(RetentionPlanner.Plan(there, s_usual with { Daily = 30, Monthly = 24, Yearly = 10 }, Now)));
        RetentionPlan shorter = RetentionPlanner.Plan(there, s_usual with { Daily = 3, Monthly = 0 }, Now);
        Assert.Equal(3 + 2, Kept(shorter).Length);
        Assert.Equal("not needed: older than the 3 days that are kept; week 2026-W47 has a newer one", shorter.Decisions.Single(d => d.Backup.CreatedUtc.Day == 21).Reason);
        Assert.Equal("not needed: older than the 3 days and 4 weeks that are kept", shorter.Decisions[0].Reason);
    }

    [Fact]
    public void G11_A_backup_from_the_future_stays_takes_no_place_and_is_told_of()
    {
        EmrBackup future = At(Now.AddMinutes(5).AddSeconds(1));
        EmrBackup almost = At(Now.AddMinutes(5), number: 1);

        RetentionPlan plan = RetentionPlanner.Plan([.. Daily("2026-11-23", 3), almost, future], s_none with { Daily = 2 }, Now);

        Assert.Equal([future], plan.FromFuture);
        Assert.Equal(["2026-11-23", "2026-11-24"], Days(plan, EmrRetentionTier.Daily));
        Assert.Equal(EmrRetentionAction.Keep, plan.Decisions[^1].Action);
        Assert.Equal(
            "dated 2026-11-24 12:05:01Z, later than this plan's 2026-11-24 12:00:00Z: a clock was wrong, so it stays and counts in no tier",
            plan.Decisions[^1].Reason);
        Assert.False(RetentionPlanner.Plan([future], s_usual, Now).HasVerified);
    }

    [Fact]
    public void G15_A_pinned_backup_survives_every_policy_and_takes_no_other_ones_place()
    {
        EmrBackup[] backups = Daily("2026-11-24", 30);
        EmrBackup old = backups[0] with { Pinned = true, PinReason = "legal hold" };
        EmrBackup newest = backups[^1] with { Pinned = true, PinnedUntilUtc = Now.AddTicks(1) };

        RetentionPlan plan = RetentionPlanner.Plan([old, .. backups[1..^1], newest], s_none with { Last = 1, Daily = 2 }, Now);

        Assert.Equal([old, backups[^3], backups[^2], newest], Kept(plan));
        Assert.Equal("pinned: legal hold", plan.Decisions[0].Reason);
        Assert.Equal("pinned until 2026-11-24 12:00:00Z", plan.Decisions[^1].Reason);
        Assert.True(RetentionPlanner.Plan([newest], s_usual, Now).HasVerified);
    }

    [Fact]
    public void G15_A_pin_that_has_ended_is_none()
    {
        EmrBackup ended = At(Now.AddDays(-30), pinned: true, until: Now);

        Assert.Equal([ended], Removed(RetentionPlanner.Plan([ended, At(Now)], s_none with { Daily = 1 }, Now)));
    }

    [Fact]
    public void The_last_n_are_the_newest_verified_ones_whatever_their_dates()
    {
        EmrBackup[] day = [.. Enumerable.Range(0, 5).Select(i => At(Now.AddMinutes(i - 10), verified: i != 3))];

        RetentionPlan plan = RetentionPlanner.Plan(day, s_none with { Last = 2 }, Now);

        Assert.Equal([EmrRetentionTier.Last], plan.Decisions[^1].Tiers);
        Assert.Equal([EmrRetentionTier.Last], plan.Decisions[2].Tiers);
        Assert.Equal("one of the 2 newest verified", plan.Decisions[^1].Reason);
        // Not verified, and yet one of the two newest: it is kept beside them.
        Assert.Equal([day[0], day[1]], Removed(plan));
        Assert.Equal("not verified, so it counts in no tier; kept because it is one of the 2 newest", plan.Decisions[3].Reason);
        Assert.Equal("not needed: older than the 2 backups that are kept", plan.Decisions[0].Reason);
    }

    [Fact]
    public void At_the_same_instant_the_later_name_is_the_newer_backup_on_every_machine()
    {
        EmrBackup[] twins = [At(Now, number: 2), At(Now, number: 1)];

        Assert.Equal([twins[1]], Removed(RetentionPlanner.Plan(twins, s_usual, Now)));
    }

    private static EmrBackup[] Kept(RetentionPlan plan) => With(plan, EmrRetentionAction.Keep);

    private static EmrBackup[] Removed(RetentionPlan plan) => With(plan, EmrRetentionAction.Remove);

    private static EmrBackup[] With(RetentionPlan plan, EmrRetentionAction action) => [.. plan.Decisions.Where(d => d.Action == action).Select(d => d.Backup)];

    private static string[] Days(RetentionPlan plan, EmrRetentionTier tier) =>
        [.. plan.Decisions.Where(d => d.Tiers.Contains(tier)).Select(d => d.Backup.CreatedUtc.ToString("yyyy-MM-dd"))];
}
