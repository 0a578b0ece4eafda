using System.IO.Compression;
using EmrSim.Core.Verification;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Verification;

/// <summary>Damage of every kind to a stored backup, and what testing it says.</summary>
public sealed class DamageTests : IDisposable
{
    private const int Flips = 1_000;

    private readonly BackupFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(EmrCompression.Zstd)]
    [InlineData(EmrCompression.Gzip)]
    [InlineData(EmrCompression.None)]
    [NotUnderWine("it computes alone, alike on every system, and is slow there")]
    public async Task B16_Every_flipped_byte_of_a_stored_file_or_its_manifest_is_found(EmrCompression compression)
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        EmrBackup backup = await BackupAsync(compression);
        for (int flip = 0; flip < (Flips + 2) / 3; flip++)
        {
            string path = flip % 3 == 0 ? backup.ManifestPath : backup.Path;
            byte[] bytes = File.ReadAllBytes(path);
            int at = random.Next(bytes.Length);
            byte mask = (byte)random.Next(1, 256);
            bytes[at] ^= mask;
            File.WriteAllBytes(path, bytes);

            BackupTestResult result = await _fixture.TestAsync(backup.Path);

            Assert.True(result.Test.Outcome == EmrOutcome.Failed && result.Error is not null, $"byte {at} ^ {mask} of {path}, seed {seed}: {result.Test}");
            bytes[at] ^= mask;
            File.WriteAllBytes(path, bytes);
        }

        Assert.Equal(EmrOutcome.Passed, (await _fixture.TestAsync(backup.Path)).Test.Outcome);
    }

    [Fact]
    public async Task B16_A_data_page_that_was_changed_together_with_every_digest_is_found_by_the_integrity_check()
    {
        // Somebody who rewrites the digests can fool a checksum, not the structure.
        EmrBackup backup = await BackupAsync(EmrCompression.None);
        using (FileStream file = File.Open(backup.Path, FileMode.Open))
        {
            file.Position = 2 * 4096;
            file.Write(new byte[200]);
        }

        string lonely = _fixture.Folder.File("lonely.sqlite");
        File.Move(backup.Path, lonely);

        BackupTestResult result = await _fixture.TestAsync(lonely);

        Assert.Equal(EmrOutcome.Failed, result.Test.Outcome);
        Assert.Equal(ErrorCode.IntegrityCheckFailed, result.Error!.ErrorCode);
    }

    [Theory]
    [InlineData(EmrCompression.Zstd)]
    [InlineData(EmrCompression.Gzip)]
    public async Task B17_A_file_that_is_cut_off_has_the_wrong_length_and_without_a_manifest_cannot_be_unpacked(EmrCompression compression)
    {
        EmrBackup backup = await BackupAsync(compression);
        using (FileStream file = File.Open(backup.Path, FileMode.Open)) file.SetLength(file.Length * 2 / 3);
        string lonely = _fixture.Folder.File("lonely" + Path.GetExtension(backup.Path));
        File.Copy(backup.Path, lonely);

        Assert.Equal(ErrorCode.BackupLengthMismatch, await FailedAsync(backup.Path));
        Assert.Equal(ErrorCode.BackupUnreadable, await FailedAsync(lonely));
    }

    [Fact]
    public async Task B17_A_good_file_without_its_manifest_is_inconclusive()
    {
        EmrBackup backup = await BackupAsync(EmrCompression.Zstd);
        File.Delete(backup.ManifestPath);

        BackupTestResult result = await _fixture.TestAsync(backup.Path, EmrVerificationLevel.Restore);

        Assert.Equal(EmrOutcome.Inconclusive, result.Test.Outcome);
        Assert.Equal(ErrorCode.ManifestMissing, result.Error!.ErrorCode);
        Assert.Equal(EmrOutcome.Passed, result.Test.Checks.Single(c => c.Name == "IntegrityCheck").Outcome);
    }

    [Fact]
    public async Task B17_A_manifest_of_another_file_is_a_mismatch()
    {
        EmrBackup first = await BackupAsync(EmrCompression.Zstd);
        EmrBackup second = await _fixture.BackupAsync();
        File.Copy(first.ManifestPath, second.ManifestPath, overwrite: true);

        Assert.Equal(ErrorCode.ManifestMismatch, await FailedAsync(second.Path));
    }

    [Fact]
    public async Task B17_A_stored_file_of_another_backup_has_the_wrong_digest()
    {
        EmrBackup first = await BackupAsync(EmrCompression.None);
        TestDatabase.Run(_fixture.Source, "UPDATE patients SET note = 'other' WHERE id = 1");
        EmrBackup second = await _fixture.BackupAsync(_fixture.Request with { Compression = EmrCompression.None });
        File.Copy(first.Path, second.Path, overwrite: true);

        Assert.Equal(ErrorCode.BackupChecksumMismatch, await FailedAsync(second.Path, EmrVerificationLevel.Checksum));
    }

    [Fact]
    public async Task B17_A_manifest_whose_stored_file_is_gone_is_a_failure()
    {
        EmrBackup backup = await BackupAsync(EmrCompression.Zstd);
        File.Delete(backup.Path);

        Assert.Equal(ErrorCode.BackupFileMissing, await FailedAsync(backup.Path));
        Assert.Equal(ErrorCode.BackupFileMissing, await FailedAsync(backup.ManifestPath));
    }

    [Fact]
    public async Task B17_A_manifest_of_a_newer_version_is_inconclusive()
    {
        EmrBackup backup = await BackupAsync(EmrCompression.Zstd);
        WriteManifest(backup, m => m.Replace("\"formatVersion\": 1", "\"formatVersion\": 2", StringComparison.Ordinal));

        BackupTestResult result = await _fixture.TestAsync(backup.Path);

        Assert.Equal(EmrOutcome.Inconclusive, result.Test.Outcome);
        Assert.Equal(ErrorCode.ManifestTooNew, result.Error!.ErrorCode);
    }

    [Theory]
    [InlineData("\"patients\": 500", "\"patients\": 501", "Rows")]
    [InlineData("\"foreignKeyViolations\": 0", "\"foreignKeyViolations\": 1", "ForeignKeys")]
    [InlineData("\"schemaDigest\": \"", "\"schemaDigest\": \"0", "Schema")]
    [InlineData("\"userVersion\": 0", "\"userVersion\": 4", "Settings")]
    public async Task A_database_that_is_not_what_its_manifest_says_fails_although_every_digest_fits(string said, string other, string check)
    {
        EmrBackup backup = await BackupAsync(EmrCompression.Zstd);
        WriteManifest(backup, m => m.Replace(said, other, StringComparison.Ordinal));

        BackupTestResult result = await _fixture.TestAsync(backup.Path, EmrVerificationLevel.Restore);

        Assert.Equal(check, Assert.Single(result.Test.Checks, c => c.Outcome == EmrOutcome.Failed).Name);
        Assert.Equal(ErrorCode.BackupContentMismatch, result.Error!.ErrorCode);
    }

    [Fact]
    public async Task A_packed_file_that_would_unpack_into_more_than_its_database_is_stopped()
    {
        // 64 MB of zeros pack into a few kilobytes.
        string bomb = _fixture.Folder.File("bomb.gz");
        using (var packed = new GZipStream(File.Create(bomb), CompressionLevel.Optimal)) packed.Write(new byte[64 << 20]);
        EmrBackup backup = await BackupAsync(EmrCompression.Gzip);
        byte[] bytes = File.ReadAllBytes(bomb);
        File.WriteAllBytes(backup.Path, bytes);
        WriteManifest(backup, m => m
            .Replace($"\"length\": {backup.StoredLength}", $"\"length\": {bytes.Length}", StringComparison.Ordinal)
            .Replace(backup.StoredSha256, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), StringComparison.Ordinal));

        Assert.Equal(ErrorCode.BackupUnreadable, await FailedAsync(backup.Path));
    }

    private async Task<EmrBackup> BackupAsync(EmrCompression compression)
    {
        TestDatabase.Create(_fixture.Source, journalMode: "DELETE");
        return await _fixture.BackupAsync(_fixture.Request with { Compression = compression });
    }

    private async Task<ErrorCode> FailedAsync(string path, EmrVerificationLevel level = EmrVerificationLevel.Integrity)
    {
        BackupTestResult result = await _fixture.TestAsync(path, level);
        Assert.Equal(EmrOutcome.Failed, result.Test.Outcome);
        return result.Error!.ErrorCode;
    }

    /// <summary>Changes a manifest as somebody would who also writes its digest.</summary>
    private static void WriteManifest(EmrBackup backup, Func<string, string> change)
    {
        string before = File.ReadAllText(backup.ManifestPath), changed = change(before);
        Assert.NotEqual(before, changed);
        int at = changed.LastIndexOf(": \"", StringComparison.Ordinal) + 3;
        string zeroed = changed[..at] + new string('0', 64) + changed[(at + 64)..];
        string digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(zeroed)));
        File.WriteAllText(backup.ManifestPath, changed[..at] + digest + changed[(at + 64)..]);
    }
}
