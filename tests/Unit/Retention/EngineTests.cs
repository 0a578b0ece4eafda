using EmrSim.Core.Retention;
using EmrSim.Core.Stores;
using EmrSim.Core.Verification;
using EmrSim.Tests.Retention.Support;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Logging;

namespace EmrSim.Tests.Retention;

/// <summary>Policies carried out on real stores.</summary>
public sealed class EngineTests : IDisposable
{
    private readonly RetentionFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    [NotUnderWine("it computes alone, alike on every system, and is slow there")]
    public async Task G12_What_the_plan_removes_is_what_is_removed_day_by_day()
    {
        var random = new Random(20261124);
        for (int day = 0; day < 60; day++)
        {
            _fixture.Clock.Advance(TimeSpan.FromDays(random.Next(8) == 0 ? random.Next(2, 30) : 1));
            for (int run = random.Next(1, 4); run > 0; run--)
            {
                _fixture.Clock.Advance(TimeSpan.FromMinutes(7));
                _fixture.Add(_fixture.Clock.GetUtcNow(), outcome: random.Next(6) == 0 ? EmrOutcome.Inconclusive : EmrOutcome.Passed, pinned: random.Next(25) == 0);
            }

            RetentionPlans planned = await _fixture.Engine.PlanAsync(_fixture.Request, default);
            EmrRetentionDecision[] decisions = [.. planned.Sets.Single().Plan.Decisions];
            string[] before = _fixture.Files();

            RetentionResult result = Assert.Single(await _fixture.Engine.ApplyAsync(_fixture.Request, null, default));

            string[] gone = RetentionFixture.FilesOf(decisions.Where(d => d.Action == EmrRetentionAction.Remove).Select(d => d.Backup));
            Assert.Equal(gone, before.Except(_fixture.Files()));
            Assert.Equal(gone, RetentionFixture.FilesOf(result.Removed.Select(d => d.Backup)));
            Assert.Empty(result.Errors);
            Assert.Equal(RetentionFixture.FilesOf(decisions.Where(d => d.Action == EmrRetentionAction.Keep).Select(d => d.Backup)), _fixture.Files());
            Assert.Empty(Assert.Single(await _fixture.Engine.ApplyAsync(_fixture.Request, null, default)).Removed);
        }
    }

    [Fact]
    public async Task G9_Another_set_and_foreign_files_are_never_touched()
    {
        EmrBackup[] app = _fixture.AddDays(20);
        EmrBackup[] others = [.. _fixture.AddDays(20, "app2"), .. _fixture.AddDays(20, "app-20260101T000000000Z"), .. _fixture.AddDays(20, "ap")];
        string[] foreign = ["notes.txt", "app.json", "app-2026.sqlite", "app-20260301T020000000.sqlite.zst", "old.zip"];
        foreach (string name in foreign) File.WriteAllText(Path.Combine(_fixture.Store, name), "mine");

        RetentionResult result = Assert.Single(await _fixture.Engine.ApplyAsync(_fixture.Request with { Names = ["app"] }, null, default));

        Assert.NotEmpty(result.Removed);
        Assert.All(result.Removed, d => Assert.Contains(d.Backup.ManifestPath, app.Select(b => b.ManifestPath)));
        Assert.Equal(RetentionFixture.FilesOf(others).Length, _fixture.Files().Intersect(RetentionFixture.FilesOf(others)).Count());
        Assert.All(foreign, f => Assert.Equal("mine", File.ReadAllText(Path.Combine(_fixture.Store, f))));
    }

    [Fact]
    public async Task G10_A_backup_that_cannot_be_removed_is_an_error_and_the_others_go()
    {
        EmrBackup[] backups = _fixture.AddDays(60);
        EmrBackup stuck = backups[3];
        // Even root cannot put a file in the place of a folder.
        Directory.CreateDirectory(stuck.ManifestPath + ".removing");

        RetentionResult result = Assert.Single(await _fixture.Engine.ApplyAsync(_fixture.Request, null, default));

        Assert.Equal(2, result.Errors.Count);
        Assert.Contains(result.Errors[0].ErrorCode, new[] { ErrorCode.AccessDenied, ErrorCode.IoError });
        Assert.Equal(ErrorCode.RetentionIncomplete, result.Errors[1].ErrorCode);
        Assert.Equal(stuck.Path, result.Errors[0].Target);
        Assert.Contains($"1 of {result.Removed.Count + 1} backups", result.Errors[1].Message, StringComparison.Ordinal);
        Assert.True(File.Exists(stuck.Path) && File.Exists(stuck.ManifestPath));
        Assert.Contains(_fixture.Log.Events, e => e is { Id: 1102, Level: LogLevel.Error });

        Directory.Delete(stuck.ManifestPath + ".removing");
        RetentionResult second = Assert.Single(await _fixture.Engine.ApplyAsync(_fixture.Request, null, default));
        Assert.Equal(stuck.ManifestPath, Assert.Single(second.Removed).Backup.ManifestPath);
        Assert.Empty(second.Errors);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task G14_A_run_that_was_killed_between_the_files_of_a_backup_is_finished_by_the_next(bool storedFileGone)
    {
        EmrBackup[] backups = _fixture.AddDays(40);
        RetentionPlan plan = RetentionPlanner.Plan(backups, RetentionFixture.Usual, Backups.Now);
        EmrBackup half = plan.Decisions.Where(d => d.Action == EmrRetentionAction.Remove).ElementAt(2).Backup;
        File.Move(half.ManifestPath, half.ManifestPath + ".removing");
        if (storedFileGone) File.Delete(half.Path);

        await _fixture.Engine.ApplyAsync(_fixture.Request, null, default);

        Assert.Equal(RetentionFixture.FilesOf(plan.Decisions.Where(d => d.Action == EmrRetentionAction.Keep).Select(d => d.Backup)), _fixture.Files());
    }

    [Fact]
    public async Task G13_A_stored_file_whose_manifest_is_lost_and_a_damaged_manifest_are_left_alone()
    {
        EmrBackup[] backups = _fixture.AddDays(40);
        File.Delete(backups[0].ManifestPath);
        File.AppendAllText(backups[1].ManifestPath, "x");

        RetentionPlans plans = await _fixture.Engine.PlanAsync(_fixture.Request, default);
        await _fixture.Engine.ApplyAsync(_fixture.Request, null, default);

        Assert.Equal([ErrorCode.ManifestDamaged, ErrorCode.ManifestMissing], plans.Errors.Select(e => e.ErrorCode));
        Assert.Equal(38, plans.Sets.Single().Plan.Decisions.Count);
        Assert.True(File.Exists(backups[0].Path) && File.Exists(backups[1].Path) && File.Exists(backups[1].ManifestPath));

        var repair = new Core.Verification.ManifestRepair(_fixture.Loggers(), _fixture.Clock);
        foreach (EmrBackup lost in backups[..2]) await repair.RepairAsync(new Core.Verification.ManifestRepairRequest(lost.Path), null, default);

        plans = await _fixture.Engine.PlanAsync(_fixture.Request, default);
        Assert.Empty(plans.Errors);
        Assert.Equal([backups[0].Path, backups[1].Path], plans.Sets.Single().Plan.Decisions.Select(d => d.Backup.Path).Intersect([backups[0].Path, backups[1].Path]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task G6_A_backup_that_failed_its_last_test_displaces_no_older_one()
    {
        EmrBackup good = _fixture.Add(Backups.Now.AddHours(-2)), bad = _fixture.Add(Backups.Now.AddHours(-1));
        byte[] bytes = await File.ReadAllBytesAsync(bad.Path);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(bad.Path, bytes);
        BackupTestResult test = await new BackupTester(_fixture.Loggers(), _fixture.Clock).TestAsync(new BackupTestRequest(bad.Path, EmrVerificationLevel.Integrity), null, default);
        Assert.Equal(EmrOutcome.Failed, test.Test.Outcome);

        await _fixture.Engine.ApplyAsync(_fixture.Request, null, default);

        Assert.True(File.Exists(good.Path));
        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => new BackupCatalog(_fixture.Loggers(), _fixture.Clock).RemoveAsync(good, false, null, default));
        Assert.Equal(ErrorCode.LastGoodBackup, error.ErrorCode);
    }

    [Fact]
    public async Task G7_A_set_without_a_verified_backup_loses_nothing_and_is_warned_of()
    {
        for (int i = 0; i < 30; i++) _fixture.Add(Backups.Now.AddHours(-i), outcome: EmrOutcome.Inconclusive);

        RetentionResult result = Assert.Single(await _fixture.Engine.ApplyAsync(_fixture.Request, null, default));

        Assert.False(result.Plan!.HasVerified);
        Assert.Equal(60, _fixture.Files().Length);
        Assert.Contains(_fixture.Log.Events, e => e is { Id: 1104, Level: LogLevel.Warning });
    }

    [Fact]
    public async Task G11_A_backup_from_the_future_is_warned_of()
    {
        _fixture.AddDays(3);
        EmrBackup future = _fixture.Add(Backups.Now.AddYears(1));

        RetentionPlans plans = await _fixture.Engine.PlanAsync(_fixture.Request, default);

        Assert.Equal(future.Id, Assert.Single(plans.Sets.Single().Plan.FromFuture).Id);
        Assert.Contains(_fixture.Log.Events, e => e is { Id: 1105, Level: LogLevel.Warning } && e.Message.Contains(future.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_set_that_is_locked_is_an_error_and_the_next_set_is_done()
    {
        _fixture.AddDays(20, "a");
        _fixture.AddDays(20, "b");
        IReadOnlyList<RetentionResult> results;
        using (SetLock.Acquire(_fixture.Store, "a", _fixture.Clock)) results = await _fixture.Engine.ApplyAsync(_fixture.Request, null, default);

        Assert.Equal(ErrorCode.SetLocked, Assert.Single(results[0].Errors).ErrorCode);
        Assert.Empty(results[0].Removed);
        Assert.NotEmpty(results[1].Removed);
    }

    [Fact]
    public async Task A_backup_that_is_pinned_between_the_plan_and_the_removal_stays()
    {
        EmrBackup[] backups = _fixture.AddDays(20);
        RetentionPlans plans = await _fixture.Engine.PlanAsync(_fixture.Request, default);
        HashSet<string> approved = [.. plans.Sets.Single().Plan.Decisions.Where(d => d.Action == EmrRetentionAction.Remove).Select(d => d.Backup.ManifestPath)];
        await new BackupPins(_fixture.Loggers(), _fixture.Clock).SetAsync(new PinRequest(backups[0], true, "wait", null), default);

        RetentionResult result = Assert.Single(await _fixture.Engine.ApplyAsync(_fixture.Request with { Approved = approved }, null, default));

        Assert.Contains(backups[0].ManifestPath, approved);
        Assert.Equal(approved.Count - 1, result.Removed.Count);
        Assert.True(File.Exists(backups[0].Path));
    }

    [Fact]
    public async Task Only_what_was_approved_is_removed()
    {
        EmrBackup[] backups = _fixture.AddDays(20);

        RetentionResult result = Assert.Single(
            await _fixture.Engine.ApplyAsync(_fixture.Request with { Approved = new HashSet<string> { backups[1].ManifestPath, backups[^1].ManifestPath } }, null, default));

        Assert.Equal(backups[1].ManifestPath, Assert.Single(result.Removed).Backup.ManifestPath);
        Assert.Equal(38, _fixture.Files().Length);
    }

    [Fact]
    public void A_caller_that_holds_the_lock_gets_the_same_done()
    {
        EmrBackup[] backups = _fixture.AddDays(20);
        _fixture.AddDays(20, "app2");
        RetentionResult result;
        using (SetLock.Acquire(_fixture.Store, "app", _fixture.Clock))
        {
            result = RetentionEngine.ApplyHeld(
                new FolderStore(_fixture.Store), "app", RetentionFixture.Usual, Backups.Now, _fixture.Loggers().CreateLogger("test"), default);
        }

        Assert.Equal(
            RetentionPlanner.Plan(backups, RetentionFixture.Usual, Backups.Now).Decisions.Where(d => d.Action == EmrRetentionAction.Remove).Select(d => d.Backup.Id),
            result.Removed.Select(d => d.Backup.Id));
        Assert.Equal(40 + (2 * (20 - result.Removed.Count)), _fixture.Files().Length);
    }

    [Fact]
    public async Task A_stopped_run_ends_between_two_removals_and_the_next_one_goes_on()
    {
        _fixture.AddDays(60);
        using var stop = new CancellationTokenSource();
        int removed = 0;
        var run = new RetentionRun(new RetentionStore(_fixture.Store, null), "app", _fixture.Loggers().CreateLogger("test"));
        void Count(EmrBackup backup)
        {
            if (++removed == 3) stop.Cancel();
        }

        Assert.Throws<OperationCanceledException>(() => run.Execute(RetentionFixture.Usual, Backups.Now, null, Count, stop.Token));

        Assert.Equal(2 * (60 - 3), _fixture.Files().Length);
        await _fixture.Engine.ApplyAsync(_fixture.Request, null, default);
        Assert.Empty(Assert.Single(await _fixture.Engine.ApplyAsync(_fixture.Request, null, default)).Removed);
    }

    [Fact]
    public async Task Nothing_is_removed_as_of_a_time_that_is_still_to_come()
    {
        _fixture.AddDays(20);
        RetentionRequest later = _fixture.Request with { AsOf = Backups.Now.AddDays(1) };

        Assert.Equal(ErrorCode.InvalidArgument, (await Assert.ThrowsAsync<EmrSimException>(() => _fixture.Engine.ApplyAsync(later, null, default))).ErrorCode);
        Assert.Equal(
            ErrorCode.InvalidArgument,
            (await Assert.ThrowsAsync<EmrSimException>(() => _fixture.Engine.PlanAsync(later with { ToApply = true }, default))).ErrorCode);
        Assert.NotEmpty((await _fixture.Engine.PlanAsync(later, default)).Sets);
        Assert.Equal(40, _fixture.Files().Length);
    }

    [Fact]
    public async Task A_store_or_a_set_that_is_not_there_is_an_error()
    {
        RetentionRequest nowhere = _fixture.Request with { Destination = Path.Combine(_fixture.Store, "none") };

        Assert.Equal(ErrorCode.DestinationNotFound, (await Assert.ThrowsAsync<EmrSimException>(() => _fixture.Engine.PlanAsync(nowhere, default))).ErrorCode);
        Assert.Equal(ErrorCode.DestinationNotFound, (await Assert.ThrowsAsync<EmrSimException>(() => _fixture.Engine.ApplyAsync(nowhere, null, default))).ErrorCode);
        RetentionPlans plans = await _fixture.Engine.PlanAsync(_fixture.Request with { Names = ["none"] }, default);
        Assert.Equal(ErrorCode.BackupNotFound, Assert.Single(plans.Errors).ErrorCode);
    }
}
