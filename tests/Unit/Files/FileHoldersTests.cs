using EmrSim.Core.Files;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Files;

/// <summary>Who has a file open, told of real processes.</summary>
public sealed class FileHoldersTests : IDisposable
{
    private const string HoldsOpen = "BEGIN; SELECT count(*) FROM patients";

    private readonly TempFolder _folder = new();
    private readonly string _database;

    public FileHoldersTests() => _database = TestDatabase.Create(_folder.File("app.db"));

    [Fact]
    public void A_file_that_nobody_has_open_has_no_holder() => Assert.Empty(FileHolders.Of(_database));

    [Fact]
    public void R2_A_process_that_has_a_database_open_is_named_with_every_file_that_it_has()
    {
        Wine.Cannot("it has no Restart Manager that tells.");
        using OtherProcess other = OtherProcess.Start("hold", _database, HoldsOpen);

        FileHolders holders = FileHolders.Of(_database, _database + "-wal", _folder.File("missing.db"));

        Assert.All(holders, h => Assert.Equal(other.Id, h.ProcessId));
        Assert.All(holders, h => Assert.True(h.Certain));
        Assert.Equal([_database, _database + "-wal"], holders.Select(h => h.Path).Order(StringComparer.Ordinal));
        Assert.Contains($"({other.Id}", holders.ToString(), StringComparison.Ordinal);
        if (OperatingSystem.IsLinux()) Assert.Equal("emrsim-test-worker", holders[0].ProcessName);
    }

    [Fact]
    public void R2_A_process_that_has_ended_has_nothing_open()
    {
        using (OtherProcess other = OtherProcess.Start("hold", _database, HoldsOpen)) other.End();

        Assert.Empty(FileHolders.Of(_database));
    }

    [Fact]
    public void This_process_counts_only_when_it_is_asked_for()
    {
        Wine.Cannot("it has no Restart Manager that tells.");
        using FileStream own = new(_database, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);

        Assert.Empty(FileHolders.Of(_database));
        Assert.Equal(Environment.ProcessId, Assert.Single(FileHolders.Of([_database], ownToo: true)).ProcessId);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Another_name_of_the_same_file_counts(bool hard)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows links files only with rights that tests need not have.");
        string link = _folder.File("link.db");
        if (hard) ExternalTool.Run("/bin/ln", [_database, link]);
        else File.CreateSymbolicLink(link, _database);
        using OtherProcess other = OtherProcess.Start("open", link);

        FileHolder holder = Assert.Single(FileHolders.Of(_database));

        Assert.Equal((other.Id, _database, true), (holder.ProcessId, holder.Path, holder.Certain));
    }

    [Fact]
    public void A_file_below_a_linked_folder_is_the_same_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows links folders only with rights that tests need not have.");
        string link = _folder.File("link");
        Directory.CreateSymbolicLink(link, _folder.Path);
        using OtherProcess other = OtherProcess.Start("open", _database);

        Assert.Equal(other.Id, Assert.Single(FileHolders.Of(Path.Combine(link, "app.db"))).ProcessId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_that_was_deleted_or_replaced_while_somebody_had_it_open_is_found_by_its_name_alone(bool replaced)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells of deleted files by their names.");
        using OtherProcess other = OtherProcess.Start("open", _database);
        File.Delete(_database);
        if (replaced) File.WriteAllText(_database, "another");

        FileHolder holder = Assert.Single(FileHolders.Of(_database));

        Assert.Equal((other.Id, false), (holder.ProcessId, holder.Certain));
    }

    [Fact]
    public void The_answer_to_an_account_that_may_not_look_into_others_is_incomplete()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root can become another account.");
        Assert.True(FileHolders.Of(_database).Complete);
        using OtherProcess mine = OtherProcess.Start("hold", _database, HoldsOpen);
        using OtherProcess other = OtherProcess.StartAs("setpriv --reuid=65534 --regid=65534 --clear-groups", "holders", _database);

        Assert.Equal("ready", other.ReadLine());
        Assert.Equal("none, incomplete", other.ReadLine());
    }

    [Fact]
    public void R2_The_answer_within_a_container_that_does_not_see_the_processes_of_others_is_incomplete()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root can make a namespace of processes.");
        using OtherProcess outside = OtherProcess.Start("hold", _database, HoldsOpen);
        using OtherProcess inside = OtherProcess.StartAs($"{ExternalTool.Require("unshare")} --fork --kill-child --pid --mount-proc", "holders", _database);

        Assert.Equal("ready", inside.ReadLine());
        Assert.Equal("none, incomplete", inside.ReadLine());
    }

    [Theory]
    [InlineData("p4711\ncnode\nf23\nn/srv/app.db\nf24\nn/srv/app.db-wal\np4712\ncsqlite3\nf3\nn/srv/app.db\n", "node (4711) /srv/app.db;node (4711) /srv/app.db-wal;sqlite3 (4712) /srv/app.db")]
    [InlineData("p1\ncbackupd\nf3\nn/other/name\n", "backupd (1) /srv/app.db")]
    [InlineData("", "")]
    public void What_lsof_writes_is_read(string output, string holders)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no lsof, nor paths like those.");
        Assert.Equal(holders, string.Join(';', OpenFileList.Parse(output, ["/srv/app.db", "/srv/app.db-wal"]).Select(h => $"{h} {h.Path}")));
    }

    [Fact]
    public void Lsof_tells_the_same()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no lsof for Windows.");
        Assert.SkipUnless(File.Exists("/usr/bin/lsof") || File.Exists("/usr/sbin/lsof"), "There is no lsof here.");
        using OtherProcess other = OtherProcess.Start("hold", _database, HoldsOpen);

        (List<FileHolder> holders, _) = OpenFileList.Find([_database, _folder.File("missing.db")]);

        Assert.Equal((other.Id, _database), (Assert.Single(holders).ProcessId, holders[0].Path));
    }

    public void Dispose() => _folder.Dispose();
}
