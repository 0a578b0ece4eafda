using EmrSim.Tests.Support;

namespace EmrSim.Tests.Commands;

/// <summary>New-EmrBackupKey.</summary>
public sealed class KeyCommandTests : IDisposable
{
    private readonly CommandFolder _folder = new();

    [Fact]
    public void A_new_key_gives_its_recipient_and_keeps_its_secret_in_the_file()
    {
        SessionResult result = _folder.Run("New-EmrBackupKey key.txt").ThrowOnError();
        string secret = File.ReadAllLines(_folder.File("key.txt")).Single(l => l.StartsWith("AGE-SECRET-KEY-1", StringComparison.Ordinal));

        Assert.Equal("EmrBackupKey", Assert.Single(result.Output).BaseObject.GetType().Name);
        Assert.Equal(_folder.File("key.txt"), result.Values("Path").Single());
        Assert.Contains("# public key: " + result.Values("Recipient").Single(), File.ReadAllText(_folder.File("key.txt")), StringComparison.Ordinal);
        Assert.Equal(result.Values("Recipient").Single(), result.Output[0].ToString());
        Assert.DoesNotContain(result.Output[0].Properties, p => p.Value is string text && text.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public void Its_table_shows_the_whole_recipient_however_long_the_path_is_and_no_secret()
    {
        string folder = _folder.Folder.CreateSubdirectory(new string('f', 100)).FullName;

        ShellResult result = ShellProcess.Run($"Import-Module '{ModuleSession.ManifestPath}'; New-EmrBackupKey key.txt", folder).ThrowOnError();

        string recipient = File.ReadAllLines(Path.Combine(folder, "key.txt"))[1]["# public key: ".Length..];
        Assert.Contains(recipient, result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIf_makes_no_key()
    {
        Assert.Empty(_folder.Run("New-EmrBackupKey key.txt -WhatIf").ThrowOnError().Output);
        Assert.Empty(_folder.Files());
    }

    [Fact]
    public void A_key_that_is_there_is_kept()
    {
        _folder.Run("New-EmrBackupKey key.txt").ThrowOnError();
        string before = File.ReadAllText(_folder.File("key.txt"));

        Assert.Equal(["TargetExists"], _folder.Run("New-EmrBackupKey key.txt").ErrorIds);
        Assert.Equal(before, File.ReadAllText(_folder.File("key.txt")));
    }

    [Theory]
    [InlineData("New-EmrBackupKey none/key.txt", "DestinationNotFound")]
    [InlineData("New-EmrBackupKey .", "TargetExists")]
    [InlineData("New-EmrBackupKey Env:key", "InvalidArgument")]
    public void Every_error_has_its_id(string script, string id) => Assert.Equal([id], _folder.Run(script).ErrorIds);

    [Fact]
    public void The_library_for_its_keys_is_loaded_beside_the_session_not_into_it()
    {
        SessionResult result = _folder.Run(
            """
            New-EmrBackupKey key.txt | Out-Null
            [Runtime.Loader.AssemblyLoadContext]::All | Where-Object { $_.Assemblies | Where-Object { $_.GetName().Name -eq 'BouncyCastle.Cryptography' } } |
                ForEach-Object Name
            """).ThrowOnError();

        Assert.Equal("EmrSim", Assert.Single(result.Output).ToString());
    }

    public void Dispose() => _folder.Dispose();
}
