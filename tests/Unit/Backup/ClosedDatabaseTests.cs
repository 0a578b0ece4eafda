using System.Diagnostics;
using EmrSim.Core.Sqlite;
using EmrSim.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmrSim.Tests.Backup;

/// <summary>WAL databases that nobody has open, links to databases, and databases of other accounts.</summary>
public sealed class ClosedDatabaseTests : IDisposable
{
    private readonly BackupFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_backup_of_a_closed_WAL_database_leaves_nothing_beside_it()
    {
        TestDatabase.Create(_fixture.Source);

        EmrBackup backup = await _fixture.BackupAsync();

        Assert.Equal(["app.db"], Directory.GetFiles(_fixture.Folder.Path).Select(Path.GetFileName));
        Assert.Contains("\"journalMode\": \"wal\"", File.ReadAllText(backup.ManifestPath), StringComparison.Ordinal);
        Assert.Equal(EmrOutcome.Passed, (await _fixture.TestAsync(backup.Path, EmrVerificationLevel.Restore)).Test.Outcome);
    }

    [Theory]
    [InlineData("", "app.db")]
    [InlineData("", "%20 #? app.db")]
    [InlineData(@"\\?\", "app.db")]
    [InlineData(@"\\?\", "100% #1 app.db")]
    public async Task It_leaves_nothing_beside_it_where_its_path_is_long_or_verbatim_either(string prefix, string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && name.Contains('?', StringComparison.Ordinal), "Windows has no such names.");
        Assert.SkipUnless(OperatingSystem.IsWindows() || prefix.Length == 0, "Only Windows has verbatim paths.");
        foreach (string part in new[] { "short", new string('l', 120), new string('m', 120) })
        {
            string folder = Directory.CreateDirectory(_fixture.Folder.File(part, part)).FullName;
            TestDatabase.Create(_fixture.Source);
            string source = prefix + Path.Combine(folder, name);
            File.Move(_fixture.Source, source);

            EmrBackup backup = await _fixture.BackupAsync(_fixture.Request with { SourcePath = source, Name = part, Compression = EmrCompression.None });

            Assert.Equal([name], Directory.GetFiles(folder).Select(Path.GetFileName));
            Assert.Equal(500, backup.Tables["patients"]);
        }
    }

    [Theory]
    [InlineData("UPDATE patients SET note = 'changed' WHERE id = 1", false)]
    [InlineData("SELECT count(*) FROM patients", true)]
    public void A_database_that_was_written_while_it_was_read_without_locks_is_known(string sql, bool unchanged)
    {
        TestDatabase.Create(_fixture.Source);
        using SqliteSnapshot snapshot = Begin(locked: false);
        Assert.True(snapshot.IsOneState);

        // Opened, written, checkpointed and closed again: nothing is left beside it that would tell.
        TestDatabase.Run(_fixture.Source, sql);

        Assert.Equal(unchanged, snapshot.IsOneState);
    }

    [Fact]
    public void A_database_that_is_open_is_read_with_locks()
    {
        TestDatabase.Create(_fixture.Source);
        using SqliteConnection application = TestDatabase.Open(_fixture.Source);
        TestDatabase.Scalar(application, "SELECT count(*) FROM patients");
        using SqliteSnapshot snapshot = Begin(locked: false);

        TestDatabase.AddPatients(application, 10);

        Assert.True(snapshot.IsOneState);
        Assert.Equal(500, snapshot.Database.Integer("SELECT count(*) FROM patients"));
    }

    [Fact]
    public void B7_A_second_look_of_the_same_process_does_not_drop_the_locks_of_the_first()
    {
        TestDatabase.Create(_fixture.Source, journalMode: "DELETE");
        using SqliteSnapshot first = Begin(locked: true);
        using (SqliteSnapshot second = Begin(locked: false)) Assert.True(second.IsOneState);

        // Were the lock gone, this other process could write into the middle of the first one's copy.
        var error = Assert.Throws<InvalidOperationException>(() => OtherProcess.Start("hold", _fixture.Source, "BEGIN EXCLUSIVE"));
        Assert.Contains("locked", error.Message, StringComparison.Ordinal);
        Assert.Equal(500, first.Database.Integer("SELECT count(*) FROM patients"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task B6_A_copy_of_a_database_that_was_written_although_it_was_locked_is_made_again_and_never_published(int times)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows' locks are not lost when another handle is closed.");
        TestDatabase.Create(_fixture.Source, rows: 50_000, journalMode: "DELETE");
        int written = 0;

        Task<EmrBackup> backup = _fixture.BackupAsync(_fixture.Request with { Compression = EmrCompression.None }, new Synchronous(p =>
        {
            // Once in every attempt: its first report has only begun to copy.
            if (!p.Status.StartsWith("Copying", StringComparison.Ordinal) || p.Percent > 50 || written == times) return;
            written++;
            // Any script may do this to a database that the same process backs up: closing the file drops the backup's lock.
            using (File.OpenRead(_fixture.Source))
            {
            }

            using OtherProcess writer = OtherProcess.Start("hold", _fixture.Source, $"UPDATE patients SET note = 'torn {written}'");
            writer.End();
        }));

        if (times == 1)
        {
            Assert.Equal(50_000L, TestDatabase.Scalar((await backup).Path, "SELECT count(*) FROM patients WHERE note = 'torn 1'"));
        }
        else
        {
            Assert.Equal(ErrorCode.DatabaseLocked, (await Assert.ThrowsAsync<EmrSimException>(() => backup)).ErrorCode);
            Assert.Empty(_fixture.Stored());
        }
    }

    [Fact]
    public void B7_A_look_through_a_linked_folder_does_not_drop_the_locks_either()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows' locks are not lost when another handle is closed.");
        TestDatabase.Create(_fixture.Source, journalMode: "DELETE");
        Directory.CreateSymbolicLink(_fixture.Folder.File("link"), _fixture.Folder.Path);
        using SqliteSnapshot first = Begin(locked: true);

        string other = SqliteSource.Resolve(_fixture.Folder.File("link", "app.db"));
        using (SqliteSnapshot.Begin(other, false, TimeSpan.Zero, NullLogger.Instance, CancellationToken.None)) Assert.Equal(_fixture.Source, other);

        Assert.Throws<InvalidOperationException>(() => OtherProcess.Start("hold", _fixture.Source, "BEGIN EXCLUSIVE"));
    }

    // On Windows SQLite keeps the log beside the link that it was given.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B3_A_link_to_a_database_whose_rows_are_in_its_WAL_gives_all_of_them(bool writtenThroughLink)
    {
        Directory.CreateDirectory(_fixture.Folder.File("shared"));
        string real = TestDatabase.Create(_fixture.Folder.File("shared", "real.db"), rows: 10);
        Link(Path.Combine("shared", "real.db"));
        using SqliteConnection writer = TestDatabase.Open(writtenThroughLink ? _fixture.Source : real);
        TestDatabase.Run(writer, "PRAGMA wal_autocheckpoint=0");
        TestDatabase.AddPatients(writer, 90);

        EmrBackup backup = await _fixture.BackupAsync();

        Assert.Equal(100, backup.Tables["patients"]);
        Assert.Equal("app", backup.Name);
        Assert.Equal(_fixture.Source, backup.SourcePath);
    }

    [Fact]
    public async Task B3_A_database_that_is_open_under_another_name_is_not_backed_up_without_its_newest_rows()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells whether somebody has a file locked.");
        string other = TestDatabase.Create(_fixture.Folder.File("other.db"), rows: 10);
        using (Process link = Process.Start("ln", [other, _fixture.Source])) await link.WaitForExitAsync(TestContext.Current.CancellationToken);
        Task<EmrBackup> waiting;
        using (OtherProcess application = OtherProcess.Start("hold", other, "INSERT INTO patients(name) VALUES ('only in the log')"))
        {
            EmrSimException error = await _fixture.FailAsync(_fixture.Request with { BusyTimeout = TimeSpan.Zero });
            Assert.Equal(ErrorCode.DatabaseLocked, error.ErrorCode);
            Assert.Contains("open under another name", error.Message, StringComparison.Ordinal);
            Assert.Empty(_fixture.Stored());

            waiting = _fixture.BackupAsync();
            Wait.Until(() => _fixture.Log.Events.Any(e => e.Message.Contains("waiting", StringComparison.Ordinal)), "the backup waits for the application");
            application.End();
        }

        Assert.Equal(11, (await waiting).Tables["patients"]);
        Assert.False(File.Exists(_fixture.Source + "-shm"));
    }

    // As on Windows, where SQLite keeps the log beside the name that it was given.
    [Theory]
    [InlineData(false, false, "real.db")]
    [InlineData(true, false, "app.db")]
    [InlineData(false, true, "real.db")]
    [InlineData(true, true, null)]
    public void The_log_of_a_link_or_of_its_file_is_found_and_of_two_none_is_chosen(bool besideLink, bool besideFile, string? chosen)
    {
        string real = TestDatabase.Create(_fixture.Folder.File("real.db"));
        Link(real);
        if (besideLink) File.WriteAllBytes(_fixture.Source + "-wal", [1]);
        if (besideFile) File.WriteAllBytes(real + "-shm", [1]);

        if (chosen is not null) Assert.Equal(_fixture.Folder.File(chosen), SqliteSource.NameWithLog(_fixture.Source));
        else Assert.Equal(ErrorCode.SourceNeedsRecovery, Assert.Throws<EmrSimException>(() => SqliteSource.NameWithLog(_fixture.Source)).ErrorCode);

        Assert.Equal(real, SqliteSource.NameWithLog(real));
    }

    [Fact]
    public async Task A_link_to_nowhere_or_to_an_empty_file_is_said()
    {
        Link(_fixture.Folder.File("target"));
        Assert.Equal(ErrorCode.SourceNotFound, (await _fixture.FailAsync()).ErrorCode);

        File.WriteAllBytes(_fixture.Folder.File("target"), []);
        Assert.Equal(ErrorCode.SourceEmpty, (await _fixture.FailAsync()).ErrorCode);
    }

    [Theory]
    [InlineData("UPDATE patients SET note = 'changed' WHERE id = 1", false)]
    [InlineData("SELECT count(*) FROM patients", true)]
    public void A_link_to_a_closed_database_tells_when_that_was_written(string sql, bool unchanged)
    {
        string real = TestDatabase.Create(_fixture.Folder.File("real.db"));
        Link(real);
        ClosedDatabase closed = ClosedDatabase.Find(_fixture.Source, TestContext.Current.CancellationToken)!;

        TestDatabase.Run(real, sql);

        Assert.Equal(unchanged, closed.IsUnchanged(_fixture.Source));
    }

    [Fact]
    public async Task A_source_that_this_account_may_not_read_is_the_one_that_is_named()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Becoming another account needs root on Linux.");
        TestDatabase.Create(_fixture.Source);
        string store = Directory.CreateDirectory(_fixture.Store).FullName;
        string asNobody = $"chmod a+rwx '{_fixture.Folder.Path}' '{store}' && chmod 600 '{_fixture.Source}' && exec setpriv --reuid=65534 --regid=65534 --clear-groups";

        using OtherProcess backup = OtherProcess.StartAs(asNobody, "backup", _fixture.Source, store);

        Assert.EndsWith("AccessDenied", backup.End().Output.TrimEnd(), StringComparison.Ordinal);
        Assert.Contains($"access to '{_fixture.Source}' was denied", await backup.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B4_A_log_that_this_account_may_not_read_is_the_one_that_is_named()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Becoming another account needs root on Linux.");
        TestDatabase.Create(_fixture.Source);
        using (OtherProcess application = OtherProcess.Start("hold", _fixture.Source, "INSERT INTO patients(name) VALUES ('only in the log')")) application.Kill();
        File.WriteAllBytes(_fixture.Source, []);
        string store = Directory.CreateDirectory(_fixture.Store).FullName;
        string asNobody = $"chmod a+rwx '{_fixture.Folder.Path}' '{store}' && chmod 644 '{_fixture.Source}' && chmod 600 '{_fixture.Source}-wal' && " +
            "exec setpriv --reuid=65534 --regid=65534 --clear-groups";

        using OtherProcess backup = OtherProcess.StartAs(asNobody, "backup", _fixture.Source, store);

        Assert.EndsWith("AccessDenied", backup.End().Output.TrimEnd(), StringComparison.Ordinal);
        Assert.Contains($"access to '{_fixture.Source}-wal' was denied", await backup.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_that_lead_in_a_circle_are_the_sources_fault()
    {
        string other = _fixture.Folder.File("other.db");
        Link(other);
        File.CreateSymbolicLink(other, _fixture.Source);

        EmrSimException error = await _fixture.FailAsync();

        Assert.Equal((ErrorCode.IoError, _fixture.Source), (error.ErrorCode, error.Target));
    }

    [Fact]
    public async Task A_source_that_vanishes_while_it_is_read_is_not_found()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let go of a file that is read.");
        TestDatabase.Create(_fixture.Source);
        var copying = new Synchronous(_ =>
        {
            if (File.Exists(_fixture.Source)) File.Move(_fixture.Source, _fixture.Source + ".gone");
        });

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => _fixture.BackupAsync(_fixture.Request, copying));

        Assert.Equal((ErrorCode.SourceNotFound, _fixture.Source), (error.ErrorCode, error.Target));
        Assert.Empty(_fixture.Stored());
    }

    [Fact]
    public void Another_account_leaves_no_files_that_the_application_could_not_write()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Becoming another account needs root on Linux.");
        TestDatabase.Create(_fixture.Source);
        string store = Directory.CreateDirectory(_fixture.Store).FullName;
        string asNobody = $"chmod -R a+rwX '{_fixture.Folder.Path}' && exec setpriv --reuid=65534 --regid=65534 --clear-groups";

        // Closed: it is read without making anything.
        using (OtherProcess backup = OtherProcess.StartAs(asNobody, "backup", _fixture.Source, store)) Assert.Equal(0, backup.End().ExitCode);
        Assert.Equal(["app.db"], Directory.GetFiles(_fixture.Folder.Path).Select(Path.GetFileName));

        // Crashed: reading its log would need an index, which would be nobody's.
        using (SqliteConnection writer = TestDatabase.Open(_fixture.Source))
        {
            TestDatabase.AddPatients(writer, 10);
            foreach (string suffix in new[] { "", "-wal" }) File.Copy(_fixture.Source + suffix, _fixture.Folder.File("crashed.db" + suffix));
        }

        using (OtherProcess backup = OtherProcess.StartAs(asNobody, "backup", _fixture.Folder.File("crashed.db"), store))
        {
            Assert.EndsWith("AccessDenied", backup.End().Output.TrimEnd(), StringComparison.Ordinal);
        }

        Assert.False(File.Exists(_fixture.Folder.File("crashed.db-shm")));
    }

    private void Link(string target)
    {
        File.CreateSymbolicLink(_fixture.Source, target);
        Assert.SkipWhen(new FileInfo(_fixture.Source).LinkTarget is null, "This system makes no links.");
    }

    [Fact]
    public async Task A_link_that_is_led_elsewhere_while_its_database_is_copied_is_followed_again()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making links takes a right there.");
        string first = TestDatabase.Create(_fixture.Folder.File("0.db"), rows: 100);
        string model = TestDatabase.Create(_fixture.Folder.File("model.db"), rows: 300);
        File.CreateSymbolicLink(_fixture.Source, first);
        int led = 0;
        void Lead()
        {
            string next = _fixture.Folder.File($"{++led}.db");
            File.Copy(model, next);
            File.Delete(_fixture.Source);
            File.CreateSymbolicLink(_fixture.Source, next);
        }

        EmrBackup once = await _fixture.BackupAsync(_fixture.Request, new Synchronous(p => { if (p.Status.StartsWith("Copying", StringComparison.Ordinal) && led == 0) Lead(); }));
        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(
            () => _fixture.BackupAsync(_fixture.Request, new Synchronous(p => { if (p.Status.StartsWith("Copying", StringComparison.Ordinal)) Lead(); })));

        Assert.Equal(300, once.Tables["patients"]);
        Assert.Equal(ErrorCode.DatabaseLocked, error.ErrorCode);
        Assert.Equal(2, _fixture.Stored().Length);
    }

    private SqliteSnapshot Begin(bool locked) =>
        SqliteSnapshot.Begin(_fixture.Source, locked, TimeSpan.Zero, NullLogger.Instance, TestContext.Current.CancellationToken);
}
