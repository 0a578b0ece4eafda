using AngleSharp.Html.Dom;
using EmrSim.Core.Reporting;
using EmrSim.Tests.Reporting.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Reporting;

/// <summary>Writing the page, and gathering from a store.</summary>
public sealed class ExportTests : IDisposable
{
    private readonly ReportFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    private ReportRequest Request => new(_fixture.File) { Items = Sample.TwoSets() };

    [Fact]
    public async Task A_page_that_is_there_is_replaced_only_when_that_was_asked_for()
    {
        await File.WriteAllTextAsync(_fixture.File, "mine");

        EmrSimException error = await _fixture.FailAsync(Request);
        Assert.Equal(ErrorCode.TargetExists, error.ErrorCode);
        Assert.Equal("mine", await File.ReadAllTextAsync(_fixture.File));

        await _fixture.ExportAsync(Request with { Overwrite = true });
        Assert.StartsWith("<!DOCTYPE html>", await File.ReadAllTextAsync(_fixture.File), StringComparison.Ordinal);
        Assert.Equal(["report.html"], _fixture.Folder.Files());
    }

    [Fact]
    public async Task A_folder_is_never_replaced()
    {
        Directory.CreateDirectory(_fixture.File);

        Assert.Equal(ErrorCode.TargetExists, (await _fixture.FailAsync(Request with { Overwrite = true })).ErrorCode);
    }

    [Fact]
    public async Task A_missing_folder_is_made_and_the_leftover_of_a_killed_run_is_no_obstacle()
    {
        string path = _fixture.Folder.File("reports", "2026", "report.html");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path + ".partial", "half");

        ReportResult result = await _fixture.ExportAsync(new ReportRequest(path) { Items = Sample.TwoSets() });

        Assert.Equal(path, result.Page.FullName);
        Assert.Equal(["reports/2026/report.html"], _fixture.Folder.Files());
    }

    [Fact]
    public async Task A_stop_leaves_the_old_page_and_nothing_else()
    {
        await File.WriteAllTextAsync(_fixture.File, "old");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _fixture.ExportAsync(Request with { Overwrite = true }, new CancellationToken(canceled: true)));

        Assert.Equal("old", await File.ReadAllTextAsync(_fixture.File));
        Assert.Equal(["report.html"], _fixture.Folder.Files());
    }

    [Fact]
    public async Task A_new_page_is_private_and_a_replaced_one_keeps_its_readers()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no modes of files; the folder's ACL applies.");
            return;
        }

        await _fixture.ExportAsync(Request);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_fixture.File));

        File.SetUnixFileMode(_fixture.File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        await _fixture.ExportAsync(Request with { Overwrite = true });
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(_fixture.File));
    }

    [Fact]
    public async Task A_full_and_a_read_only_disk_are_errors_that_leave_nothing()
    {
        using SmallDisk disk = SmallDisk.Mount(_fixture.Folder.File("disk"), 1);
        string path = Path.Combine(disk.Path, "report.html");
        await File.WriteAllBytesAsync(Path.Combine(disk.Path, "ballast"), new byte[1024 * 1024 - 64 * 1024]);

        Assert.Equal(ErrorCode.DiskFull, (await _fixture.FailAsync(Request with { Path = path })).ErrorCode);
        Assert.Equal(["disk/ballast"], _fixture.Folder.Files());

        disk.MakeReadOnly();
        Assert.Equal(ErrorCode.IoError, (await _fixture.FailAsync(Request with { Path = path })).ErrorCode);
    }

    [Fact]
    public async Task A_store_is_gathered_with_what_cannot_be_read_in_it()
    {
        using var backups = new BackupFixture();
        TestDatabase.Create(backups.Source);
        EmrBackup good = await backups.BackupAsync();
        EmrBackup damaged = await backups.BackupAsync(backups.Request with { Name = "other" });
        await File.AppendAllTextAsync(damaged.ManifestPath, "x");

        ReportResult result = await _fixture.ExportAsync(new ReportRequest(_fixture.File) { Destination = backups.Store });

        Assert.Equal([ErrorCode.ManifestDamaged], result.Errors.Select(e => e.ErrorCode));
        IHtmlDocument page = ReportFixture.Parse(await File.ReadAllTextAsync(_fixture.File));
        Assert.Equal("Failed", page.Verdict());
        Assert.Equal(good.StoredLength, page.Card("app").Number("stored"));
        Assert.Single(page.Findings(), f => f.StartsWith(result.Errors[0].Message.TrimEnd('.'), StringComparison.Ordinal));
        Assert.Equal(0, page.Card("other").Number("count"));
    }

    [Fact]
    public async Task A_set_that_was_named_and_is_not_there_is_a_finding_and_an_error()
    {
        using var backups = new BackupFixture();
        TestDatabase.Create(backups.Source);
        await backups.BackupAsync();

        ReportResult result = await _fixture.ExportAsync(new ReportRequest(_fixture.File) { Destination = backups.Store, Names = ["app", "gone"] });

        Assert.Equal([ErrorCode.BackupNotFound], result.Errors.Select(e => e.ErrorCode));
        IHtmlDocument page = ReportFixture.Parse(await File.ReadAllTextAsync(_fixture.File));
        Assert.Equal(["gone", "app"], page.QuerySelectorAll("#sets article").Select(a => a.GetAttribute("data-set")));
        Assert.Contains(page.Findings(), f => f == "It has no backup.");
    }

    [Fact]
    public async Task Nothing_to_report_on_is_a_page_and_an_error()
    {
        Directory.CreateDirectory(_fixture.Folder.File("store"));

        ReportResult result = await _fixture.ExportAsync(new ReportRequest(_fixture.File) { Destination = _fixture.Folder.File("store") });

        Assert.Equal([ErrorCode.BackupNotFound], result.Errors.Select(e => e.ErrorCode));
        Assert.True(File.Exists(_fixture.File));
    }

    [Fact]
    public async Task A_store_that_is_not_there_is_an_error_without_a_page()
    {
        Assert.Equal(ErrorCode.DestinationNotFound, (await _fixture.FailAsync(new ReportRequest(_fixture.File) { Destination = _fixture.Folder.File("none") })).ErrorCode);
        Assert.Empty(_fixture.Folder.Files());
    }

    [Fact]
    public void Only_results_are_known()
    {
        Assert.All(Sample.TwoSets(), item => Assert.True(ReportKinds.Knows(item)));
        Assert.False(ReportKinds.Knows("text"));
        Assert.Throws<ArgumentException>(() => new ReportKinds(["text"]));
    }
}
