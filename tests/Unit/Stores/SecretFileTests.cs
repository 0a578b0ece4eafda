using EmrSim.Core.Files;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Stores;

public sealed class SecretFileTests
{
    [Fact]
    public void A_secret_comes_back_without_the_line_break_at_its_end()
    {
        using var folder = new TempFolder();
        string path = folder.File("secret");
        SecretFile.WriteNew(path, "pass phrase \n");

        Assert.Equal("pass phrase ", SecretFile.Read(path));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_secret_that_is_there_is_not_overwritten()
    {
        using var folder = new TempFolder();
        string path = folder.File("secret");
        SecretFile.WriteNew(path, "first");

        Assert.Equal(ErrorCode.TargetExists, Assert.Throws<EmrSimException>(() => SecretFile.WriteNew(path, "second")).ErrorCode);
        Assert.Equal("first", SecretFile.Read(path));
    }

    [Fact]
    public void A_secret_that_others_can_read_is_refused_and_not_told()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes are those of Unix");
        using var folder = new TempFolder();
        string path = folder.File("secret");
        SecretFile.WriteNew(path, "hunter2");
        if (OperatingSystem.IsWindows()) return;
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.GroupRead);

        EmrSimException error = Assert.Throws<EmrSimException>(() => SecretFile.Read(path));

        Assert.Equal(ErrorCode.SecretExposed, error.ErrorCode);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("\n")]
    public void A_secret_that_is_missing_or_empty_is_said_to_be(string? content)
    {
        using var folder = new TempFolder();
        string path = folder.File("secret");
        if (content is not null) SecretFile.WriteNew(path, content);

        Assert.Equal(ErrorCode.SecretNotFound, Assert.Throws<EmrSimException>(() => SecretFile.Read(path)).ErrorCode);
    }
}
