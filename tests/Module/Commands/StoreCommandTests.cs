using System.Management.Automation;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Commands;

/// <summary>Get-, Test- and Remove-EmrBackup, and what Tab completes.</summary>
public sealed class StoreCommandTests : IDisposable
{
    private readonly CommandFolder _folder = new();

    public StoreCommandTests()
    {
        _folder.MakeDatabases("app.db", "app two.db");
        _folder.Run("1..2 | ForEach-Object { Backup-EmrDatabase *.db store -NoRotation }").ThrowOnError();
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Get-EmrBackup store", 4)]
    [InlineData("Get-EmrBackup store app", 2)]
    [InlineData("Get-EmrBackup store APP*", 4)]
    [InlineData("Get-EmrBackup store -Latest", 2)]
    [InlineData("Get-EmrBackup store none*", 0)]
    [InlineData("Get-EmrBackup store -AsOf '2000-01-01'", 0)]
    [InlineData("Get-EmrBackup store -Latest | Test-EmrBackup -Level Restore | Where-Object Outcome -eq Passed", 2)]
    [InlineData("Test-EmrBackup store/*.zst", 4)]
    [InlineData("Test-EmrBackup store/*.json -Level Checksum", 4)]
    [InlineData("Get-EmrBackup store | Remove-EmrBackup -WhatIf; Get-EmrBackup store", 4)]
    public void Lists_and_tests_what_was_asked_for(string script, int count) =>
        Assert.Equal(count, _folder.Run(script).ThrowOnError().Output.Length);

    [Fact]
    public void B16_A_damaged_backup_fails_writes_an_error_and_is_False_with_Quiet()
    {
        string path = (string)_folder.Run("(Get-EmrBackup store app -Latest).Path").Output[0].BaseObject;
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);

        SessionResult result = _folder.Run("Get-EmrBackup store app | Test-EmrBackup");
        Assert.Equal(["Passed", "Failed"], result.Values("Outcome"));
        Assert.Equal(["BackupChecksumMismatch"], result.ErrorIds);
        Assert.Equal(path, PSObject.AsPSObject(result.Errors[0].TargetObject).Properties["Path"].Value);

        SessionResult quiet = _folder.Run("Get-EmrBackup store app | Test-EmrBackup -Quiet");
        Assert.Equal([true, false], quiet.Output.Select(o => (bool)o.BaseObject));
        Assert.Equal("BackupChecksumMismatch", _folder.Run("Get-EmrBackup store app | Test-EmrBackup -ErrorAction Stop").Terminating!.FullyQualifiedErrorId.Split(',')[0]);
    }

    [Fact]
    public void Removal_asks_and_keeps_the_newest_good_backup_unless_forced()
    {
        Assert.Equal(["LastGoodBackup"], _folder.Run("Get-EmrBackup store app -Latest | Remove-EmrBackup -Confirm:$false").ErrorIds);
        Assert.Equal(8, _folder.Files("store").Length);
        _folder.Run("Get-EmrBackup store app | Remove-EmrBackup -Force -Confirm:$false").ThrowOnError();
        Assert.Equal(4, _folder.Files("store").Length);
    }

    [Theory]
    [InlineData("Get-EmrBackup none", "DestinationNotFound")]
    [InlineData("Get-EmrBackup store none", "BackupNotFound")]
    [InlineData("Get-EmrBackup store app -AsOf '2000-01-01' -Latest", "BackupNotFound")]
    [InlineData("Get-EmrBackup Env:PATH", "InvalidArgument")]
    [InlineData("Test-EmrBackup none.zst", "BackupNotFound")]
    [InlineData("Test-EmrBackup 'store/none*'", "BackupNotFound")]
    [InlineData("Repair-EmrBackup 'store/none*'", "BackupNotFound")]
    [InlineData("Repair-EmrBackup -LiteralPath (Get-EmrBackup store app -Latest).Path", "TargetExists")]
    [InlineData("Repair-EmrBackup app.db", "InvalidArgument")]
    [InlineData("New-EmrSampleDatabase app.db", "TargetExists")]
    [InlineData("Get-EmrBackup store app -Latest | Test-EmrBackup -MaxAge 0:0:0", "BackupTooOld")]
    [InlineData("Get-EmrBackup store app -Latest | Test-EmrBackup -Timeout 0:0:0", "TestInconclusive")]
    public void Every_error_has_its_id(string script, string id) => Assert.Equal([id], _folder.Run(script).ErrorIds);

    [Fact]
    public void A_damaged_manifest_is_an_error_beside_the_other_backups()
    {
        string manifest = Directory.GetFiles(_folder.File("store"), "app-*.json").Order(StringComparer.Ordinal).First();
        File.AppendAllText(manifest, "x");

        SessionResult result = _folder.Run("Get-EmrBackup store app");

        Assert.Equal(["ManifestDamaged"], result.ErrorIds);
        Assert.Single(result.Output);
    }

    [Fact]
    public void G13_A_lost_manifest_is_an_error_whose_target_can_be_repaired()
    {
        string manifest = Directory.GetFiles(_folder.File("store"), "app-*.json").Order(StringComparer.Ordinal).First();
        string lost = File.ReadAllText(manifest);
        File.Delete(manifest);
        string[] before = _folder.Files("store");

        SessionResult listed = _folder.Run("Get-EmrBackup store app");
        Assert.Equal(["ManifestMissing"], listed.ErrorIds);
        Assert.Single(listed.Output);
        Assert.Equal(["ManifestMissing"], _folder.Run("Get-EmrRetentionPlan store app").ErrorIds);

        const string Repair = "Get-EmrBackup store -ErrorAction SilentlyContinue -ErrorVariable broken | Out-Null; $broken.TargetObject | Repair-EmrBackup";
        Assert.Empty(_folder.Run(Repair + " -WhatIf").ThrowOnError().Output);
        Assert.Equal(before, _folder.Files("store"));

        PSObject repaired = _folder.Run(Repair).ThrowOnError().Output.Single();
        Assert.Equal(4, _folder.Run("Get-EmrBackup store").ThrowOnError().Output.Length);
        Assert.NotNull(repaired.Properties["RepairedUtc"].Value);
        Assert.Contains((string)repaired.Properties["Sha256"].Value, lost, StringComparison.Ordinal);
        Assert.Equal(_folder.File("app.db"), repaired.Properties["SourcePath"].Value);
        Assert.Equal("Passed", _folder.Run("Test-EmrBackup $args[0] -Level Restore", manifest).ThrowOnError().Values("Outcome").Single());
    }

    [Theory]
    [InlineData("Repair-EmrBackup -LiteralPath $file -SourcePath other.db", "other.db")]
    [InlineData("Repair-EmrBackup $file", "app.db")]
    [InlineData("[IO.FileInfo] $file | Repair-EmrBackup -WorkPath work", "app.db")]
    public void A_file_to_repair_is_named_in_every_way(string script, string source)
    {
        string manifest = Directory.GetFiles(_folder.File("store"), "app-*.json").Order(StringComparer.Ordinal).First();
        File.AppendAllText(manifest, "x");
        string file = Path.ChangeExtension(manifest, ".sqlite.zst");

        Assert.Equal([_folder.File(source)], _folder.Run("$file = $args[0]; " + script, file).ThrowOnError().Values("SourcePath"));
    }

    [Theory]
    [InlineData("Get-EmrBackup store -Name ", "app 'app two'")]
    [InlineData("Get-EmrBackup store -Name 'app t", "'app two'")]
    [InlineData("Get-EmrBackup store -Name z", "")]
    [InlineData("Get-EmrBackup no-such-store -Name a", "")]
    public void Tab_completes_the_names_of_sets(string line, string expected)
    {
        SessionResult result = _folder.Run(
            "(TabExpansion2 -inputScript $args[0] -cursorColumn $args[0].Length).CompletionMatches | Where-Object ResultType -eq ParameterValue | " +
            "ForEach-Object CompletionText",
            line).ThrowOnError();

        Assert.Equal(expected, string.Join(' ', result.Output.Select(o => o.ToString())));
    }
}
