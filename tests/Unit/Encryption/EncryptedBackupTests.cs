using System.Text;
using EmrSim.Core.Backup;
using EmrSim.Core.Encryption;
using EmrSim.Core.Verification;
using EmrSim.Tests.Encryption.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Encryption;

/// <summary>Encrypted backups through the engine.</summary>
public sealed class EncryptedBackupTests : IDisposable
{
    private const string Marker = "Herzkatheter am Montag";

    private readonly BackupFixture _fixture = new();
    private readonly AgeFixture _keys = new();

    public EncryptedBackupTests()
    {
        TestDatabase.Create(_fixture.Source);
        TestDatabase.Run(_fixture.Source, $"INSERT INTO patients(name, note) VALUES('Marker', '{Marker}')");
    }

    public void Dispose()
    {
        _fixture.Dispose();
        _keys.Dispose();
    }

    public static TheoryData<EmrCompression, int, EmrVerificationLevel> Forms => new()
    {
        { EmrCompression.Zstd, 1, EmrVerificationLevel.Integrity },
        { EmrCompression.Zstd, 1, EmrVerificationLevel.Restore },
        { EmrCompression.Zstd, 19, EmrVerificationLevel.Integrity },
        { EmrCompression.Gzip, 6, EmrVerificationLevel.Integrity },
        { EmrCompression.None, 1, EmrVerificationLevel.Integrity },
        { EmrCompression.None, 1, EmrVerificationLevel.Restore },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_backup_to_a_recipient_is_proved_without_its_identity_and_restores_with_it(
        EmrCompression compression, int codecLevel, EmrVerificationLevel level)
    {
        EmrBackup backup = await _fixture.BackupAsync(
            Request with { Compression = compression, CompressionLevel = codecLevel, VerificationLevel = level });

        Assert.EndsWith(".age", backup.Path, StringComparison.Ordinal);
        Assert.Equal(EmrEncryption.AgeRecipient, backup.Encryption);
        Assert.Equal([_keys.Recipient], backup.Recipients);
        Assert.Equal(EmrOutcome.Passed, backup.Verification.Outcome);
        BackupTestResult test = await TestAsync(backup, _keys.Decryption);
        Assert.True(EmrOutcome.Passed == test.Test.Outcome, test.Error?.Message);
        Assert.Contains(test.Test.Checks, c => c is { Name: "Decryption", Outcome: EmrOutcome.Passed });
        Assert.Equal(2, _fixture.Stored().Length);
        Assert.False(Holds(backup.Path, Marker));
    }

    [Fact]
    public async Task A_backup_with_a_passphrase_restores_with_it_alone()
    {
        EmrBackup backup = await _fixture.BackupAsync(_fixture.Request with { Encryption = new EncryptionKeys { Passphrase = AgeFixture.Secret("right") } });

        Assert.Equal(EmrEncryption.AgePassphrase, backup.Encryption);
        Assert.Equal(EmrOutcome.Passed, (await TestAsync(backup, new DecryptionKeys { Passphrase = AgeFixture.Secret("right") })).Test.Outcome);
        BackupTestResult wrong = await TestAsync(backup, new DecryptionKeys { Passphrase = AgeFixture.Secret("wrong") });
        Assert.Equal(EmrOutcome.Inconclusive, wrong.Test.Outcome);
        Assert.Equal(ErrorCode.WrongPassphrase, wrong.Error!.ErrorCode);
    }

    [Fact]
    public async Task Without_the_right_key_the_bytes_are_checked_and_nothing_more_is_claimed()
    {
        EmrBackup backup = await _fixture.BackupAsync(Request);
        _keys.NewKey("other.txt");

        BackupTestResult none = await TestAsync(backup, DecryptionKeys.None), other = await TestAsync(backup, new DecryptionKeys { IdentityPath = _keys.File("other.txt") });
        BackupTestResult bytes = await _fixture.TestAsync(backup.Path, EmrVerificationLevel.Checksum);

        Assert.Equal((EmrOutcome.Inconclusive, ErrorCode.KeyNeeded), (none.Test.Outcome, none.Error!.ErrorCode));
        Assert.Equal((EmrOutcome.Inconclusive, ErrorCode.WrongKey), (other.Test.Outcome, other.Error!.ErrorCode));
        Assert.Equal(EmrOutcome.Passed, bytes.Test.Outcome);
        Assert.All([none, other], t => Assert.Contains(t.Test.Checks, c => c is { Name: "StoredChecksum", Outcome: EmrOutcome.Passed }));
    }

    [Theory]
    [InlineData(200, ErrorCode.EncryptedFileTruncated)]
    [InlineData(-1, ErrorCode.EncryptedTrailingData)]
    public async Task A_file_without_its_manifest_is_still_known_to_be_cut_off_or_added_to(int cut, ErrorCode expected)
    {
        EmrBackup backup = await _fixture.BackupAsync(Request with { Compression = EmrCompression.None });
        string alone = _fixture.Folder.File("alone.sqlite.age");
        byte[] bytes = await File.ReadAllBytesAsync(backup.Path);
        await File.WriteAllBytesAsync(alone, cut > 0 ? bytes[..^cut] : [.. bytes, 0]);

        BackupTestResult test = await _fixture.TestAsync(new BackupTestRequest(alone, EmrVerificationLevel.Integrity) { Keys = _keys.Decryption });

        Assert.Equal(EmrOutcome.Failed, test.Test.Outcome);
        Assert.Equal("Decryption", Assert.Single(test.Test.Checks, c => c.Outcome == EmrOutcome.Failed).Name);
        Assert.Equal(expected, test.Error!.ErrorCode);
    }

    [Fact]
    public async Task A_rejected_copy_is_kept_encrypted()
    {
        TestDatabase.Run(_fixture.Source, "CREATE TABLE big AS WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i FROM n");
        await _fixture.BackupAsync(Request);
        TestDatabase.Run(_fixture.Source, "DELETE FROM big");

        Assert.Equal(ErrorCode.DatabaseShrank, (await _fixture.FailAsync(Request)).ErrorCode);

        string evidence = _fixture.Folder.File("store", Assert.Single(_fixture.Stored(), f => f.EndsWith(".rejected", StringComparison.Ordinal)));
        Assert.EndsWith(".sqlite.zst.age.rejected", evidence, StringComparison.Ordinal);
        Assert.False(Holds(evidence, Marker));
    }

    [Fact]
    public async Task The_plain_database_is_never_in_the_store_while_an_encrypted_backup_is_made()
    {
        Directory.CreateDirectory(_fixture.Store);
        var seen = new List<string>();
        using var watcher = new FileSystemWatcher(_fixture.Store) { EnableRaisingEvents = true };
        watcher.Created += (_, e) => { lock (seen) seen.Add(e.Name!); };
        watcher.Renamed += (_, e) => { lock (seen) seen.Add(e.Name!); };

        await _fixture.BackupAsync(Request with { VerificationLevel = EmrVerificationLevel.Restore });
        Wait.Until(() => { lock (seen) return seen.Exists(n => n.EndsWith(".age", StringComparison.Ordinal)); }, "the backup is seen");

        lock (seen) Assert.DoesNotContain(seen, n => n.Contains(".sqlite", StringComparison.Ordinal) && !n.Contains(".age", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("age1nobody")]
    [InlineData("")]
    public async Task A_recipient_that_is_none_is_refused_before_anything_is_copied(string recipient)
    {
        EmrSimException error = await _fixture.FailAsync(_fixture.Request with { Encryption = new EncryptionKeys { Recipients = [recipient] } });

        Assert.Equal(ErrorCode.InvalidRecipient, error.ErrorCode);
        Assert.Empty(_fixture.Stored());
    }

    [Fact]
    public async Task The_age_command_and_zstd_give_the_database_back()
    {
        string age = ExternalTool.Require("age"), zstd = ExternalTool.Require("zstd");
        EmrBackup backup = await _fixture.BackupAsync(Request);
        string packed = _fixture.Folder.File("packed.zst"), plain = _fixture.Folder.File("plain.db");

        ExternalTool.Run(age, ["-d", "-i", _keys.IdentityPath, "-o", packed, backup.Path]);
        ExternalTool.Run(zstd, ["-q", "-d", packed, "-o", plain]);

        Assert.Equal(Marker, TestDatabase.Scalar(plain, "SELECT note FROM patients WHERE name = 'Marker'"));
    }

    private BackupRequest Request => _fixture.Request with { Encryption = _keys.Encryption };

    private Task<BackupTestResult> TestAsync(EmrBackup backup, DecryptionKeys keys) =>
        _fixture.TestAsync(new BackupTestRequest(backup.Path, EmrVerificationLevel.Restore) { Keys = keys });

    private static bool Holds(string path, string text) => File.ReadAllBytes(path).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
}
