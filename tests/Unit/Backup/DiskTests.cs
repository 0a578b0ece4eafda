using EmrSim.Core.Files;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Backup;

/// <summary>Disks that are full, read-only, or too small for a file.</summary>
public sealed class DiskTests : IDisposable
{
    private readonly BackupFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task B10_A_destination_without_room_for_the_copy_is_refused_before_anything_is_written()
    {
        using SmallDisk disk = SmallDisk.Mount(_fixture.Store, megabytes: 1);
        TestDatabase.Create(_fixture.Source, rows: 20_000);

        EmrSimException error = await _fixture.FailAsync();

        Assert.Equal(ErrorCode.DiskFull, error.ErrorCode);
        Assert.Contains(_fixture.Store, error.Message, StringComparison.Ordinal);
        Assert.Empty(_fixture.Stored());
    }

    [Fact]
    public async Task B10_A_disk_that_becomes_full_on_the_way_leaves_the_old_backups_and_nothing_of_the_new_one()
    {
        TestDatabase.Create(_fixture.Source, rows: 10);
        using SmallDisk disk = SmallDisk.Mount(_fixture.Store, megabytes: 4);
        EmrBackup old = await _fixture.BackupAsync();
        using (Microsoft.Data.Sqlite.SqliteConnection writer = TestDatabase.Open(_fixture.Source)) TestDatabase.AddPatients(writer, 19_000);
        Assert.InRange(new FileInfo(_fixture.Source).Length, 3_000_000, 3_900_000);

        EmrSimException error = await _fixture.FailAsync();

        Assert.Equal(ErrorCode.DiskFull, error.ErrorCode);
        Assert.Equal([Path.GetFileName(old.ManifestPath), Path.GetFileName(old.Path)], _fixture.Stored().Order(StringComparer.Ordinal));
        Assert.Equal(EmrOutcome.Passed, (await _fixture.TestAsync(old.Path)).Test.Outcome);
    }

    [Fact]
    public async Task B10_A_destination_that_takes_no_writes_is_an_error_that_names_it()
    {
        TestDatabase.Create(_fixture.Source);
        using SmallDisk disk = SmallDisk.Mount(_fixture.Store, megabytes: 1);
        disk.MakeReadOnly();

        EmrSimException error = await _fixture.FailAsync();

        Assert.Contains(error.ErrorCode, new[] { ErrorCode.IoError, ErrorCode.AccessDenied });
        Assert.Contains(_fixture.Store, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B10_A_destination_that_is_a_file_is_an_error_that_names_it()
    {
        TestDatabase.Create(_fixture.Source);
        File.WriteAllText(_fixture.Store, "no folder");

        EmrSimException error = await _fixture.FailAsync();

        Assert.Equal(ErrorCode.DestinationNotFound, error.ErrorCode);
        Assert.Contains(_fixture.Store, error.Message, StringComparison.Ordinal);
        Assert.Equal("no folder", File.ReadAllText(_fixture.Store));
    }

    [Fact]
    public async Task B21_A_WAL_database_on_read_only_media_is_backed_up_and_its_backup_there_is_tested()
    {
        string folder = _fixture.Folder.File("media");
        using SmallDisk disk = SmallDisk.Mount(folder, megabytes: 4);
        string source = TestDatabase.Create(Path.Combine(folder, "app.db"));
        EmrBackup plain = await _fixture.BackupAsync(
            _fixture.Request with { SourcePath = source, Destination = Path.Combine(folder, "store"), Compression = EmrCompression.None });
        disk.MakeReadOnly();

        EmrBackup backup = await _fixture.BackupAsync(_fixture.Request with { SourcePath = source });

        Assert.Equal(500, backup.Tables["patients"]);
        // The stored file carries the WAL flag, and SQLite would want to make files beside it.
        foreach (EmrVerificationLevel level in Enum.GetValues<EmrVerificationLevel>())
        {
            Assert.Equal(EmrOutcome.Passed, (await _fixture.TestAsync(plain.Path, level)).Test.Outcome);
        }
    }

    [Theory]
    [InlineData("vfat", 4L << 30, true)]
    [InlineData("FAT32", 4L << 30, true)]
    [InlineData("msdos", (4L << 30) - 1, false)]
    [InlineData("NTFS", 1L << 40, false)]
    [InlineData("ext4", 1L << 40, false)]
    public void B25_A_file_system_that_ends_at_4_GB_is_known(string format, long length, bool tooLarge) =>
        Assert.Equal(tooLarge, FreeSpace.IsTooLarge(format, length));

    [Theory]
    [InlineData("")]
    [InlineData(@"\\?\")]
    public void B10_Room_is_asked_for_whatever_the_form_of_the_path(string prefix)
    {
        Assert.SkipUnless(OperatingSystem.IsWindows() || prefix.Length == 0, "Only Windows has verbatim paths.");

        EmrSimException error = Assert.Throws<EmrSimException>(() => FreeSpace.Require(prefix + _fixture.Folder.Path, long.MaxValue, "a test"));

        Assert.Equal(ErrorCode.DiskFull, error.ErrorCode);
    }

    [Fact]
    public void B10_B25_A_file_that_may_not_grow_further_leaves_nothing_behind()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The limit is one of Unix.");
        TestDatabase.Create(_fixture.Source, rows: 20_000);

        // Ignored, the signal becomes the error that a file system without large files gives.
        using OtherProcess confined = OtherProcess.StartConfined("export DOTNET_EnableWriteXorExecute=0; trap '' XFSZ; ulimit -f 1000", "backup", _fixture.Source, _fixture.Store);
        (int exitCode, string output) = confined.End();

        Assert.Equal(1, exitCode);
        Assert.EndsWith("FileTooLarge", output.TrimEnd(), StringComparison.Ordinal);
        Assert.Empty(_fixture.Stored());
    }
}
