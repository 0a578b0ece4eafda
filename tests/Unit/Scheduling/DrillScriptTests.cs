using System.Diagnostics;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Scheduling;

/// <summary>The job for drills that about_EmrSim_Scheduling gives, run as it stands there.</summary>
public sealed class DrillScriptTests : IDisposable
{
    private const string Begin = "param([string] $Store";
    private const string End = "exit [int]";

    private readonly BackupFixture _fixture = new();
    private readonly ScheduleFixture _machine;

    public DrillScriptTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The mini host stands in for pwsh by a shell script.");
        _machine = new ScheduleFixture();
        TestDatabase.Create(_fixture.Source);
    }

    private string Drills => Path.Combine(_fixture.Store, "drills.jsonl");

    public void Dispose()
    {
        _fixture.Dispose();
        _machine?.Dispose();
    }

    [Fact]
    public async Task It_drills_the_newest_backup_of_every_set_and_ends_with_0()
    {
        await _fixture.BackupAsync();
        foreach (string set in new[] { "app", "other" }) await _fixture.BackupAsync(_fixture.Request with { Name = set });

        (int exitCode, string output, string errors) = Run();

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Equal(2, output.Split('\n').Count(l => l.EndsWith(": Passed (Restore)", StringComparison.Ordinal)));
        Assert.Equal(2, (await File.ReadAllLinesAsync(Drills)).Length);
    }

    [Fact]
    public async Task One_that_does_not_restore_makes_it_end_with_1_and_does_not_keep_the_others_from_their_drill()
    {
        EmrBackup bad = await _fixture.BackupAsync(_fixture.Request with { Name = "app" });
        await _fixture.BackupAsync(_fixture.Request with { Name = "other" });
        byte[] bytes = await File.ReadAllBytesAsync(bad.Path);
        bytes[^10] ^= 1;
        await File.WriteAllBytesAsync(bad.Path, bytes);

        (int exitCode, string output, string errors) = Run();

        Assert.Equal(1, exitCode);
        Assert.Contains(Path.GetFileName(bad.Path), errors, StringComparison.Ordinal);
        Assert.Contains(": Passed (Restore)", output, StringComparison.Ordinal);
        Assert.Equal(2, (await File.ReadAllLinesAsync(Drills)).Length);
    }

    [Fact]
    public async Task One_that_is_too_old_makes_it_end_with_1()
    {
        _fixture.Clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(-2));
        await _fixture.BackupAsync();

        (int exitCode, _, string errors) = Run();

        Assert.Equal(1, exitCode);
        Assert.Contains("2.00:00:", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_store_without_a_backup_makes_it_end_with_1(bool exists)
    {
        if (exists) Directory.CreateDirectory(_fixture.Store);

        Assert.Equal(1, Run().ExitCode);
    }

    private (int ExitCode, string Output, string Errors) Run()
    {
        string folder = Path.GetDirectoryName(ScheduleFixture.ModulePath)!;
        string[] help = File.ReadAllLines(Path.Combine(folder, "en-US", "about_EmrSim_Scheduling.help.txt"));
        int begin = Array.FindIndex(help, l => l.TrimStart().StartsWith(Begin, StringComparison.Ordinal));
        int end = Array.FindIndex(help, begin, l => l.TrimStart().StartsWith(End, StringComparison.Ordinal));
        string text = string.Join('\n', help[begin..(end + 1)])
            .Replace("/srv/backups", _fixture.Store, StringComparison.Ordinal)
            .Replace("Import-Module EmrSim", $"Import-Module '{ScheduleFixture.ModulePath}'", StringComparison.Ordinal);
        string script = _fixture.Folder.File("drill.ps1");
        File.WriteAllText(script, text + "\n");

        var start = new ProcessStartInfo(_machine.Pwsh, ["-NoProfile", "-NonInteractive", "-File", script]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
