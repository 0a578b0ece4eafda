using EmrSim.Core.Backup;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Backup;

/// <summary>What is refused as a source, and how clearly.</summary>
public sealed class SourceTests : IDisposable
{
    private readonly BackupFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task B1_A_missing_source_is_an_error_and_creates_nothing()
    {
        EmrSimException error = await _fixture.FailAsync();

        Assert.Equal(ErrorCode.SourceNotFound, error.ErrorCode);
        Assert.Contains(_fixture.Source, error.Message, StringComparison.Ordinal);
        Assert.Empty(_fixture.Folder.Files());
        Assert.False(Directory.Exists(_fixture.Store));
    }

    [Fact]
    public async Task B1_A_folder_is_not_taken_for_a_database()
    {
        Directory.CreateDirectory(_fixture.Source);

        Assert.Equal(ErrorCode.SourceNotAFile, (await _fixture.FailAsync()).ErrorCode);
    }

    [Fact]
    public async Task B2_An_empty_file_is_refused_not_backed_up_as_an_empty_database()
    {
        File.WriteAllBytes(_fixture.Source, []);

        Assert.Equal(ErrorCode.SourceEmpty, (await _fixture.FailAsync()).ErrorCode);
        Assert.Equal(["app.db"], _fixture.Folder.Files());
    }

    [Fact]
    public async Task B2_A_text_file_is_not_a_database()
    {
        File.WriteAllText(_fixture.Source, string.Join('\n', Enumerable.Repeat("SQLite format 3 is what this is not.", 100)));

        Assert.Equal(ErrorCode.NotADatabase, (await _fixture.FailAsync()).ErrorCode);
        Assert.Empty(_fixture.Stored());
    }

    [Theory]
    [InlineData(new byte[] { 0x1f, 0x8b, 8, 0 }, "gzip")]
    [InlineData(new byte[] { 0x28, 0xb5, 0x2f, 0xfd }, "Zstandard")]
    [InlineData(new byte[] { 0x50, 0x47, 0x44, 0x4d, 0x50 }, "PostgreSQL")]
    public async Task B2_A_file_of_another_kind_is_named(byte[] magic, string name)
    {
        File.WriteAllBytes(_fixture.Source, [.. magic, .. new byte[4096]]);

        EmrSimException error = await _fixture.FailAsync();

        Assert.Equal(ErrorCode.NotADatabase, error.ErrorCode);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(4096)]
    [InlineData(3 * 4096 + 100)]
    public async Task B2_A_database_that_is_cut_off_is_truncated(int length)
    {
        TestDatabase.Create(_fixture.Source, journalMode: "DELETE");
        using (FileStream file = File.OpenWrite(_fixture.Source)) file.SetLength(length);

        EmrSimException error = await _fixture.FailAsync();

        Assert.Equal(ErrorCode.SourceTruncated, error.ErrorCode);
        Assert.Empty(_fixture.Stored());
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(64 * 1024)]
    public async Task B2_What_looks_like_random_bytes_is_an_encrypted_database(int length)
    {
        byte[] bytes = new byte[length];
        new Random(20_26).NextBytes(bytes);
        File.WriteAllBytes(_fixture.Source, bytes);

        Assert.Equal(ErrorCode.SourceEncrypted, (await _fixture.FailAsync()).ErrorCode);
    }

    [Fact]
    public async Task B5_A_hot_journal_is_refused_with_its_reason_and_neither_played_back_nor_ignored()
    {
        TestDatabase.Create(_fixture.Source, rows: 20_000, journalMode: "DELETE");
        using (OtherProcess crashing = OtherProcess.Start("crash", _fixture.Source)) crashing.End();
        string journal = _fixture.Source + "-journal";
        byte[] database = File.ReadAllBytes(_fixture.Source), left = File.ReadAllBytes(journal);

        EmrSimException error = await _fixture.FailAsync();

        Assert.Equal(ErrorCode.SourceNeedsRecovery, error.ErrorCode);
        Assert.Contains(journal, error.Message, StringComparison.Ordinal);
        Assert.Equal(database, File.ReadAllBytes(_fixture.Source));
        Assert.Equal(left, File.ReadAllBytes(journal));
        Assert.Empty(_fixture.Stored());

        // What the message advises helps.
        Assert.Equal(0L, TestDatabase.Scalar(_fixture.Source, "SELECT count(*) FROM patients WHERE note LIKE 'torn %'"));
        Assert.Equal(20_000, (await _fixture.BackupAsync()).Tables["patients"]);
    }

    [Fact]
    public async Task A_second_database_that_would_take_the_set_of_another_is_refused()
    {
        TestDatabase.Create(_fixture.Source);
        await _fixture.BackupAsync();
        Directory.CreateDirectory(_fixture.Folder.File("other"));
        string other = TestDatabase.Create(_fixture.Folder.File("other", "app.db"));

        EmrSimException error = await _fixture.FailAsync(new BackupRequest(other, _fixture.Store));

        Assert.Equal(ErrorCode.SetBelongsToAnotherSource, error.ErrorCode);
        Assert.Equal(2, _fixture.Stored().Length);
        // A database that has only moved is named explicitly.
        Assert.Equal("app", (await _fixture.BackupAsync(new BackupRequest(other, _fixture.Store) { Name = "app" })).Name);
    }

    [Theory]
    [InlineData("OneDrive - Clinic", "OneDrive")]
    [InlineData("Dropbox", "Dropbox")]
    public async Task B23_A_database_in_a_folder_that_is_synchronized_is_backed_up_with_a_warning(string folder, string service)
    {
        Directory.CreateDirectory(_fixture.Folder.File(folder));
        string source = TestDatabase.Create(_fixture.Folder.File(folder, "app.db"));

        await _fixture.BackupAsync(new BackupRequest(source, _fixture.Store));

        Assert.Contains(_fixture.Log.Events, e => e.Level == Microsoft.Extensions.Logging.LogLevel.Warning && e.Message.Contains(service, StringComparison.Ordinal));
    }
}
