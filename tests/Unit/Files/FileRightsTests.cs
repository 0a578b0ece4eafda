using EmrSim.Core.Files;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Files;

/// <summary>What a file is given of another one, so that it can take its place.</summary>
public sealed class FileRightsTests : IDisposable
{
    private const UnixFileMode ReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TempFolder _folder = new();
    private readonly string _model;
    private readonly string _file;

    public FileRightsTests()
    {
        _model = _folder.File("model");
        _file = _folder.File("file");
        File.WriteAllText(_model, "old");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void R11_A_file_takes_the_access_control_list_and_its_group_gains_nothing()
    {
        AccessControlList.Add(_model);
        PrivateFile.Create(_file);

        FileRights.Take(_model, _file);

        Assert.Equal(AccessControlList.Read(_model), AccessControlList.Read(_file));
        Assert.Equal(ReadWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite, AccessControlList.Read(_file).Mode);
    }

    [Fact]
    public void R11_A_file_loses_the_list_that_its_folder_gave_it_where_the_other_one_has_none()
    {
        AccessControlList.Add(_folder.Path, inherited: true);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_model, ReadWrite | UnixFileMode.GroupRead);
        PrivateFile.Create(_file);
        Assert.NotEqual("none", AccessControlList.Read(_file).List);

        FileRights.Take(_model, _file);

        Assert.Equal(("none", ReadWrite | UnixFileMode.GroupRead), AccessControlList.Read(_file));
    }

    [Fact]
    public void R11_A_list_that_cannot_be_carried_over_is_refused()
    {
        AccessControlList.Add(_model);

        // A file system that knows none.
        UnauthorizedAccessException error = Assert.Throws<UnauthorizedAccessException>(() => ExtendedAttribute.AccessControl.Carry(_model, "/proc/self/comm"));

        Assert.Contains("system.posix_acl_access", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void R11_A_file_takes_the_label_where_it_may()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && !Directory.Exists("/sys/fs/selinux/class"), "Needs root where no policy rules labels.");
        const string Label = "import os,sys; os.setxattr(sys.argv[1],'security.selinux',b'system_u:object_r:etc_t:s0')";
        ExternalTool.Run(ExternalTool.Require("python3"), ["-c", Label, _model]);
        PrivateFile.Create(_file);

        FileRights.Take(_model, _file);

        Assert.NotNull(ExtendedAttribute.Label.Of(_model));
        Assert.Equal(ExtendedAttribute.Label.Of(_model), ExtendedAttribute.Label.Of(_file));
    }
}
