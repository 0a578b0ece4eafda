using System.Management.Automation;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Commands;

/// <summary>Ctrl+C in a restore, after the application was stopped.</summary>
public sealed class RestoreStopTests : IDisposable
{
    private readonly CommandFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // In the step Wait; in a StopCommand that takes long; in a StartCommand that takes long.
    [Theory]
    [InlineData("", "", "stop", "stop start")]
    [InlineData("[System.Threading.Thread]::Sleep(3000)", "", "stop", "stop start")]
    [InlineData("", "[System.Threading.Thread]::Sleep(3000)", "start", "stop start stop start")]
    public void Whoever_stops_a_restore_does_not_leave_the_application_down(string slowStop, string slowStart, string when, string expected)
    {
        _folder.MakeDatabases("app.db");
        _folder.Run("Backup-EmrDatabase app.db -Destination store").ThrowOnError();
        string log = _folder.File("log");
        using var shell = PowerShell.Create(_folder.Session.Runspace);
        shell.AddScript($$"""
            Restore-EmrDatabase -From store -Destination app.db -Force -Confirm:$false -ValidateTimeout 00:00:05 `
                -StopCommand  "[System.IO.File]::AppendAllText('{{log}}', 'stop '); {{slowStop}}" `
                -StartCommand "[System.IO.File]::AppendAllText('{{log}}', 'start '); {{slowStart}}"
            """);
        IAsyncResult run = shell.BeginInvoke();
        Assert.True(SpinWait.SpinUntil(() => File.Exists(log) && Read(log).Contains(when, StringComparison.Ordinal), TimeSpan.FromSeconds(60)));
        Thread.Sleep(500);

        shell.Stop();
        Assert.True(run.AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(60)));

        Assert.Equal(expected, Read(log).Trim());
        Assert.False(File.Exists(_folder.File("app.db.emr-restore.json")), "the restore is left unfinished");
    }

    // While a command writes it.
    private static string Read(string log)
    {
        using var reader = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }

    [Fact]
    public void A_warning_that_ends_the_pipeline_does_not_leave_the_application_down()
    {
        _folder.MakeDatabases("app.db");
        _folder.Run("Backup-EmrDatabase app.db -Destination store").ThrowOnError();
        string log = _folder.File("log");

        // The StopCommand stops it and fails; the warning of the failed step itself ends the pipeline.
        _folder.Run($$"""
            Restore-EmrDatabase -From store -Destination app.db -Force -Confirm:$false -WarningAction Stop -StopCommand 'exit 4' `
                -StartCommand "[System.IO.File]::AppendAllText('{{log}}', 'start ')"
            """);

        Assert.True(File.Exists(log), "the application was not started again");
        Assert.False(File.Exists(_folder.File("app.db.emr-restore.json")), "the restore is left unfinished");
    }
}
