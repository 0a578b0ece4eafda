using EmrSim.Tests.Support;
using Microsoft.Data.Sqlite;

namespace EmrSim.Tests.Backup;

public sealed class SnapshotTests : IDisposable
{
    private readonly BackupFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task B3_Backup_of_a_database_with_rows_only_in_the_WAL_contains_them()
    {
        TestDatabase.Create(_fixture.Source, rows: 10);
        using SqliteConnection writer = TestDatabase.Open(_fixture.Source);
        TestDatabase.Run(writer, "PRAGMA wal_autocheckpoint=0");
        TestDatabase.AddPatients(writer, 90);

        EmrBackup backup = await _fixture.BackupAsync();

        Assert.Equal(100, backup.Tables["patients"]);
        Assert.Equal(EmrOutcome.Passed, (await _fixture.TestAsync(backup.Path, EmrVerificationLevel.Restore)).Test.Outcome);
    }

    [Fact]
    public async Task B1_A_missing_source_is_an_error_and_creates_nothing()
    {
        EmrSimException error = await _fixture.FailAsync();

        Assert.Equal(ErrorCode.SourceNotFound, error.ErrorCode);
        Assert.Empty(_fixture.Folder.Files());
        Assert.False(Directory.Exists(_fixture.Store));
    }
}
