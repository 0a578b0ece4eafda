using System.Diagnostics;
using System.Management.Automation;
using EmrSim.Tests.PowerShell.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.PowerShell;

/// <summary>One of them holds a stop to two seconds, so nothing else runs beside them.</summary>
[CollectionDefinition(nameof(PumpTests), DisableParallelization = true)]
[Collection(nameof(PumpTests))]
public sealed class PumpTests : IDisposable
{
    private const int QueueCapacity = 256;

    private readonly CmdletSession _session = new();
    private readonly BackupFixture _fixture = new();

    [Fact]
    public void A_hundred_thousand_log_records_never_run_far_ahead_of_the_pipeline()
    {
        const int Records = 100_000;
        using System.Management.Automation.PowerShell shell = _session.Prepare($"Test-Chatter -Records {Records} -Verbose");
        int written = 0, furthest = 0;
        shell.Streams.Verbose.DataAdding += (_, _) => furthest = Math.Max(furthest, TestChatterCommand.Said - ++written);
        shell.Streams.Verbose.DataAdded += (_, _) => shell.Streams.Verbose.Clear();

        Assert.Equal(Records, shell.Invoke()[0].BaseObject);

        Assert.Equal(Records, written);
        Assert.InRange(furthest, 1, QueueCapacity + 1);
    }

    [Fact]
    public void Every_record_is_written_by_the_pipelines_own_thread()
    {
        using System.Management.Automation.PowerShell shell = _session.Prepare("[Environment]::CurrentManagedThreadId; Test-Chatter -Records 500 -Verbose");
        var threads = new HashSet<int>();
        shell.Streams.Verbose.DataAdding += (_, _) => threads.Add(Environment.CurrentManagedThreadId);

        int pipeline = (int)shell.Invoke()[0].BaseObject;

        Assert.Equal([pipeline], threads);
    }

    [Fact]
    public void Records_nobody_wants_to_see_are_not_even_queued()
    {
        using System.Management.Automation.PowerShell shell = _session.Prepare("Test-Chatter -Records 1000");

        shell.Invoke();

        Assert.Empty(shell.Streams.Verbose);
        Assert.Equal(1000, TestChatterCommand.Said);
    }

    [Fact]
    public void Progress_is_thinned_out_and_completed()
    {
        using System.Management.Automation.PowerShell shell = _session.Prepare("Test-Progress");

        shell.Invoke();

        Assert.InRange(shell.Streams.Progress.Count, 2, TestProgressCommand.Steps / 10);
        Assert.Equal(ProgressRecordType.Completed, shell.Streams.Progress[^1].RecordType);
    }

    [Fact]
    public void A_foreseen_error_is_an_error_record_and_the_next_record_is_worked_on()
    {
        using System.Management.Automation.PowerShell shell = _session.Prepare("'Foreseen', 'Good' | Test-Fault");

        Assert.Single(shell.Invoke());

        ErrorRecord error = Assert.Single(shell.Streams.Error);
        Assert.Equal("DiskFull,EmrSim.Tests.PowerShell.Support.TestFaultCommand", error.FullyQualifiedErrorId);
        Assert.Equal("Foreseen", error.TargetObject);
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
    }

    [Theory]
    [InlineData("Unforeseen", "InvalidOperationException: a fault")]
    [InlineData("Cancelled", "OperationCanceledException")]
    public void An_exception_of_the_engine_becomes_an_internal_error_with_its_cause(string kind, string message)
    {
        using System.Management.Automation.PowerShell shell = _session.Prepare("$args[0], 'Good' | Test-Fault", kind);

        Assert.Single(shell.Invoke());

        ErrorRecord error = Assert.Single(shell.Streams.Error);
        Assert.StartsWith("InternalError,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(message, error.Exception.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Exception.InnerException);
    }

    [Fact]
    public void A_pipeline_that_wants_only_the_first_result_starts_no_second_backup()
    {
        string second = TestDatabase.Create(_fixture.Folder.File("other.db"));
        TestDatabase.Create(_fixture.Source);
        using System.Management.Automation.PowerShell shell = _session.Prepare(
            "$args[0], $args[1] | Backup-EmrDatabase -Destination $args[2] | Select-First", _fixture.Source, second, _fixture.Store);

        PSObject only = Assert.Single(shell.Invoke());

        Assert.Equal("app", ((EmrBackup)only.BaseObject).Name);
        Assert.Equal(2, _fixture.Stored().Length);
        Assert.False(shell.HadErrors);
    }

    [Fact]
    public void A_pipeline_that_ends_while_the_engine_speaks_stops_the_engine()
    {
        const int Records = 5_000_000;
        using System.Management.Automation.PowerShell shell = _session.Prepare($"Test-Chatter -Records {Records} -Verbose 4>&1 | Select-First");

        PSObject only = Assert.Single(shell.Invoke());

        Assert.Equal("Record 0", only.ToString());
        Assert.InRange(TestChatterCommand.Said, 1, Records - 1);
        Assert.False(shell.HadErrors);
    }

    [Fact]
    public void A_stop_in_the_middle_of_a_long_backup_leaves_no_file_and_returns_within_two_seconds()
    {
        const int Rows = 200_000;
        TestDatabase.Create(_fixture.Source, Rows);
        using System.Management.Automation.PowerShell shell = _session.Prepare(
            "Backup-EmrDatabase $args[0] $args[1] -CompressionLevel 19", _fixture.Source, _fixture.Store);
        IAsyncResult running = shell.BeginInvoke();
        SpinWait.SpinUntil(() => _fixture.Folder.Files("store").Any(f => f.EndsWith(".zst.partial", StringComparison.Ordinal)), 60_000);
        Assert.False(running.IsCompleted, "the backup was over before it could be stopped");

        long stopped = Stopwatch.GetTimestamp();
        shell.Stop();

        Assert.InRange(Stopwatch.GetElapsedTime(stopped).TotalSeconds, 0, 2);
        Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
        Assert.Empty(_fixture.Stored());
    }

    public void Dispose()
    {
        _session.Dispose();
        _fixture.Dispose();
    }
}
