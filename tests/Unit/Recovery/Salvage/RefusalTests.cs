using EmrSim.Core.Progress;
using EmrSim.Core.Recovery.Salvage;
using EmrSim.Core.Sqlite;
using EmrSim.Tests.Recovery.Salvage.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Recovery.Salvage;

/// <summary>What cannot be salvaged, or not there.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly SalvageFixture _fixture = new();

    public static TheoryData<string> Kinds => ["zeros", "random", "text", "one byte", "header only"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task In_a_file_that_is_no_database_nothing_is_found(string kind)
    {
        byte[] bytes = new byte[100_000];
        if (kind == "random") new Random(3).NextBytes(bytes);
        if (kind == "text") bytes.AsSpan().Fill((byte)'x');
        if (kind == "one byte") bytes = [13];
        if (kind == "header only") "SQLite format 3\0"u8.CopyTo(bytes);
        File.WriteAllBytes(_fixture.Damaged, bytes);

        Assert.Equal(ErrorCode.SalvageNothingFound, await RefusedAsync());

        Assert.Equal(["damaged.db"], _fixture.Folder.Files());
    }

    [Fact]
    public async Task An_empty_file_a_missing_one_and_a_folder_are_refused()
    {
        Assert.Equal(ErrorCode.SourceNotFound, await RefusedAsync());
        File.WriteAllBytes(_fixture.Damaged, []);
        Assert.Equal(ErrorCode.SourceEmpty, await RefusedAsync());
        File.Delete(_fixture.Damaged);
        Directory.CreateDirectory(_fixture.Damaged);
        Assert.Equal(ErrorCode.SourceNotAFile, await RefusedAsync());
    }

    [Fact]
    public async Task A_file_that_is_there_is_replaced_only_by_force()
    {
        TestDatabase.Create(_fixture.Damaged, rows: 3, journalMode: "DELETE");
        File.WriteAllText(_fixture.Saved, "mine");

        Assert.Equal(ErrorCode.TargetExists, await RefusedAsync(force: false));

        Assert.Equal("mine", File.ReadAllText(_fixture.Saved));
        Assert.Equal(3, (await _fixture.SalvageAsync(force: true)).Saved);
    }

    [Fact]
    public async Task A_log_of_another_database_beside_the_destination_is_refused()
    {
        TestDatabase.Create(_fixture.Damaged, rows: 3, journalMode: "DELETE");
        File.WriteAllText(_fixture.Saved + "-wal", "rows of another database");

        Assert.Equal(ErrorCode.TargetExists, await RefusedAsync());
    }

    [Fact]
    public async Task The_damaged_database_itself_is_never_the_destination()
    {
        TestDatabase.Create(_fixture.Saved, rows: 3, journalMode: "DELETE");
        byte[] before = File.ReadAllBytes(_fixture.Saved);

        Assert.Equal(
            ErrorCode.InvalidArgument, (await Assert.ThrowsAsync<EmrSimException>(() => _fixture.SalvageAsync(_fixture.Saved))).ErrorCode);
        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(_fixture.Damaged, _fixture.Saved);
            Assert.Equal(ErrorCode.InvalidArgument, await RefusedAsync());
        }

        Assert.Equal(before, File.ReadAllBytes(_fixture.Saved));
    }

    [Fact]
    public async Task A_database_that_this_process_is_backing_up_is_left_alone()
    {
        TestDatabase.Create(_fixture.Damaged, rows: 3, journalMode: "DELETE");
        using (SourceHeader.Hold(SqliteSource.Resolve(_fixture.Damaged))) Assert.Equal(ErrorCode.DatabaseLocked, await RefusedAsync());

        Assert.Equal(3, (await _fixture.SalvageAsync()).Saved);
    }

    [Fact]
    public async Task A_stop_leaves_nothing()
    {
        TestDatabase.Create(_fixture.Damaged, rows: 20_000, journalMode: "DELETE");
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => SalvageEngine.SalvageAsync(new SalvageRequest(_fixture.Damaged, _fixture.Saved), new StopAt(stop), stop.Token));

        Assert.Equal(["damaged.db"], _fixture.Folder.Files());
    }

    [Fact]
    public async Task Leftovers_of_a_killed_run_are_no_hindrance()
    {
        TestDatabase.Create(_fixture.Damaged, rows: 3, journalMode: "DELETE");
        File.WriteAllText(_fixture.Saved + ".partial", "half a database");

        Assert.Equal(3, (await _fixture.SalvageAsync(force: false)).Saved);

        Assert.Equal(["damaged.db", "saved.db"], _fixture.Folder.Files());
    }

    [Fact]
    public async Task Others_can_read_the_new_database_only_if_they_could_read_the_old_one()
    {
        if (OperatingSystem.IsWindows()) return;
        TestDatabase.Create(_fixture.Damaged, rows: 3, journalMode: "DELETE");
        File.SetUnixFileMode(_fixture.Damaged, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        await _fixture.SalvageAsync();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_fixture.Saved));
    }

    public void Dispose() => _fixture.Dispose();

    private async Task<ErrorCode> RefusedAsync(bool force = true) =>
        (await Assert.ThrowsAsync<EmrSimException>(() => _fixture.SalvageAsync(force: force))).ErrorCode;

    private sealed class StopAt(CancellationTokenSource stop) : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value) => stop.Cancel();
    }
}
