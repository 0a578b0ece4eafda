using EmrSim.Core.Files;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Files;

/// <summary>Replacing a file that somebody has open: Unix lets it happen and the old one lives on, Windows refuses.</summary>
public sealed class OpenFileTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _path;
    private readonly string _partial;

    public OpenFileTests()
    {
        _path = _folder.File("file");
        _partial = _path + DurableFile.PartialSuffix;
        File.WriteAllText(_path, "old");
        DurableFile.Stage(_partial, "new"u8);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_that_somebody_reads_is_replaced_on_Unix_and_stays_with_its_successor_beside_it_on_Windows()
    {
        using var reader = new StreamReader(new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));

        if (OperatingSystem.IsWindows())
        {
            Exception refused = Assert.ThrowsAny<Exception>(() => DurableFile.Publish(_partial, _path));
            Assert.True(IoErrors.IsIo(refused), refused.ToString());
        }
        else
        {
            DurableFile.Publish(_partial, _path);
        }

        Assert.Equal("old", reader.ReadToEnd());
        reader.Dispose();
        Assert.Equal(OperatingSystem.IsWindows() ? "old" : "new", File.ReadAllText(_path));
        Assert.Equal(OperatingSystem.IsWindows(), File.Exists(_partial));
    }

    [Fact]
    public void A_file_that_somebody_reads_and_lets_be_deleted_is_the_old_one_or_the_new_one_and_whole()
    {
        using (var reader = new StreamReader(new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)))
        {
            Exception? refused = Record.Exception(() => DurableFile.Publish(_partial, _path));

            Assert.True(refused is null || IoErrors.IsIo(refused), $"{refused}");
            Assert.Equal("old", reader.ReadToEnd());
        }

        Assert.Equal(File.Exists(_partial) ? "old" : "new", File.ReadAllText(_path));
    }

    [Fact]
    public async Task A_file_that_a_scanner_holds_for_a_moment_is_replaced_when_it_lets_go()
    {
        var scanner = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Task publishing = Task.Run(() => DurableFile.Publish(_partial, _path), TestContext.Current.CancellationToken);
        if (OperatingSystem.IsWindows()) Assert.NotSame(publishing, await Task.WhenAny(publishing, Task.Delay(TimeSpan.FromMilliseconds(100))));
        await scanner.DisposeAsync();

        await publishing;

        Assert.Equal("new", File.ReadAllText(_path));
    }
}
