using System.Globalization;
using EmrSim.Core.Backup;
using EmrSim.Core.Stores;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace EmrSim.Tests.Stores;

/// <summary>Names of sets and files: whatever the path, the clock and the culture are.</summary>
public sealed class NameTests : IDisposable
{
    private readonly BackupFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task B12_Two_backups_of_one_millisecond_have_names_of_their_own()
    {
        _fixture.Clock = new FakeTimeProvider(new DateTimeOffset(2026, 10, 25, 2, 30, 0, TimeSpan.Zero));
        TestDatabase.Create(_fixture.Source);

        EmrBackup[] backups = [await _fixture.BackupAsync(), await _fixture.BackupAsync(), await _fixture.BackupAsync()];

        Assert.Equal(3, backups.Select(b => b.Path).Distinct().Count());
        Assert.Equal(backups.Select(b => b.Id), (await ListAsync()).Select(b => b.Id));
    }

    [Fact]
    public async Task B12_Backups_are_in_the_order_of_their_recorded_times_whatever_the_clock_did()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 10, 25, 2, 30, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.Zero };
        TestDatabase.Create(_fixture.Source);
        TimeSpan[] steps = [TimeSpan.Zero, TimeSpan.FromDays(365), TimeSpan.FromHours(-1), TimeSpan.FromHours(1)];
        var made = new List<EmrBackup>();
        foreach (TimeSpan step in steps)
        {
            _fixture.Clock = new FakeTimeProvider(clock.GetUtcNow() + step);
            made.Add(await _fixture.BackupAsync());
        }

        Assert.Equal(made.OrderBy(b => b.CreatedUtc).Select(b => b.Id), (await ListAsync()).Select(b => b.Id));
        Assert.Equal(made[1].Id, (await BackupCatalog.ListAsync(new BackupQuery(_fixture.Store, [], true, null), default)).Single().Backup!.Id);
    }

    [Theory]
    [InlineData("a name with spaces.db")]
    [InlineData("it's \"quoted\".db")]
    [InlineData("brackets [1] (x).db")]
    [InlineData("Prüfung – 患者 🩺.db")]
    [InlineData("percent%20#hash?query.db")]
    [InlineData("trailing dot.db.")]
    [InlineData("-dash; DROP TABLE patients.db")]
    [InlineData("no extension")]
    [InlineData(".hidden")]
    public async Task B24_A_database_of_any_name_is_backed_up_listed_and_tested(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && name.IndexOfAny(['"', '?']) >= 0, "Windows has no such names.");
        string source = TestDatabase.Create(_fixture.Folder.File(name), rows: 10);
        string store = _fixture.Folder.File("a store [with] it's own %name#");

        EmrBackup backup = await _fixture.BackupAsync(new BackupRequest(source, store) { VerificationLevel = EmrVerificationLevel.Restore });

        Assert.Equal(source, backup.SourcePath);
        Assert.Equal(backup.Id, (await BackupCatalog.ListAsync(new BackupQuery(store, [], false, null), default)).Single().Backup!.Id);
        Assert.Equal(EmrOutcome.Passed, (await _fixture.TestAsync(backup.Path, EmrVerificationLevel.Restore)).Test.Outcome);
    }

    [Fact]
    public async Task B24_A_path_of_more_than_260_characters_is_no_obstacle()
    {
        string folder = _fixture.Folder.File([.. Enumerable.Repeat("a folder whose name is long", 12)]);
        Directory.CreateDirectory(folder);
        string source = TestDatabase.Create(Path.Combine(folder, "app.db"), rows: 10);

        EmrBackup backup = await _fixture.BackupAsync(new BackupRequest(source, Path.Combine(folder, "store")));

        Assert.True(backup.Path.Length > 260);
        Assert.Equal(EmrOutcome.Passed, (await _fixture.TestAsync(backup.Path, EmrVerificationLevel.Restore)).Test.Outcome);
    }

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("ar-SA")]
    [InlineData("th-TH")]
    [InlineData("")]
    public async Task B26_Names_dates_and_manifests_are_the_same_in_every_culture(string culture)
    {
        (CultureInfo before, CultureInfo beforeUi) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture);
            _fixture.Clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 2, 0, 4, 50, TimeSpan.Zero));
            string source = TestDatabase.Create(_fixture.Folder.File("KLINIK.db"), rows: 10);

            EmrBackup backup = await _fixture.BackupAsync(new BackupRequest(source, _fixture.Store));

            Assert.Equal("KLINIK-20260301T020004050Z.sqlite.zst", Path.GetFileName(backup.Path));
            string manifest = File.ReadAllText(backup.ManifestPath);
            Assert.Contains("\"createdUtc\": \"2026-03-01T02:00:04.05+00:00\"", manifest, StringComparison.Ordinal);
            Assert.Contains("\"patients\": 10", manifest, StringComparison.Ordinal);
            Assert.Equal(EmrOutcome.Passed, (await _fixture.TestAsync(backup.Path)).Test.Outcome);
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (before, beforeUi);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("..")]
    [InlineData(".hidden")]
    [InlineData("ends with a dot.")]
    [InlineData("con")]
    [InlineData("LPT1.old")]
    [InlineData("a:b")]
    [InlineData("what?")]
    [InlineData("line\nbreak")]
    public async Task A_name_that_some_file_system_could_not_hold_is_refused(string name)
    {
        TestDatabase.Create(_fixture.Source);

        EmrSimException error = await _fixture.FailAsync(_fixture.Request with { Name = name });

        Assert.Equal(ErrorCode.InvalidSetName, error.ErrorCode);
        Assert.False(Directory.Exists(_fixture.Store));
    }

    [Fact]
    public async Task A_name_of_120_bytes_is_taken_and_a_longer_one_refused()
    {
        TestDatabase.Create(_fixture.Source);

        Assert.Equal(ErrorCode.InvalidSetName, (await _fixture.FailAsync(_fixture.Request with { Name = new string('n', 121) })).ErrorCode);
        Assert.Equal(120, (await _fixture.BackupAsync(_fixture.Request with { Name = new string('n', 120) })).Name.Length);
    }

    private async Task<EmrBackup[]> ListAsync() =>
        [.. (await BackupCatalog.ListAsync(new BackupQuery(_fixture.Store, [], false, null), default)).Select(e => e.Backup!)];
}
