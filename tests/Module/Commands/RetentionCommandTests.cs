using System.Management.Automation;
using System.Text.RegularExpressions;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Commands;

/// <summary>Get-EmrRetentionPlan, Invoke-EmrRetention and Set-EmrBackup.</summary>
public sealed partial class RetentionCommandTests : IDisposable
{
    private readonly CommandFolder _folder = new();

    public RetentionCommandTests()
    {
        _folder.MakeDatabases("app.db", "other.db");
        _folder.Run("1..3 | ForEach-Object { Backup-EmrDatabase *.db store -NoRotation }").ThrowOnError();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_plan_has_a_decision_for_every_backup_the_oldest_first_by_set_and_changes_nothing()
    {
        SessionResult result = _folder.Run("Get-EmrRetentionPlan store").ThrowOnError();

        Assert.Equal(["Remove", "Remove", "Keep", "Remove", "Remove", "Keep"], result.Values("Action"));
        Assert.Equal(["app", "app", "app", "other", "other", "other"], _folder.Run("Get-EmrRetentionPlan store | ForEach-Object { $_.Backup.Name }").Output.Select(o => o.ToString()));
        Assert.Equal(12, _folder.Files("store").Length);
    }

    [Theory]
    [InlineData("Get-EmrRetentionPlan store app", 3)]
    [InlineData("'store' | Get-EmrRetentionPlan -Name *", 6)]
    [InlineData("Get-EmrRetentionPlan store app -KeepLast 2 | Where-Object Action -eq Keep", 2)]
    [InlineData("Get-EmrRetentionPlan store app -KeepDaily 0 | Where-Object Action -eq Keep", 1)]
    [InlineData("Get-EmrRetentionPlan store app -AsOf '2000-01-01' | Where-Object Action -eq Keep", 3)]
    [InlineData("Get-EmrRetentionPlan -Simulate 730 -Every 1d", 730)]
    [InlineData("Get-EmrRetentionPlan -Simulate 3 -Every 12h -TimeZone Europe/Berlin -KeepYearly 1", 3)]
    [InlineData("Get-EmrRetentionPlan store -Simulate 3", 6)]
    [InlineData("Invoke-EmrRetention store -Confirm:$false", 4)]
    [InlineData("Invoke-EmrRetention store app", 2)]
    [InlineData("Invoke-EmrRetention store app -KeepLast 3", 0)]
    [InlineData("Invoke-EmrRetention store -WhatIf; Get-EmrBackup store", 6)]
    [InlineData("Get-EmrBackup store | Set-EmrBackup -Pinned", 0)]
    [InlineData("Get-EmrBackup store | Set-EmrBackup -Pinned -PassThru | Where-Object Pinned", 6)]
    [InlineData("Get-EmrBackup store | Set-EmrBackup -Pinned -WhatIf; Get-EmrBackup store | Where-Object Pinned", 0)]
    public void Gives_what_was_asked_for(string script, int count)
    {
        if (script.Contains("-TimeZone Europe", StringComparison.Ordinal)) Wine.Cannot(TestZone.NoIana);
        Assert.Equal(count, _folder.Run(script).ThrowOnError().Output.Length);
    }

    [Theory]
    [InlineData("Get-EmrRetentionPlan none", "DestinationNotFound")]
    [InlineData("Get-EmrRetentionPlan store none", "BackupNotFound")]
    [InlineData("Get-EmrRetentionPlan store -KeepDaily 0 -KeepWeekly 0 -KeepMonthly 0", "EmptyPolicy")]
    [InlineData("Get-EmrRetentionPlan store -KeepLast -1", "InvalidArgument")]
    [InlineData("Get-EmrRetentionPlan store -TimeZone Mars/Olympus", "InvalidArgument")]
    [InlineData("Get-EmrRetentionPlan -Simulate 0", "InvalidArgument")]
    [InlineData("Get-EmrRetentionPlan -Simulate 3 -Every 1", "ParameterArgumentTransformationError")]
    [InlineData("Invoke-EmrRetention store -AsOf '2099-01-01'", "InvalidArgument")]
    [InlineData("Invoke-EmrRetention store -KeepDaily 0 -KeepWeekly 0 -KeepMonthly 0", "EmptyPolicy")]
    [InlineData("Invoke-EmrRetention none", "DestinationNotFound")]
    [InlineData("Get-EmrBackup store app -Latest | Set-EmrBackup -Pinned -Until '2000-01-01'", "InvalidArgument")]
    [InlineData("Get-EmrBackup store app -Latest | Set-EmrBackup -Pinned:$false -Reason no", "InvalidArgument")]
    public void Every_error_has_its_id(string script, string id) => Assert.Equal([id], _folder.Run(script).ErrorIds);

    [Fact]
    public void G12_WhatIf_names_what_is_removed()
    {
        string script = $"Import-Module '{ModuleSession.ManifestPath}'; Invoke-EmrRetention store -WhatIf";
        string[] named = [.. Named().Matches(ShellProcess.Run(script, _folder.Folder.FullName).ThrowOnError().Output).Select(m => m.Groups[1].Value)];
        string[] before = _folder.Files("store");

        string[] removed = [.. _folder.Run("Invoke-EmrRetention store -Confirm:$false | ForEach-Object { $_.Backup.Path }").ThrowOnError().Output.Select(o => o.ToString())];

        Assert.Equal(removed, named);
        Assert.Equal(removed.Select(Path.GetFileName), before.Except(_folder.Files("store")).Where(f => f.EndsWith(".zst", StringComparison.Ordinal)));
        Assert.Equal(4, _folder.Files("store").Length);
    }

    [Fact]
    public void G7_A_set_without_a_verified_backup_is_a_warning_to_the_plan_and_an_error_to_the_job()
    {
        _folder.Run("1..2 | ForEach-Object { Backup-EmrDatabase app.db bad -VerificationLevel Checksum }; Backup-EmrDatabase other.db bad; Backup-EmrDatabase other.db bad -NoRotation").ThrowOnError();

        SessionResult plan = _folder.Run("Get-EmrRetentionPlan bad").ThrowOnError();
        SessionResult run = _folder.Run("Invoke-EmrRetention bad -Confirm:$false");

        Assert.Contains("'app'", Assert.Single(plan.Streams.Warning).Message, StringComparison.Ordinal);
        Assert.Equal(["NoVerifiedBackup"], run.ErrorIds);
        Assert.Single(run.Output);
        Assert.Equal(6, _folder.Files("bad").Length);
    }

    [Fact]
    public void G10_What_cannot_be_removed_is_an_error_and_so_is_the_incomplete_run()
    {
        string manifest = Directory.GetFiles(_folder.File("store"), "app-*.json").Order(StringComparer.Ordinal).First();
        Directory.CreateDirectory(manifest + ".removing");

        SessionResult result = _folder.Run("Invoke-EmrRetention store -Confirm:$false");

        Assert.Equal(3, result.Output.Length);
        Assert.Equal(2, result.ErrorIds.Length);
        Assert.Equal("RetentionIncomplete", result.ErrorIds[1]);
        Assert.True(File.Exists(manifest));
    }

    [Fact]
    public void G15_A_pinned_backup_stays_shows_its_mark_and_is_not_removed_without_force()
    {
        _folder.Run("(Get-EmrBackup store app)[0] | Set-EmrBackup -Pinned -Reason 'legal hold'").ThrowOnError();

        Assert.Equal(["Remove", "Keep"], _folder.Run("(Get-EmrRetentionPlan store app)[1, 0]").Values("Action"));
        Assert.Equal("pinned: legal hold", _folder.Run("(Get-EmrRetentionPlan store app)[0].Reason").Output[0].ToString());
        Assert.Equal("app (pinned)", _folder.Run("[EmrSim.Formatting._Format]::Name((Get-EmrBackup store app)[0])").Output[0].ToString());
        Assert.Single(_folder.Run("Invoke-EmrRetention store app -Confirm:$false").ThrowOnError().Output);
        Assert.Equal(["BackupPinned"], _folder.Run("(Get-EmrBackup store app)[0] | Remove-EmrBackup -Confirm:$false").ErrorIds);
        _folder.Run("(Get-EmrBackup store app)[0] | Remove-EmrBackup -Confirm:$false -Force").ThrowOnError();
        Assert.Single(_folder.Run("Get-EmrBackup store app").Output);
    }

    [Fact]
    public void A_lifted_pin_is_gone_from_the_manifest()
    {
        _folder.Run("Get-EmrBackup store app -Latest | Set-EmrBackup -Pinned -Reason x -Until ([datetimeoffset]::UtcNow.AddDays(1))").ThrowOnError();
        PSObject pinned = _folder.Run("Get-EmrBackup store app -Latest").Output.Single();
        PSObject lifted = _folder.Run("Get-EmrBackup store app -Latest | Set-EmrBackup -Pinned:$false -PassThru").ThrowOnError().Output.Single();

        Assert.Equal((true, "x"), ((bool)pinned.Properties["Pinned"].Value, (string)pinned.Properties["PinReason"].Value));
        Assert.Equal((false, null), ((bool)lifted.Properties["Pinned"].Value, (string?)lifted.Properties["PinReason"].Value));
        Assert.Null(lifted.Properties["PinnedUntilUtc"].Value);
    }

    [Fact]
    public void A_plan_and_a_simulation_are_tables()
    {
        string module = $"Import-Module '{ModuleSession.ManifestPath}'; ";

        string plan = ShellProcess.Run(module + "Get-EmrRetentionPlan store app", _folder.Folder.FullName).ThrowOnError().Output;
        string simulation = ShellProcess.Run(module + "Get-EmrRetentionPlan -Simulate 9", _folder.Folder.FullName).ThrowOnError().Output;

        Assert.Matches("Name +Created +Action +Tiers +Reason", plan);
        Assert.Matches("app .* Keep +Daily, Weekly, Monthly +newest verified", plan);
        Assert.Matches("Date +Count +Daily +Weekly +Monthly +Oldest", simulation);
    }

    [Fact]
    public void Tab_completes_time_zones()
    {
        const string line = "Get-EmrRetentionPlan store -TimeZone berl";

        SessionResult result = _folder.Run(
            "(TabExpansion2 -inputScript $args[0] -cursorColumn $args[0].Length).CompletionMatches | ForEach-Object CompletionText", line).ThrowOnError();

        Assert.Equal(OperatingSystem.IsWindows() ? [] : ["Europe/Berlin"], result.Output.Select(o => o.ToString()));
    }

    [GeneratedRegex("on target \"([^\"]+)\"")]
    private static partial Regex Named();
}
