using EmrSim.Core.Backup;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Backup;

/// <summary>A database that is suddenly empty passes every integrity check; the number of its rows must tell.</summary>
public sealed class ShrinkTests : IDisposable
{
    private const int Rows = 10_000;

    private readonly BackupFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("DELETE FROM patients")]
    [InlineData("DELETE FROM patients WHERE id > 4999")]
    [InlineData("DROP TABLE patients")]
    public async Task B13_A_database_that_lost_its_rows_is_no_good_backup_and_its_copy_is_kept_as_evidence(string loss)
    {
        TestDatabase.Create(_fixture.Source, Rows);
        EmrBackup good = await _fixture.BackupAsync();
        TestDatabase.Run(_fixture.Source, loss);

        EmrSimException error = await _fixture.FailAsync();

        Assert.Equal(ErrorCode.DatabaseShrank, error.ErrorCode);
        Assert.Contains($"{Rows}", error.Message, StringComparison.Ordinal);
        string[] stored = _fixture.Stored();
        Assert.Equal(3, stored.Length);
        string evidence = Assert.Single(stored, f => f.EndsWith(".sqlite.rejected", StringComparison.Ordinal));
        Assert.Equal("ok", TestDatabase.Scalar(Path.Combine(_fixture.Store, evidence), "PRAGMA integrity_check"));
        Assert.Equal(EmrOutcome.Passed, (await _fixture.TestAsync(good.Path)).Test.Outcome);
    }

    [Fact]
    public async Task B13_The_evidence_of_an_earlier_rejection_makes_way_for_the_newest_one()
    {
        TestDatabase.Create(_fixture.Source, Rows);
        await _fixture.BackupAsync();
        TestDatabase.Run(_fixture.Source, "DELETE FROM patients");

        await _fixture.FailAsync();
        string first = Assert.Single(_fixture.Stored(), f => f.EndsWith(".rejected", StringComparison.Ordinal));
        await _fixture.FailAsync();
        string second = Assert.Single(_fixture.Stored(), f => f.EndsWith(".rejected", StringComparison.Ordinal));

        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task B13_A_loss_that_is_meant_is_accepted_when_it_is_said_and_then_is_the_new_measure()
    {
        TestDatabase.Create(_fixture.Source, Rows);
        await _fixture.BackupAsync();
        TestDatabase.Run(_fixture.Source, "DELETE FROM patients");

        EmrBackup small = await _fixture.BackupAsync(_fixture.Request with { AllowShrink = true });

        Assert.Equal(0, small.Tables["patients"]);
        Assert.Equal(0, (await _fixture.BackupAsync()).Tables["patients"]);
    }

    [Theory]
    [InlineData(60, "DELETE FROM patients WHERE id > 20")]
    [InlineData(Rows, "DELETE FROM patients WHERE id > 6000")]
    public async Task A_loss_of_everyday_size_is_no_alarm(int rows, string loss)
    {
        TestDatabase.Create(_fixture.Source, rows);
        await _fixture.BackupAsync();
        TestDatabase.Run(_fixture.Source, loss);

        Assert.Equal(EmrOutcome.Passed, (await _fixture.BackupAsync()).Verification.Outcome);
    }

    [Theory]
    [InlineData(400, true)]
    [InlineData(1000, false)]
    public async Task B13_A_table_that_lost_all_its_rows_is_warned_of_and_a_large_one_fails(int rows, bool passes)
    {
        TestDatabase.Create(_fixture.Source, Rows);
        TestDatabase.Run(_fixture.Source, $"CREATE TABLE visits AS SELECT id FROM patients LIMIT {rows}");
        await _fixture.BackupAsync();
        TestDatabase.Run(_fixture.Source, "DELETE FROM visits");

        if (passes) await _fixture.BackupAsync();
        else Assert.Equal(ErrorCode.DatabaseShrank, (await _fixture.FailAsync()).ErrorCode);

        Assert.Contains(_fixture.Log.Events, e => e.Id == 1012 && e.Message.Contains("visits", StringComparison.Ordinal));
    }

    [Fact]
    public async Task B13_Where_no_earlier_manifest_can_be_read_the_check_is_inconclusive()
    {
        TestDatabase.Create(_fixture.Source, Rows);
        EmrBackup first = await _fixture.BackupAsync();
        File.AppendAllText(first.ManifestPath, " ");
        TestDatabase.Run(_fixture.Source, "DELETE FROM patients");

        EmrBackup empty = await _fixture.BackupAsync();

        Assert.Equal(EmrOutcome.Inconclusive, empty.Verification.Outcome);
        // It must not become the measure for the next night.
        Assert.Equal(EmrOutcome.Inconclusive, (await _fixture.BackupAsync()).Verification.Outcome);
        Assert.Contains(_fixture.Log.Events, e => e.Id == 2002 && e.Level == Microsoft.Extensions.Logging.LogLevel.Warning && e.Message.Contains("Shrink", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_set_is_measured_by_its_own_backups()
    {
        TestDatabase.Create(_fixture.Source, Rows);
        await _fixture.BackupAsync();
        string small = TestDatabase.Create(_fixture.Folder.File("app2.db"), rows: 1);

        Assert.Equal(1, (await _fixture.BackupAsync(new BackupRequest(small, _fixture.Store))).Tables["patients"]);
    }
}
