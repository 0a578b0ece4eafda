using EmrSim.Core.Files;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Verification;

public sealed class PrivateTempTests
{
    [Fact]
    public void A_folder_of_this_account_that_others_cannot_enter_is_ours()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere every account has a temporary folder of its own.");
        if (OperatingSystem.IsWindows()) return;
        using var folder = new TempFolder();
        string own = folder.File("own");
        PrivateFile.CreateFolder(own);
        Assert.True(PrivateTemp.IsOursAlone(own));

        File.SetUnixFileMode(own, File.GetUnixFileMode(own) | UnixFileMode.GroupRead);
        Assert.False(PrivateTemp.IsOursAlone(own));
    }

    [Fact]
    public void A_link_that_somebody_put_there_is_not_followed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere every account has a temporary folder of its own.");
        using var folder = new TempFolder();
        PrivateFile.CreateFolder(folder.File("own"));
        Directory.CreateSymbolicLink(folder.File("link"), folder.File("own"));

        Assert.False(PrivateTemp.IsOursAlone(folder.File("link")));
        Assert.False(PrivateTemp.IsOursAlone(folder.File("none")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_or_a_link_to_nowhere_in_its_place_stops_no_backup(bool link)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere every account has a temporary folder of its own.");
        using var folder = new TempFolder();
        string own = PrivateTemp.In(folder.Path).Path;
        Directory.Delete(own);
        if (link) File.CreateSymbolicLink(own, folder.File("nowhere"));
        else File.WriteAllText(own, "");

        Assert.Equal((folder.Path, false), PrivateTemp.In(folder.Path));
    }

    [Fact]
    public void A_folder_of_another_account_is_not_ours()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Giving a folder away needs root.");
        using var folder = new TempFolder();
        string given = folder.File("given");
        PrivateFile.CreateFolder(given);
        using (System.Diagnostics.Process chown = System.Diagnostics.Process.Start("chown", ["nobody", given])) chown.WaitForExit();

        Assert.False(PrivateTemp.IsOursAlone(given));
    }
}
