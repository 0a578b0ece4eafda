using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;
using EmrSim.Core.Files;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Files;

/// <summary>Who can read what EmrSim writes: by modes on Unix, by lists of rights on Windows.</summary>
public sealed class PrivateFileTests : IDisposable
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private readonly BackupFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void An_ordinary_file_in_an_open_folder_can_be_read_by_others()
    {
        string path = Path.Combine(OpenFolder("open"), "ordinary");
        File.WriteAllText(path, "");

        Assert.False(IsPrivate(path));
    }

    [Fact]
    public void A_private_file_in_an_open_folder_is_its_owners_while_it_is_still_empty()
    {
        string path = Path.Combine(OpenFolder("open"), "private");

        using FileStream file = PrivateFile.OpenNew(path);

        Assert.True(IsPrivate(path));
        Assert.Throws<IOException>(() => PrivateFile.Create(path));
    }

    [Fact]
    public void What_is_made_in_a_private_folder_is_private()
    {
        string folder = Path.Combine(OpenFolder("open"), "private");
        PrivateFile.CreateFolder(folder);
        File.WriteAllText(Path.Combine(folder, "in it"), "");

        Assert.True(IsPrivate(folder));
        Wine.Cannot("what is made in a folder does not inherit its rights.");
        if (OperatingSystem.IsWindows()) Assert.True(IsPrivate(Path.Combine(folder, "in it")));
    }

    [Theory]
    [InlineData(EmrCompression.Zstd)]
    [InlineData(EmrCompression.None)]
    public async Task No_work_file_in_an_open_folder_can_be_read_by_others_and_the_backup_by_those_who_may(EmrCompression compression)
    {
        TestDatabase.Create(_fixture.Source);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_fixture.Source, File.GetUnixFileMode(_fixture.Source) | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        string work = OpenFolder("work");
        OpenFolder("store");
        var seen = new HashSet<string>();
        var exposed = new HashSet<string>();
        var watch = new Synchronous(_ =>
        {
            foreach (string file in Directory.GetFiles(work, "*.partial").Concat(Directory.GetFiles(_fixture.Store, "*.partial")))
            {
                seen.Add(file);
                if (!IsPrivate(file)) exposed.Add(file);
            }
        });

        EmrBackup backup = await _fixture.BackupAsync(_fixture.Request with { WorkPath = work, Compression = compression }, watch);

        Assert.NotEmpty(seen);
        Assert.Empty(exposed);
        Assert.False(IsPrivate(backup.Path));
        Assert.False(IsPrivate(backup.ManifestPath));
    }

    /// <summary>A folder that hands down to everybody the right to read.</summary>
    private string OpenFolder(string name)
    {
        string path = Directory.CreateDirectory(_fixture.Folder.File(name)).FullName;
        if (OperatingSystem.IsWindows()) LetEverybodyRead(path);
        else File.SetUnixFileMode(path, (UnixFileMode)0b111_111_111);
        return path;
    }

    [SupportedOSPlatform("windows")]
    private static void LetEverybodyRead(string folder)
    {
        var directory = new DirectoryInfo(folder);
        DirectorySecurity security = directory.GetAccessControl();
        security.AddAccessRule(new FileSystemAccessRule(
            new SecurityIdentifier(WellKnownSidType.WorldSid, null),
            FileSystemRights.ReadAndExecute,
            InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit,
            PropagationFlags.None,
            AccessControlType.Allow));
        directory.SetAccessControl(security);
    }

    private static bool IsPrivate(string path) => OperatingSystem.IsWindows() ? IsPrivateOnWindows(path) : (File.GetUnixFileMode(path) & Others) == 0;

    [SupportedOSPlatform("windows")]
    private static bool IsPrivateOnWindows(string path)
    {
        using var current = WindowsIdentity.GetCurrent();
        HashSet<IdentityReference> own =
            [current.User!, new SecurityIdentifier(WellKnownSidType.LocalSystemSid, null), new SecurityIdentifier(WellKnownSidType.BuiltinAdministratorsSid, null)];
        FileSystemSecurity security = Directory.Exists(path) ? new DirectoryInfo(path).GetAccessControl() : new FileInfo(path).GetAccessControl();
        return security.GetAccessRules(true, true, typeof(SecurityIdentifier)).Cast<FileSystemAccessRule>().All(r => own.Contains(r.IdentityReference));
    }
}
