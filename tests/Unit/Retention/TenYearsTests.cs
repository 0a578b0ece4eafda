using CsCheck;
using EmrSim.Core.Retention;
using EmrSim.Tests.Retention.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Retention;

/// <summary>
/// Ten years of a nightly job that goes wrong now and then: gaps, double runs, failed verifications, changing clocks and clocks that jump, pins
/// that are set and lifted. CsCheck prints the seed of a failing case; the environment
/// variable CsCheck_Seed repeats it, and EMRSIM_HUNT multiplies the number of cases.
/// </summary>
[NotUnderWine("it computes alone, alike on every system, and is slow there")]
public sealed class TenYearsTests
{
    private const int Nights = 3653;
    private static readonly DateTimeOffset s_first = new(2019, 12, 20, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] s_zones =
        ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu"];

    private static readonly Gen<RetentionPolicy> s_policy = Gen.Select(
        Gen.Int[0, 3], Gen.Int[0, 8], Gen.Int[0, 5], Gen.Int[0, 7], Gen.Int[0, 3], Gen.Int[0, s_zones.Length - 1],
        static (last, daily, weekly, monthly, yearly, zone) => new RetentionPolicy
        {
            Last = last,
            Daily = daily,
            Weekly = weekly,
            Monthly = last + daily + weekly + monthly + yearly == 0 ? 1 : monthly,
            Yearly = yearly,
            TimeZone = TestZone.Find(s_zones[zone]),
        });

    [Fact]
    public void No_tier_overflows_no_period_is_lost_and_the_newest_verified_backup_is_never_removed() =>
        Gen.Select(s_policy, Gen.Int[0, 23], Gen.Int).Sample(
            static (policy, hour, seed) => LiveThrough(policy, hour, new Random(seed)), iter: Iterations(5));

    [Fact]
    public void On_any_set_of_backups_the_planner_and_the_plain_rules_agree()
    {
        Gen<EmrBackup> backup = Gen.Select(
            Gen.Int[0, 200], Gen.Int[0, 200], Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[-10, 10],
            static (days, minutes, quality, pin, until) => Backups.At(
                Backups.Now.AddDays(2 - days).AddMinutes(minutes),
                quality > 3,
                number: minutes,
                pinned: pin == 0,
                until: until < 0 ? null : Backups.Now.AddDays(until - 5),
                level: quality == 9 ? EmrVerificationLevel.Checksum : EmrVerificationLevel.Integrity));
        Gen.Select(s_policy, backup.Array[0, 40]).Sample(static (policy, backups) => Agree([.. backups.DistinctBy(b => b.Path)], policy, Backups.Now), iter: Iterations(2000));
    }

    private static long Iterations(long usual) => usual * (long.TryParse(Environment.GetEnvironmentVariable("EMRSIM_HUNT"), out long times) ? times : 1);

    private static void LiveThrough(RetentionPolicy policy, int hour, Random random)
    {
        List<EmrBackup> ever = [], there = [];
        for (int night = 0; night < Nights; night++)
        {
            if (random.Next(12) == 0) night += random.Next(1, random.Next(5) == 0 ? 100 : 8);
            DateTimeOffset now = s_first.AddDays(night).AddHours(hour).AddMinutes(random.Next(-90, 90));
            for (int run = random.Next(15) == 0 ? random.Next(2, 6) : 1; run > 0; run--)
            {
                now = now.AddMinutes(random.Next(1, 40));
                // A clock that jumped dates the backup, and was put right again before anybody planned.
                TimeSpan jump = random.Next(60) == 0 ? TimeSpan.FromHours(random.Next(-24 * 40, 24 * 40)) : TimeSpan.Zero;
                EmrBackup made = Backups.At(now + jump, random.Next(10) != 0, ever.Count, random.Next(200) == 0, random.Next(2) == 0 ? null : now.AddDays(random.Next(300)));
                ever.Add(made);
                there.Add(made);
                there = Retain(there, ever, policy, now);
            }

            if (random.Next(400) == 0) ChangePin(there, ever, random.Next(there.Count), random.Next(2) == 0);
        }
    }

    private static void ChangePin(List<EmrBackup> there, List<EmrBackup> ever, int index, bool pinned)
    {
        EmrBackup changed = there[index] with { Pinned = pinned, PinnedUntilUtc = null };
        ever[ever.IndexOf(there[index])] = changed;
        there[index] = changed;
    }

    private static List<EmrBackup> Retain(List<EmrBackup> there, List<EmrBackup> ever, RetentionPolicy policy, DateTimeOffset now)
    {
        RetentionPlan plan = Agree(there, policy, now);
        List<EmrBackup> kept = [.. plan.Decisions.Where(d => d.Action == EmrRetentionAction.Keep).Select(d => d.Backup)];
        EmrBackup[] verified = [.. Oracle.NewestFirst(ever.Where(b => Oracle.IsVerified(b) && !Oracle.IsFuture(b, now)))];
        Assert.Equal(verified.Length > 0, plan.HasVerified);
        if (verified.Length > 0) Assert.Contains(verified[0], kept);
        foreach (EmrRetentionTier tier in Enum.GetValues<EmrRetentionTier>())
        {
            Assert.InRange(plan.Decisions.Count(d => d.Tiers.Contains(tier)), 0, policy.Of(tier));
            // Every period within the policy that ever had a verified backup still has its newest one, in a tier or pinned.
            Assert.Empty(Oracle.Winners(verified, tier, policy).Except(kept));
        }

        int sum = policy.Last + policy.Daily + policy.Weekly + policy.Monthly + policy.Yearly;
        Assert.InRange(plan.Decisions.Count(d => d.Tiers.Count > 0), 0, sum);
        Assert.Equal(kept.Count(b => Oracle.IsVerified(b) && !b.IsPinnedAt(now) && !Oracle.IsFuture(b, now)), plan.Decisions.Count(d => d.Tiers.Count > 0));
        // What is kept is kept again: a second run removes nothing more.
        Assert.All(RetentionPlanner.Plan(kept, policy, now).Decisions, d => Assert.Equal(EmrRetentionAction.Keep, d.Action));
        return kept;
    }

    private static RetentionPlan Agree(List<EmrBackup> backups, RetentionPolicy policy, DateTimeOffset asOf)
    {
        RetentionPlan plan = RetentionPlanner.Plan(backups, policy, asOf);
        Dictionary<EmrBackup, EmrRetentionTier[]> expected = Oracle.Kept(backups, policy, asOf);
        Assert.Equal(backups.Count, plan.Decisions.Count);
        foreach (EmrRetentionDecision decision in plan.Decisions)
        {
            bool kept = expected.TryGetValue(decision.Backup, out EmrRetentionTier[]? tiers);
            Assert.Equal(kept ? EmrRetentionAction.Keep : EmrRetentionAction.Remove, decision.Action);
            Assert.Equal(tiers ?? [], decision.Tiers);
            Assert.NotEmpty(decision.Reason);
        }

        return plan;
    }
}
