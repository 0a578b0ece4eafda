using System.Management.Automation;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Commands;

/// <summary>The cmdlets over a container of a real Azurite server.</summary>
[NotUnderWine("Azurite is of Linux here")]
public sealed class BlobCommandTests : IClassFixture<AzuriteServer>, IDisposable
{
    private readonly AzuriteServer _server;
    private readonly CommandFolder _folder = new();
    private readonly string _address;

    public BlobCommandTests(AzuriteServer server)
    {
        _server = server;
        _address = server.Address($"c{Guid.NewGuid():N}/nightly");
        _folder.MakeDatabases("app.db");
        string secret = _folder.File("store.secret");
        File.WriteAllText(secret, server.ConnectionString);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Run("$store = $args[0]; $secret = [System.Net.NetworkCredential]::new('', $args[1]).SecurePassword", _address, server.ConnectionString).ThrowOnError();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_backup_is_made_listed_tested_and_removed_by_its_address()
    {
        SessionResult made = Run("1..2 | ForEach-Object { Backup-EmrDatabase app.db $store -StoreSecret $secret -NoRotation -Verbose -Debug }").ThrowOnError();
        Assert.All(made.Values("Path"), p => Assert.StartsWith(_address + "/app-", p, StringComparison.Ordinal));

        Assert.Equal(2, Run("Get-EmrBackup $store -StoreSecretFile store.secret").ThrowOnError().Output.Length);
        Assert.Equal(["Passed"], Run("Get-EmrBackup $store app -Latest -StoreSecret $secret | Test-EmrBackup -Level Restore -StoreSecret $secret").ThrowOnError().Values("Outcome"));
        Assert.Equal(["Passed"], Run("Test-EmrBackup $args[0] -StoreSecret $secret", made.Values("Path")[0]).ThrowOnError().Values("Outcome"));
        Assert.Equal(["Passed"], Run("Test-EmrBackup -LiteralPath $args[0] -StoreSecret $secret", made.Values("ManifestPath")[0]).ThrowOnError().Values("Outcome"));
        Assert.Equal([true], Run("Get-EmrBackup $store -Latest -StoreSecret $secret | Test-EmrBackup -StoreSecretFile store.secret -Quiet").ThrowOnError().Output.Select(o => (bool)o.BaseObject));

        Run("@(Get-EmrBackup $store -StoreSecret $secret)[0] | Remove-EmrBackup -StoreSecret $secret -Confirm:$false").ThrowOnError();
        SessionResult left = Run("Get-EmrBackup $store -StoreSecret $secret").ThrowOnError();
        Assert.Equal([made.Values("Path")[1]], left.Values("Path"));
        Assert.Equal(["LastGoodBackup"], Run("Get-EmrBackup $store -StoreSecret $secret | Remove-EmrBackup -StoreSecret $secret -Confirm:$false").ErrorIds);
        AssertSilent(made);
    }

    [Fact]
    public void Pins_and_retention_work_on_an_address()
    {
        Run("1..3 | ForEach-Object { Backup-EmrDatabase app.db $store -StoreSecret $secret -NoRotation }").ThrowOnError();

        Run("@(Get-EmrBackup $store -StoreSecret $secret)[0] | Set-EmrBackup -Pinned -Reason audit -StoreSecret $secret").ThrowOnError();
        Assert.Equal(["Keep", "Keep", "Remove"], Run("Get-EmrRetentionPlan $store -StoreSecret $secret").ThrowOnError().Values("Action").Order(StringComparer.Ordinal));
        Run("Invoke-EmrRetention $store -StoreSecretFile store.secret -Confirm:$false").ThrowOnError();

        Assert.Equal(["True", "False"], Run("Get-EmrBackup $store -StoreSecret $secret").ThrowOnError().Values("Pinned"));
    }

    [Theory]
    [InlineData("Get-EmrBackup $store -StoreSecret $secret -StoreSecretFile store.secret", "InvalidArgument")]
    [InlineData("Get-EmrBackup $store -StoreSecretFile none.secret", "SecretNotFound")]
    [InlineData("Get-EmrBackup $store", "StoreAccessDenied")]
    [InlineData("Get-EmrBackup $store -StoreSecret $secret", "DestinationNotFound")]
    [InlineData("Get-EmrBackup https://account.blob.core.windows.net -StoreSecret $secret", "InvalidDestination")]
    [InlineData("Get-EmrBackup https://account.blob.core.windows.net/backups -StoreSecret $secret", "InvalidArgument")]
    [InlineData("Test-EmrBackup http://10.0.0.1/account/backups/x.zst", "InvalidDestination")]
    [InlineData("Test-EmrBackup \"$store/app-20260101T000000000Z.sqlite.zst\" -StoreSecret $secret", "DestinationNotFound")]
    [InlineData("Backup-EmrDatabase app.db \"$($store)?sv=1&sig=c2VjcmV0LXRoaW5n\"", "InvalidDestination")]
    [InlineData("Backup-EmrDatabase app.db \"$($store)?sv=1&sig=c2VjcmV0LXRoaW5n\" -WhatIf", "InvalidDestination")]
    [InlineData("Get-EmrBackup \"$($store)?sv=1&sig=c2VjcmV0LXRoaW5n\"", "InvalidDestination")]
    [InlineData("Test-EmrBackup \"$store/x.json?sv=1&sig=c2VjcmV0LXRoaW5n\"", "InvalidDestination")]
    [InlineData("Backup-EmrDatabase http://127.0.0.1/app.db $store -StoreSecret $secret", "SourceNotFound")]
    public void Every_error_has_its_id_and_shows_no_secret(string script, string id)
    {
        SessionResult result = Run(script);

        Assert.Equal([id], result.ErrorIds);
        AssertSilent(result);
    }

    [Fact]
    public void A_secret_file_that_others_can_read_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has lists of rights instead of modes.");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder.File("store.secret"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        Assert.Equal(["SecretExposed"], Run("Backup-EmrDatabase app.db $store -StoreSecretFile store.secret").ErrorIds);
    }

    [Fact]
    public void The_log_names_the_address_and_holds_no_secret()
    {
        Run("Backup-EmrDatabase app.db $store -StoreSecret $secret -LogPath run.log").ThrowOnError();

        string log = File.ReadAllText(_folder.File("run.log"));
        Assert.Contains(_address, log, StringComparison.Ordinal);
        AssertSilent(log);
    }

    [Fact]
    public void Tab_completes_no_names_of_sets_in_a_container()
    {
        Run("Backup-EmrDatabase app.db $store -StoreSecret $secret").ThrowOnError();

        Assert.Empty(Run("$line = \"Get-EmrBackup $store -Name a\"; (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches | Where-Object ResultType -eq ParameterValue").Output);
    }

    [Fact]
    public void The_library_of_the_service_is_loaded_with_the_first_address_and_into_the_modules_own_context()
    {
        const string Loaded = "[AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -like 'Azure.*' } | ForEach-Object { $_.GetName().Name + ' ' + " +
            "[System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($_).Name }";
        string prelude = $"Import-Module '{ModuleSession.ManifestPath}'; ";

        string[] before = ShellProcess.Run(prelude + "Backup-EmrDatabase app.db folder | Test-EmrBackup | Out-Null; " + Loaded, _folder.Folder.FullName).ThrowOnError().Lines;
        string[] after = ShellProcess.Run(
            prelude + $"Backup-EmrDatabase app.db '{_address}' -StoreSecretFile store.secret | Out-Null; " + Loaded, _folder.Folder.FullName).ThrowOnError().Lines;

        Assert.Empty(before);
        Assert.Contains("Azure.Storage.Blobs EmrSim", after);
        Assert.All(after, l => Assert.EndsWith(" EmrSim", l, StringComparison.Ordinal));
    }

    private SessionResult Run(string script, params object[] arguments) => _folder.Run(script, arguments);

    private void AssertSilent(SessionResult result)
    {
        foreach (ErrorRecord error in result.Errors.Concat(result.Terminating is { } terminating ? [terminating] : []))
        {
            // The script's own text holds what the test has written there.
            AssertSilent($"{error} {error.Exception} {error.TargetObject} {error.ErrorDetails?.Message} {error.ErrorDetails?.RecommendedAction} {error.CategoryInfo.TargetName}");
        }

        AssertSilent(string.Join('\n', result.Streams.Verbose.Select(r => r.Message).Concat(result.Streams.Debug.Select(r => r.Message)).Concat(result.Streams.Warning.Select(r => r.Message))));
    }

    private void AssertSilent(string text)
    {
        Assert.DoesNotContain(_server.Key, text, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0LXRoaW5n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("AccountKey", text, StringComparison.Ordinal);
    }
}
