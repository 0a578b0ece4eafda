using AngleSharp.Html.Dom;
using EmrSim.Core.Reporting;
using EmrSim.Tests.Reporting.Support;

namespace EmrSim.Tests.Reporting;

/// <summary>What the page calls good, bad and not known.</summary>
public sealed class VerdictTests : IDisposable
{
    private static readonly EmrBackup s_good = ReportObjects.Backup("chat", ReportObjects.Now.AddHours(-1));

    private readonly ReportFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_set_is_good_when_its_status_says_so_and_nothing_speaks_against_it()
    {
        IHtmlDocument page = await _fixture.PageAsync([s_good, ReportObjects.Status("chat", s_good), ReportObjects.Run("chat", ReportObjects.Now)]);

        Assert.Equal("Passed", page.Verdict());
        Assert.Equal("The set is fresh, verified and proved restorable.", page.QuerySelector(".headline")!.TextContent);
        Assert.Empty(page.Findings());
    }

    [Fact]
    public async Task Without_a_status_nobody_knows_and_the_page_says_so()
    {
        IHtmlDocument page = await _fixture.PageAsync([s_good]);

        Assert.Equal("Inconclusive", page.Verdict());
        Assert.Equal(2, page.Findings().Length);
        Assert.Contains("given no status", page.Findings()[0], StringComparison.Ordinal);
        Assert.StartsWith("Not known:", page.Title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_set_that_was_never_restored_is_not_called_proved_restorable()
    {
        IHtmlDocument page = await _fixture.PageAsync([s_good, ReportObjects.Status("chat", s_good) with { ProvedUtc = null }]);

        Assert.Equal("Inconclusive", page.Verdict());
        Assert.DoesNotContain("proved restorable", page.QuerySelector(".headline")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("No test is known that restored", Assert.Single(page.Findings()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_status_and_a_history_both_tell_is_told_once()
    {
        EmrHistoryEntry run = ReportObjects.Run("chat", ReportObjects.Now, EmrOutcome.Failed) with { Reason = "The disk\nis full." };
        IHtmlDocument page = await _fixture.PageAsync([s_good, ReportObjects.Status("chat", s_good, EmrOutcome.Failed, "the last run failed: The disk is full", "The disk is full"), run]);

        Assert.Equal(["the last run failed: The disk is full", "The disk is full"], page.Findings());
    }

    [Fact]
    public async Task An_empty_report_says_that_nothing_is_known()
    {
        IHtmlDocument page = await _fixture.PageAsync([]);

        Assert.Equal("Inconclusive", page.Verdict());
        Assert.Contains("nothing to report on", page.QuerySelector(".headline")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(page.QuerySelectorAll("#sets, #failures, .passed"));
        Assert.StartsWith("Not known:", page.Title, StringComparison.Ordinal);
    }

    public static TheoryData<string, object, string, string> Against() => new()
    {
        { "a failed run", ReportObjects.Run("chat", ReportObjects.Now, EmrOutcome.Failed), "Failed", "The last run of the backup did not pass" },
        { "a mirror", ReportObjects.Run("chat", ReportObjects.Now, EmrOutcome.Inconclusive, EmrRunKind.Mirror), "Inconclusive", "The last copy to the second store" },
        { "a failed test", ReportObjects.Test(s_good, ReportObjects.Now, EmrVerificationLevel.Checksum, EmrOutcome.Failed), "Failed", "failed its test at level Checksum: IntegrityCheck: row 812" },
        { "an open test", ReportObjects.Test(s_good, ReportObjects.Now, EmrVerificationLevel.Restore, EmrOutcome.Inconclusive), "Inconclusive", "could not be tested to the end" },
        { "a newer one that failed", ReportObjects.Backup("chat", ReportObjects.Now, outcome: EmrOutcome.Failed), "Failed", "not verified: Failed (Integrity)" },
        { "a newer one of checksums only", ReportObjects.Backup("chat", ReportObjects.Now, level: EmrVerificationLevel.Checksum), "Inconclusive", "not verified: Passed (Checksum)" },
        { "one from the future", ReportObjects.Backup("chat", ReportObjects.Now.AddDays(2)), "Inconclusive", "dated in the future" },
    };

    [Theory]
    [MemberData(nameof(Against))]
    public async Task What_speaks_against_a_set_outweighs_a_good_status(string what, object item, string verdict, string finding)
    {
        Assert.NotEmpty(what);

        IHtmlDocument page = await _fixture.PageAsync([s_good, ReportObjects.Status("chat", s_good), item]);

        Assert.Equal(verdict, page.Verdict());
        Assert.Contains(finding, Assert.Single(page.Findings()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_went_well_later_is_history()
    {
        IHtmlDocument page = await _fixture.PageAsync(
        [
            s_good, ReportObjects.Status("chat", s_good),
            ReportObjects.Run("chat", ReportObjects.Now.AddHours(-1)), ReportObjects.Run("chat", ReportObjects.Now.AddHours(-2), EmrOutcome.Failed),
            ReportObjects.Test(s_good, ReportObjects.Now.AddMinutes(-1), EmrVerificationLevel.Restore),
            ReportObjects.Test(s_good, ReportObjects.Now.AddMinutes(-5), EmrVerificationLevel.Restore, EmrOutcome.Inconclusive),
        ]);

        Assert.Equal("Passed", page.Verdict());
        Assert.Equal(2, page.Number("failures"));
    }

    [Fact]
    public async Task G6_G7_A_set_of_unverified_backups_has_failed()
    {
        EmrBackup bad = ReportObjects.Backup("chat", ReportObjects.Now, outcome: EmrOutcome.Inconclusive);

        IHtmlDocument page = await _fixture.PageAsync([bad, ReportObjects.Status("chat", null)]);

        Assert.Equal("Failed", page.Verdict());
        Assert.Equal(["It has no verified backup among 1."], page.Findings());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_backup_that_failed_its_last_test_is_not_called_verified(bool byHistory)
    {
        EmrBackup before = ReportObjects.Backup("chat", ReportObjects.Now.AddDays(-2));
        EmrBackupTest test = ReportObjects.Test(s_good, ReportObjects.Now.AddMinutes(-9), EmrVerificationLevel.Restore, EmrOutcome.Failed);
        object failed = byHistory
            ? ReportObjects.Run("chat", test.StartedUtc, EmrOutcome.Failed, EmrRunKind.Test) with { File = Path.GetFileName(s_good.Path), Level = test.Level, Error = ErrorCode.BackupChecksumMismatch }
            : test;

        IHtmlDocument page = await _fixture.PageAsync([before, s_good, failed]);

        AngleSharp.Dom.IElement card = page.Card("chat");
        Assert.Equal("Failed", card.QuerySelector("[data-field=verified]")!.GetAttribute("data-value"));
        Assert.Equal("Restore", card.QuerySelector("[data-field=level]")!.GetAttribute("data-value") ?? card.QuerySelector("[data-field=level]")!.TextContent);
        Assert.Contains("when it was tested last", card.TextContent, StringComparison.Ordinal);
        Assert.NotNull(card.QuerySelector("[data-field=newest-verified]"));
        Assert.Equal(["Failed", "Passed"], page.QuerySelectorAll("#backups [data-field=verified]").Select(e => e.GetAttribute("data-value")));
        Assert.Contains(page.Findings(), f => f.Contains("failed its", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_backup_that_failed_a_test_and_passed_the_next_or_is_only_too_old_stays_verified()
    {
        EmrBackup old = ReportObjects.Backup("chat", ReportObjects.Now.AddDays(-9));
        EmrBackupTest late = ReportObjects.Test(old, ReportObjects.Now.AddMinutes(-3), EmrVerificationLevel.Integrity, EmrOutcome.Failed);
        object[] tests =
        [
            ReportObjects.Test(s_good, ReportObjects.Now.AddMinutes(-9), EmrVerificationLevel.Restore, EmrOutcome.Failed),
            ReportObjects.Test(s_good, ReportObjects.Now.AddMinutes(-6), EmrVerificationLevel.Restore),
            ReportObjects.Test(s_good, ReportObjects.Now.AddMinutes(-5), EmrVerificationLevel.Restore, EmrOutcome.Inconclusive),
            late with { Checks = [new EmrBackupCheck("Age", EmrOutcome.Failed, "9 d old", TimeSpan.Zero)] },
        ];

        IHtmlDocument page = await _fixture.PageAsync([old, s_good, .. tests]);

        Assert.Equal(["Passed", "Passed"], page.QuerySelectorAll("#backups [data-field=verified]").Select(e => e.GetAttribute("data-value")));
        Assert.Equal("Passed", page.Card("chat").QuerySelector("[data-field=verified]")!.GetAttribute("data-value"));
    }

    [Fact]
    public async Task The_worst_set_comes_first()
    {
        EmrBackup lost = ReportObjects.Backup("zulu", ReportObjects.Now);
        EmrBackup unknown = ReportObjects.Backup("mike", ReportObjects.Now);

        IHtmlDocument page = await _fixture.PageAsync(
            [s_good, ReportObjects.Status("chat", s_good), unknown, lost, ReportObjects.Status("zulu", lost, EmrOutcome.Failed, "Too old.", "Never proved.")]);

        Assert.Equal("Failed", page.Verdict());
        Assert.Equal("1 of 3 sets needs attention.", page.QuerySelector(".headline")!.TextContent);
        Assert.Equal(["zulu", "mike", "chat"], page.QuerySelectorAll("#sets article").Select(a => a.GetAttribute("data-set")));
        Assert.Equal(["Too old.", "Never proved."], page.Findings().Take(2));
    }

    [Fact]
    public async Task G9_Sets_of_similar_names_and_of_one_name_in_two_stores_stay_apart()
    {
        EmrBackup other = ReportObjects.Backup("app", ReportObjects.Now, store: "https://backups.blob.core.windows.net/nightly/app");

        IHtmlDocument page = await _fixture.PageAsync([ReportObjects.Backup("app", ReportObjects.Now), ReportObjects.Backup("app2", ReportObjects.Now), other]);

        Assert.Equal(
            [("app", "/srv/backups"), ("app", "https://backups.blob.core.windows.net/nightly/app"), ("app2", "/srv/backups")],
            page.QuerySelectorAll("#sets article").Select(a => (a.GetAttribute("data-set")!, a.QuerySelector(".store")!.TextContent)));
        Assert.All(page.QuerySelectorAll("#sets article"), a => Assert.Equal(1, a.Number("count")));
    }

    [Fact]
    public async Task A_set_that_is_known_by_its_history_or_its_status_alone_is_not_called_empty()
    {
        IHtmlDocument page = await _fixture.PageAsync([ReportObjects.Run("runs", ReportObjects.Now), ReportObjects.Status("seen", ReportObjects.Backup("seen", ReportObjects.Now))]);

        Assert.Equal(["runs", "seen"], page.QuerySelectorAll("#sets article").Select(a => a.GetAttribute("data-set")));
        Assert.Contains(page.Findings(), f => f.Contains("Which backups it has is not known", StringComparison.Ordinal));
        Assert.Equal("Backups known of", page.Card("seen").QuerySelector("dl > div:last-child dt")!.TextContent);
        Assert.DoesNotContain(page.Findings(), f => f.Contains("It has no backup", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_left_out_is_named()
    {
        IHtmlDocument page = await _fixture.PageAsync([s_good], new ReportRequest(_fixture.File) { LeftOut = ["System.String", "System.Int32", "System.String"] });

        Assert.Contains("Left out: 2 objects of type System.String", page.QuerySelector("#about")!.TextContent, StringComparison.Ordinal);
    }
}
