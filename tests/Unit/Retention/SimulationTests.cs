using EmrSim.Core.Retention;
using EmrSim.Tests.Retention.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Retention;

/// <summary>What would be there.</summary>
public sealed class SimulationTests : IDisposable
{
    private readonly RetentionFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Two_years_of_daily_backups_fill_the_tiers_and_stay_there()
    {
        IReadOnlyList<EmrRetentionSimulation> days = (await SimulateAsync(730, TimeSpan.FromDays(1))).Days;

        Assert.Equal(Enumerable.Range(0, 730).Select(DateOnly.FromDateTime(Backups.Now.Date).AddDays), days.Select(d => d.Date));
        Assert.Equal((1, 1, 1, 1), (days[0].Count, days[0].Daily, days[0].Weekly, days[0].Monthly));
        Assert.All(days.Skip(200), d => Assert.Equal((7, 4, 6, 0, 0), (d.Daily, d.Weekly, d.Monthly, d.Yearly, d.Last)));
        Assert.All(days, d => Assert.InRange(d.Count, 1, 17));
        Assert.All(days, d => Assert.Equal(d.Count, d.Kept.Count));
        Assert.Equal(new DateTimeOffset(2028, 6, 30, 12, 0, 0, TimeSpan.Zero), days[^1].Oldest);
        Assert.Null(days[^1].Name);
    }

    [Fact]
    public async Task A_day_is_what_the_planner_leaves_of_the_backups_made_so_far()
    {
        IReadOnlyList<EmrRetentionSimulation> days = (await SimulateAsync(90, TimeSpan.FromHours(7))).Days;

        EmrBackup[] there = [];
        DateTimeOffset next = Backups.Now;
        foreach (EmrRetentionSimulation day in days)
        {
            for (; DateOnly.FromDateTime(next.Date) == day.Date; next += TimeSpan.FromHours(7))
            {
                there = [.. Oracle.Kept([.. there, Backups.At(next)], RetentionFixture.Usual, next).Keys.OrderBy(b => b.CreatedUtc)];
            }

            Assert.Equal(there.Select(b => b.CreatedUtc), day.Kept);
        }
    }

    [Fact]
    public async Task A_day_without_a_backup_shows_what_is_there()
    {
        IReadOnlyList<EmrRetentionSimulation> days = (await SimulateAsync(15, TimeSpan.FromDays(7))).Days;

        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3], days.Select(d => d.Count));
    }

    [Fact]
    public async Task Whole_days_go_by_the_clock_on_the_wall_over_a_change_of_clocks()
    {
        TimeZoneInfo berlin = TestZone.Berlin;
        var retention = new RetentionRequest("", [], new RetentionPolicy { Daily = 9, TimeZone = berlin }, Backups.Utc("2026-03-27 01:30"));

        IReadOnlyList<EmrRetentionSimulation> days = (await _fixture.Engine.SimulateAsync(new SimulationRequest(retention, 5, TimeSpan.FromDays(1)), default)).Days;

        // 02:30 does not exist on 29 March; from then on 02:30 is 00:30 UTC.
        Assert.Equal(
            ["27 01:30", "28 01:30", "29 01:30", "30 00:30", "31 00:30"], days[^1].Kept.Select(k => k.ToString("dd HH:mm")));
        Assert.All(days, d => Assert.Equal(d.Date.Day - 26, d.Count));
    }

    [Fact]
    public async Task A_simulation_over_a_store_starts_from_what_is_there_and_touches_nothing()
    {
        _fixture.AddDays(30);
        _fixture.AddDays(2, "other");

        RetentionSimulations simulated = await _fixture.Engine.SimulateAsync(new SimulationRequest(_fixture.Request with { Names = ["app", "none"] }, 40, TimeSpan.FromDays(1)), default);

        Assert.Equal(ErrorCode.BackupNotFound, Assert.Single(simulated.Errors).ErrorCode);
        Assert.All(simulated.Days, d => Assert.Equal("app", d.Name));
        Assert.Equal(new DateTimeOffset(2026, 10, 31, 2, 0, 0, TimeSpan.Zero), simulated.Days[0].Oldest);
        Assert.Equal(64, _fixture.Files().Length);
    }

    [Theory]
    [InlineData(0, 24)]
    [InlineData(-1, 24)]
    [InlineData(100_000, 24)]
    [InlineData(10, 0)]
    [InlineData(10, -24)]
    public async Task What_cannot_be_simulated_is_refused(int days, int hours) => Assert.Equal(
        ErrorCode.InvalidArgument, (await Assert.ThrowsAsync<EmrSimException>(() => SimulateAsync(days, TimeSpan.FromHours(hours)))).ErrorCode);

    private Task<RetentionSimulations> SimulateAsync(int days, TimeSpan every) =>
        _fixture.Engine.SimulateAsync(new SimulationRequest(new RetentionRequest("", [], RetentionFixture.Usual, null), days, every), default);
}
