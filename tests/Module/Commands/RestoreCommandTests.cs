using EmrSim.Tests.Support;

namespace EmrSim.Tests.Commands;

/// <summary>Restore-EmrDatabase, Resume-EmrRestore and Undo-EmrRestore through PowerShell.</summary>
public sealed class RestoreCommandTests : IDisposable
{
    private readonly CommandFolder _folder = new();
    private TestApplication? _application;

    public RestoreCommandTests()
    {
        _folder.MakeDatabases("app.db");
        _folder.Run("Backup-EmrDatabase app.db store").ThrowOnError();
        _folder.Change("app.db", "DELETE FROM turns");
    }

    public void Dispose()
    {
        _application?.Dispose();
        _folder.Dispose();
    }

    private object? Turns => _folder.Run("(Backup-EmrDatabase app.db look -AllowShrink -NoRotation -VerificationLevel Checksum).Tables['turns']").ThrowOnError().Output.Single().BaseObject;

    [Fact]
    public void A_tested_backup_pipes_into_a_restore_as_the_design_says()
    {
        SessionResult result = _folder.Run(
            "Get-EmrBackup store -Latest | Test-EmrBackup -Level Restore | Where-Object Outcome -eq Passed | Restore-EmrDatabase -Destination app.db -Force -Confirm:$false").ThrowOnError();

        Assert.Equal(["Passed"], result.Values("Outcome"));
        Assert.Equal([_folder.File("app.db")], result.Values("Destination"));
        Assert.Equal(50L, Turns);
    }

    [Fact]
    public void The_newest_backup_of_a_store_comes_by_name_path_and_pipeline_and_goes_again()
    {
        _folder.Run("Restore-EmrDatabase -From store -Name app -Destination app.db -Force -Confirm:$false").ThrowOnError();
        Assert.Equal(50L, Turns);
        _folder.Run("'app.db' | Undo-EmrRestore -Confirm:$false").ThrowOnError();
        Assert.Equal(0L, Turns);
        _folder.Run("Restore-EmrDatabase store/*.zst app.db -Force -Confirm:$false").ThrowOnError();
        Assert.Equal(50L, Turns);
        SessionResult undone = _folder.Run("Restore-EmrDatabase store/*.zst -Destination app.db -Force -Confirm:$false | Undo-EmrRestore -Confirm:$false").ThrowOnError();
        Assert.Equal(["Passed"], undone.Values("Outcome"));
    }

    [Fact]
    public void R12_WhatIf_names_every_step_and_changes_nothing()
    {
        string[] before = _folder.Files();

        ShellResult result = ShellProcess.RunWith(
            ["-Module", ModuleSession.ManifestPath, "-c", "Restore-EmrDatabase -From store -Destination app.db -Force -WhatIf"], folder: _folder.Folder.FullName).ThrowOnError();

        Assert.Equal("", result.Errors);
        Assert.Equal(["Preflight", "Wait", "SafetyCopy", "Swap", "Verify"], result.Lines.Where(l => l.StartsWith("What if: ", StringComparison.Ordinal)).Select(l => l.Split(' ', ':')[3]));
        Assert.Equal(before, _folder.Files());
    }

    [Fact]
    public void R9_R10_What_cannot_be_restored_is_an_error_of_its_own()
    {
        Assert.Equal(["RestoreTargetExists"], _folder.Run("Restore-EmrDatabase -From store -Destination app.db -Confirm:$false").ErrorIds);
        Assert.Equal(["NoBackupAsOf"], _folder.Run("Restore-EmrDatabase -From store -AsOf 2001-01-01 -Destination x.db -Confirm:$false").ErrorIds);
        Assert.Equal(["InvalidArgument"], _folder.Run("Restore-EmrDatabase -From store -Confirm:$false").ErrorIds);
        Assert.Equal(["DestinationNotFound"], _folder.Run("Restore-EmrDatabase -From nowhere -Destination x.db -Confirm:$false").ErrorIds);
        Assert.Equal(["BackupNotFound"], _folder.Run("Restore-EmrDatabase nothing.zst -Destination x.db -Confirm:$false").ErrorIds);
        Assert.Equal(["SourceNotAFile"], _folder.Run("Restore-EmrDatabase -From store -Destination store -Force -Confirm:$false").ErrorIds);
        Assert.Equal(["RestoreNotFound", "RestoreNotFound"], _folder.Run("Resume-EmrRestore app.db -Confirm:$false; Undo-EmrRestore app.db -Confirm:$false").ErrorIds);
        Assert.Equal(["SourceNotFound"], _folder.Run("Restore-EmrDatabase nothing.db -Salvage -Destination x.db -Confirm:$false").ErrorIds);
        Assert.False(File.Exists(_folder.File("x.db")));
    }

    [Fact]
    public void An_encrypted_backup_needs_its_key_and_a_wrong_one_changes_nothing()
    {
        string script =
            "$right = New-EmrBackupKey right.txt; $null = New-EmrBackupKey wrong.txt; $null = Backup-EmrDatabase app.db secret -Recipient $right.Recipient -AllowShrink; " +
            "Restore-EmrDatabase -From secret -Destination new.db -Confirm:$false";
        Assert.Equal(["KeyNeeded"], _folder.Run(script).ErrorIds);
        Assert.Equal(["WrongKey"], _folder.Run("Restore-EmrDatabase -From secret -Destination new.db -Identity wrong.txt -Confirm:$false").ErrorIds);
        Assert.DoesNotContain(_folder.Files(), f => f.StartsWith("new.db", StringComparison.Ordinal));
        Assert.Equal(["Passed"], _folder.Run("Restore-EmrDatabase -From secret -Destination new.db -Identity right.txt -Confirm:$false").ThrowOnError().Values("Outcome"));
        Assert.Equal(["new.db"], _folder.Files().Where(f => f.StartsWith("new.db", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_can_be_read_of_a_damaged_database_is_saved()
    {
        SessionResult result = _folder.Run("Restore-EmrDatabase app.db -Salvage -Destination saved.db -Confirm:$false").ThrowOnError();

        Assert.Equal([_folder.File("saved.db")], result.Values("Destination"));
        Assert.Equal(["personas", "scenarios", "sessions", "turns"], _folder.Run("$args[0].Tables | ForEach-Object Name", result.Output[0]).Output.Select(o => o.ToString()));
        Assert.True(File.Exists(_folder.File("saved.db")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("TEST_STORAGE=memory")]
    public void An_application_pipes_into_a_restore_by_commands_of_this_session(string setting)
    {
        _application = new TestApplication(_folder.File("emr"), _folder.File("app.db"));
        _application.Start();
        _application.Configure(setting);

        SessionResult result = _folder.Run(
            "$stop = [scriptblock]::Create($args[0]); Get-EmrApplication emr -StopCommand $stop -StartCommand $args[1] | Restore-EmrDatabase -From store -Confirm:$false",
            _application.PowerShell("stop"), _application.PowerShell("start"));

        bool good = setting.Length == 0;
        Assert.True((good ? [] : new[] { "ApplicationNotOnDatabase" }).SequenceEqual(result.ErrorIds), string.Join('\n', result.Errors.Select(e => e.ToString())));
        Assert.Equal([good ? "Passed" : "Failed"], result.Values("Outcome"));
        Assert.NotEqual(["00:00:00"], result.Values("Downtime"));
        Assert.Equal(good ? 50L : 0L, Turns);
    }

    [Fact]
    public void A_command_that_throws_brings_the_old_database_back()
    {
        SessionResult result = _folder.Run("Restore-EmrDatabase -From store -Destination app.db -Force -ValidateCommand { throw 'not what I wanted' } -Confirm:$false");

        Assert.Equal(["ValidationFailed"], result.ErrorIds);
        Assert.Contains("not what I wanted", result.Errors[0].ToString(), StringComparison.Ordinal);
        Assert.Equal(["Failed"], result.Values("Outcome"));
        Assert.Equal(0L, Turns);
        Assert.Equal(["app.db"], _folder.Files().Where(f => f.StartsWith("app.db", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_stop_while_the_application_is_down_brings_the_old_database_back_and_starts_it()
    {
        _application = new TestApplication(_folder.File("emr"), _folder.File("app.db"));
        _application.Start();
        int before = _application.ProcessId!.Value;
        using var shell = System.Management.Automation.PowerShell.Create(_folder.Session.Runspace);
        shell.AddScript(
            "Restore-EmrDatabase -From store -Destination app.db -Force -StopCommand $args[0] -StartCommand $args[1] -Confirm:$false " +
            "-ValidateCommand { [IO.File]::WriteAllText(\"$PWD/validating.txt\", 'x'); while ($true) { } }");
        shell.AddArgument(_application.PowerShell("stop")).AddArgument(_application.PowerShell("start"));
        IAsyncResult run = shell.BeginInvoke();
        Wait.Until(() => File.Exists(_folder.File("validating.txt")) || run.IsCompleted, "the validation command runs");
        shell.Stop();

        Assert.True(File.Exists(_folder.File("validating.txt")), string.Join("; ", shell.Streams.Error));
        // The restore started it, stopped it on the way back, and started it again.
        Assert.NotEqual(before, _application.ProcessId);
        Wait.Until(() => TestApplication.IsHealthy(_application.HealthUrl), "the application answers");
        Assert.Equal(0L, Turns);
        // A journal here would tell that what was cut off had passed.
        Assert.DoesNotContain(_folder.Files(), f => f.Contains(".emr-", StringComparison.Ordinal));
    }
}
