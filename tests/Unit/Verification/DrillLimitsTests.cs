using EmrSim.Core.Verification;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Verification;

/// <summary>What a drill leaves alone and what it clears away.</summary>
public sealed class DrillLimitsTests : IDisposable
{
    private readonly BackupFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    private string Work => _fixture.Folder.File("work");

    [Fact]
    public async Task R13_A_drill_passes_while_the_application_has_its_database_locked_and_leaves_every_byte_of_it()
    {
        TestDatabase.Create(_fixture.Source);
        EmrBackup backup = await _fixture.BackupAsync();
        using OtherProcess application = OtherProcess.Start("hold", _fixture.Source, "BEGIN EXCLUSIVE; INSERT INTO patients(name) VALUES ('not yet committed')");
        string[] before = Live();
        Assert.Contains(before, f => f.StartsWith(_fixture.Source + "-wal", StringComparison.Ordinal));

        BackupTestResult result = await _fixture.TestAsync(backup.Path, EmrVerificationLevel.Restore);

        Assert.Equal(EmrOutcome.Passed, result.Test.Outcome);
        Assert.Equal(before, Live());
        application.Kill();
    }

    [Fact]
    public async Task R13_A_drill_needs_no_live_database_and_makes_none()
    {
        TestDatabase.Create(_fixture.Source);
        EmrBackup backup = await _fixture.BackupAsync();
        foreach (string file in Directory.GetFiles(_fixture.Folder.Path)) File.Delete(file);

        Assert.Equal(EmrOutcome.Passed, (await _fixture.TestAsync(backup.Path, EmrVerificationLevel.Restore)).Test.Outcome);

        Assert.Empty(Directory.GetFiles(_fixture.Folder.Path));
    }

    [Theory]
    [InlineData(EmrOutcome.Passed)]
    [InlineData(EmrOutcome.Failed)]
    [InlineData(EmrOutcome.Inconclusive)]
    public async Task R13_Nothing_of_a_drill_is_left_however_it_ends(EmrOutcome outcome)
    {
        TestDatabase.Create(_fixture.Source, rows: 2_000);
        EmrBackup backup = await _fixture.BackupAsync(_fixture.Request with { Compression = EmrCompression.None });
        if (outcome == EmrOutcome.Failed)
        {
            // Without its manifest the damage is found only in the database itself, when that has been unpacked.
            File.Delete(backup.ManifestPath);
            byte[] bytes = await File.ReadAllBytesAsync(backup.Path);
            bytes.AsSpan(bytes.Length / 2, 2_000).Fill(0xFF);
            await File.WriteAllBytesAsync(backup.Path, bytes);
        }

        BackupTestResult result = await _fixture.TestAsync(
            Request(backup) with { Timeout = outcome == EmrOutcome.Inconclusive ? TimeSpan.Zero : null });

        Assert.Equal(outcome, result.Test.Outcome);
        if (outcome != EmrOutcome.Inconclusive) Assert.Contains(result.Test.Checks, c => c.Name == "IntegrityCheck");
        Assert.True(!Directory.Exists(Work) || Directory.GetFileSystemEntries(Work).Length == 0);
    }

    [Theory]
    [InlineData("Unpacking")]
    [InlineData("Integrity check")]
    public async Task R13_Nothing_of_a_drill_is_left_when_it_is_stopped_in_the_middle(string phase)
    {
        TestDatabase.Create(_fixture.Source, rows: 20_000);
        EmrBackup backup = await _fixture.BackupAsync();
        using var stop = new CancellationTokenSource();
        int inside = 0;
        var progress = new Synchronous(p =>
        {
            if (!p.Status.StartsWith(phase, StringComparison.Ordinal)) return;
            inside = Directory.GetDirectories(Work, "emrsim-work-*").Length;
            stop.Cancel();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new BackupTester(_fixture.Loggers(), TimeProvider.System).TestAsync(Request(backup), progress, stop.Token));

        Assert.Equal(1, inside);
        Assert.Empty(Directory.GetFileSystemEntries(Work));
        // What was stopped proves nothing, and is no drill.
        Assert.False(File.Exists(Path.Combine(_fixture.Store, "drills.jsonl")));
    }

    [Fact]
    public async Task R13_What_a_killed_drill_leaves_is_cleared_by_the_next_one()
    {
        TestDatabase.Create(_fixture.Source, rows: 20_000);
        EmrBackup backup = await _fixture.BackupAsync();
        using (OtherProcess drill = OtherProcess.Start("drill", backup.Path, Work, "Unpacking"))
        {
            Assert.Equal("Unpacking", drill.ReadLine());
            drill.Kill();
        }

        string left = Assert.Single(Directory.GetDirectories(Work));
        // One that is just being made may not be locked yet, so only older ones are taken for abandoned.
        Directory.SetLastWriteTimeUtc(left, DateTime.UtcNow.AddMinutes(-2));
        Assert.Equal(EmrOutcome.Passed, (await _fixture.TestAsync(Request(backup))).Test.Outcome);

        Assert.Empty(Directory.GetFileSystemEntries(Work));
    }

    private BackupTestRequest Request(EmrBackup backup) => new(backup.Path, EmrVerificationLevel.Restore) { WorkPath = Work };

    // The shared memory is what readers write to; that nobody read shows in it, too.
    private string[] Live() =>
    [
        .. Directory.GetFiles(_fixture.Folder.Path).Order(StringComparer.Ordinal)
            .Select(f => $"{f} {File.GetLastWriteTimeUtc(f):O} {Convert.ToHexString(ReadShared(f))}"),
    ];

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return System.Security.Cryptography.SHA256.HashData(bytes.ToArray());
    }
}
