using EmrSim.Core.Backup;
using EmrSim.Core.Encryption;
using EmrSim.Core.Stores;
using EmrSim.Core.Verification;
using EmrSim.Tests.Encryption.Support;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace EmrSim.Tests.Verification;

/// <summary>G13: a manifest that is lost or damaged is made anew from its stored file, or not at all.</summary>
public sealed class ManifestRepairTests : IDisposable
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 1, 2, 0, 0, 123, TimeSpan.Zero);

    private readonly BackupFixture _fixture = new();
    private readonly AgeFixture _keys = new();
    private readonly FakeTimeProvider _clock = new(s_start);

    public ManifestRepairTests()
    {
        _fixture.Clock = _clock;
        TestDatabase.Create(_fixture.Source, pragmas: "PRAGMA page_size=8192; PRAGMA user_version=7; PRAGMA application_id=99; PRAGMA auto_vacuum=2;");
        TestDatabase.Run(_fixture.Source, "PRAGMA foreign_keys=OFF; CREATE TABLE visits(id INTEGER PRIMARY KEY, patient INTEGER REFERENCES patients(id)); INSERT INTO visits VALUES (1, 1), (2, 99999)");
    }

    public void Dispose()
    {
        _fixture.Dispose();
        _keys.Dispose();
    }

    public static TheoryData<EmrCompression, EmrEncryption> Forms =>
    [
        .. from compression in Enum.GetValues<EmrCompression>()
           from encryption in new[] { EmrEncryption.None, EmrEncryption.AgeRecipient }
           select (compression, encryption),
        (EmrCompression.Zstd, EmrEncryption.AgePassphrase),
    ];

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task G13_A_manifest_that_is_lost_is_made_anew_and_says_what_the_lost_one_said(EmrCompression compression, EmrEncryption encryption)
    {
        EmrBackup backup = await _fixture.BackupAsync(Request(compression, encryption));
        BackupManifest lost = Read(backup);
        UnixFileMode? mode = OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(backup.ManifestPath);
        await OneMoreAsync();
        File.Delete(backup.ManifestPath);
        _clock.Advance(TimeSpan.FromDays(1));

        EmrBackup repaired = await RepairAsync(backup.Path, Keys(encryption));

        BackupManifest made = Read(repaired);
        // Records compare lists and dictionaries by reference.
        Assert.Equal(lost.Tables.OrderBy(t => t.Key, StringComparer.Ordinal), made.Tables.OrderBy(t => t.Key, StringComparer.Ordinal));
        Assert.Null(made.Stored.Recipients);
        Assert.Equal((EmrVerificationLevel.Integrity, EmrOutcome.Passed, _clock.GetUtcNow()), (made.Verification.Level, made.Verification.Outcome, made.Verification.CheckedUtc));
        Assert.Equal(_clock.GetUtcNow(), made.RepairedUtc);
        Assert.Equal(
            lost with { Stored = lost.Stored with { Recipients = null } },
            made with { Id = lost.Id, Tool = lost.Tool, Tables = lost.Tables, Verification = lost.Verification, DurationSeconds = lost.DurationSeconds, RepairedUtc = null });
        if (!OperatingSystem.IsWindows()) Assert.Equal(mode, File.GetUnixFileMode(repaired.ManifestPath));
        Assert.Equal(2, (await ListAsync()).Count(e => e.Backup is not null));
        BackupTestResult test = await _fixture.TestAsync(new BackupTestRequest(backup.Path, EmrVerificationLevel.Restore) { Keys = Keys(encryption) });
        Assert.True(test.Test.Outcome == EmrOutcome.Passed, test.Error?.Message);
        Assert.Contains(_fixture.Log.Events, e => e.Id == 2010);
        Assert.Equal(4, _fixture.Stored().Length);
    }

    [Fact]
    public async Task G13_A_stored_file_without_manifest_is_an_error_of_the_listing_with_its_path()
    {
        EmrBackup backup = await _fixture.BackupAsync();
        File.Delete(backup.ManifestPath);
        foreach (string foreign in new[] { backup.Path + ".partial", Stem("other") + ".sqlite.rejected", Stem("other") + ".sqlite.zst.age.rejected", Stem("x", "20269901T000000000Z") + ".sqlite" })
        {
            await File.WriteAllTextAsync(foreign, "", TestContext.Current.CancellationToken);
        }

        EmrSimException error = Assert.Single(await ListAsync("*")).Error!;

        Assert.Equal((ErrorCode.ManifestMissing, backup.Path), (error.ErrorCode, error.Target));
        Assert.Contains("Repair-EmrBackup", error.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.ManifestMissing, Assert.Single(await ListAsync()).Error!.ErrorCode);
        Assert.Equal(["app"], BackupCatalog.Sets(_fixture.Store));
    }

    [Fact]
    public async Task G13_A_stored_file_is_not_called_lonely_while_a_run_has_its_set()
    {
        EmrBackup backup = await _fixture.BackupAsync();
        File.Delete(backup.ManifestPath);
        var store = new FolderStore(_fixture.Store);

        using (store.Lock("app", _clock))
        {
            Assert.Empty(await ListAsync("*"));
            // The run itself knows that nobody is publishing.
            Assert.Single(store.List("app", held: true));
            Assert.Equal(ErrorCode.SetLocked, (await FailAsync(backup.Path)).ErrorCode);
        }

        Assert.Single(await ListAsync("*"));
    }

    [Fact]
    public async Task Who_asks_for_the_lock_again_and_again_keeps_no_run_from_taking_it()
    {
        await _fixture.BackupAsync();
        using var stop = new CancellationTokenSource();
        Task asking = Task.Run(() => { while (!stop.IsCancellationRequested) SetLock.IsHeld(_fixture.Store, "app"); }, CancellationToken.None);

        for (int i = 0; i < 200; i++) SetLock.Acquire(_fixture.Store, "app", _clock).Dispose();

        await stop.CancelAsync();
        await asking;
    }

    [Fact]
    public async Task G13_The_next_backup_after_a_lost_manifest_is_made_and_is_not_taken_for_the_first_one()
    {
        EmrBackup backup = await _fixture.BackupAsync();
        File.Delete(backup.ManifestPath);
        TestDatabase.Run(_fixture.Source, "PRAGMA foreign_keys=OFF; DELETE FROM patients; DELETE FROM visits");
        _clock.Advance(TimeSpan.FromDays(1));

        EmrBackup next = await _fixture.BackupAsync();

        Assert.Equal(EmrOutcome.Inconclusive, next.Verification.Outcome);
        Assert.Contains(_fixture.Log.Events, e => e.Id == 1010 && e.Message.Contains(backup.Path, StringComparison.Ordinal));
        _clock.Advance(TimeSpan.FromHours(1));
        await RepairAsync(backup.Path);
        Assert.Equal(ErrorCode.DatabaseShrank, (await _fixture.FailAsync()).ErrorCode);
    }

    [Fact]
    public async Task The_path_of_the_source_comes_from_the_caller_or_the_nearest_backup_or_is_unknown_and_then_refuses_nothing()
    {
        EmrBackup first = await _fixture.BackupAsync();
        File.Delete(first.ManifestPath);

        Assert.Equal("", (await RepairAsync(first.Path)).SourcePath);
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(_fixture.Source, (await _fixture.BackupAsync()).SourcePath);

        File.Delete(first.ManifestPath);
        Assert.Equal(_fixture.Source, (await RepairAsync(first.Path)).SourcePath);
        File.Delete(first.ManifestPath);
        Assert.Equal("/srv/app.db", (await Repair.RepairAsync(new ManifestRepairRequest(first.Path) { SourcePath = "/srv/app.db" }, null, default)).SourcePath);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task G13_A_damaged_manifest_is_replaced_by_its_own_path_and_what_was_pinned_stays_pinned(bool pinned)
    {
        EmrBackup backup = await _fixture.BackupAsync();
        if (pinned) await new BackupPins(_fixture.Loggers(), _clock).SetAsync(new PinRequest(backup, true, "audit", null), default);
        await File.AppendAllTextAsync(backup.ManifestPath, "x", TestContext.Current.CancellationToken);

        EmrBackup repaired = await RepairAsync(backup.ManifestPath);

        Assert.Equal((pinned, backup.Sha256, backup.Path), (repaired.Pinned, repaired.Sha256, repaired.Path));
        Assert.Equal(pinned ? "as its damaged manifest said" : null, repaired.PinReason);
        Assert.NotEqual(backup.Id, Assert.Single(await ListAsync()).Backup!.Id);
    }

    [Theory]
    [InlineData("readable", ErrorCode.TargetExists)]
    [InlineData("newer", ErrorCode.ManifestTooNew)]
    [InlineData("of another", ErrorCode.ManifestMismatch)]
    [InlineData("alone", ErrorCode.BackupFileMissing)]
    [InlineData("nothing", ErrorCode.BackupNotFound)]
    [InlineData("foreign", ErrorCode.InvalidArgument)]
    [InlineData("rejected", ErrorCode.InvalidArgument)]
    public async Task What_is_no_stored_file_with_a_lost_manifest_is_left_as_it_is(string what, ErrorCode expected)
    {
        EmrBackup backup = await _fixture.BackupAsync();
        _clock.Advance(TimeSpan.FromDays(1));
        EmrBackup other = await _fixture.BackupAsync();
        string path = backup.Path;
        switch (what)
        {
            case "newer":
                File.WriteAllBytes(backup.ManifestPath, ManifestFile.Serialize(Read(backup) with { FormatVersion = 2 }));
                break;
            case "of another":
                File.Copy(other.ManifestPath, backup.ManifestPath, overwrite: true);
                break;
            case "alone":
                await File.AppendAllTextAsync(backup.ManifestPath, "x", TestContext.Current.CancellationToken);
                File.Delete(backup.Path);
                path = backup.ManifestPath;
                break;
            case "nothing":
                path = Stem("none") + ".sqlite";
                break;
            case "foreign":
                File.Copy(_fixture.Source, path = Path.Combine(_fixture.Store, "copy.sqlite"));
                break;
            case "rejected":
                File.Copy(_fixture.Source, path = Stem("app") + ".sqlite.rejected");
                break;
        }

        (string, string)[] before = Content();

        Assert.Equal(expected, (await FailAsync(path)).ErrorCode);
        Assert.Equal(before, Content());
    }

    [Theory]
    [InlineData(EmrCompression.None, false, "cut", ErrorCode.VerificationFailed)]
    [InlineData(EmrCompression.None, false, "empty", ErrorCode.VerificationFailed)]
    [InlineData(EmrCompression.None, false, "longer", ErrorCode.VerificationFailed)]
    [InlineData(EmrCompression.None, false, "page", ErrorCode.VerificationFailed)]
    [InlineData(EmrCompression.Zstd, false, "cut", ErrorCode.BackupUnreadable)]
    [InlineData(EmrCompression.Zstd, false, "byte", ErrorCode.BackupUnreadable)]
    [InlineData(EmrCompression.Zstd, false, "empty", ErrorCode.VerificationFailed)]
    [InlineData(EmrCompression.Gzip, false, "cut", ErrorCode.BackupUnreadable)]
    [InlineData(EmrCompression.Gzip, false, "byte", ErrorCode.BackupUnreadable)]
    [InlineData(EmrCompression.Zstd, true, "cut", ErrorCode.EncryptedFileTruncated)]
    [InlineData(EmrCompression.Zstd, true, "byte", ErrorCode.EncryptedFileDamaged)]
    [InlineData(EmrCompression.Zstd, true, "longer", ErrorCode.EncryptedTrailingData)]
    public async Task G13_A_stored_file_that_is_damaged_gets_no_manifest(EmrCompression compression, bool encrypted, string damage, ErrorCode expected)
    {
        EmrEncryption encryption = encrypted ? EmrEncryption.AgeRecipient : EmrEncryption.None;
        EmrBackup backup = await _fixture.BackupAsync(Request(compression, encryption));
        File.Delete(backup.ManifestPath);
        byte[] bytes = File.ReadAllBytes(backup.Path);
        byte[] damaged = damage switch
        {
            "cut" => bytes[..(bytes.Length * 2 / 3)],
            "empty" => [],
            "longer" => [.. bytes, .. new byte[8192]],
            "page" => [.. bytes[..(2 * 8192)], .. new byte[200], .. bytes[((2 * 8192) + 200)..]],
            _ => [.. bytes[..(bytes.Length / 2)], (byte)(bytes[bytes.Length / 2] ^ 0x55), .. bytes[((bytes.Length / 2) + 1)..]],
        };
        File.WriteAllBytes(backup.Path, damaged);

        Assert.Equal(expected, (await FailAsync(backup.Path, Keys(encryption))).ErrorCode);

        Assert.Equal(damaged, File.ReadAllBytes(backup.Path));
        Assert.Equal([Path.GetFileName(backup.Path)], _fixture.Stored());
        Assert.Empty(Directory.GetDirectories(_fixture.Folder.Path, "emrsim-work-*"));
    }

    [Theory]
    [InlineData(EmrEncryption.AgeRecipient, false, ErrorCode.KeyNeeded)]
    [InlineData(EmrEncryption.AgeRecipient, true, ErrorCode.WrongKey)]
    [InlineData(EmrEncryption.AgePassphrase, false, ErrorCode.KeyNeeded)]
    [InlineData(EmrEncryption.AgePassphrase, true, ErrorCode.WrongPassphrase)]
    public async Task Without_the_right_key_nothing_is_made(EmrEncryption encryption, bool another, ErrorCode expected)
    {
        EmrBackup backup = await _fixture.BackupAsync(Request(EmrCompression.Zstd, encryption));
        File.Delete(backup.ManifestPath);
        _keys.NewKey("other.txt");
        DecryptionKeys keys = !another ? DecryptionKeys.None : new() { IdentityPath = _keys.File("other.txt"), Passphrase = AgeFixture.Secret("wrong") };

        Assert.Equal(expected, (await FailAsync(backup.Path, keys)).ErrorCode);
        Assert.Equal([Path.GetFileName(backup.Path)], _fixture.Stored());
    }

    [Fact]
    public async Task G14_What_a_killed_run_left_of_the_true_manifest_is_preferred()
    {
        EmrBackup backup = await _fixture.BackupAsync();
        File.Move(backup.ManifestPath, backup.ManifestPath + ".partial");
        Assert.Empty(await ListAsync("*"));

        EmrBackup finished = await RepairAsync(backup.Path);

        Assert.Equal((backup.Id, null), (finished.Id, finished.RepairedUtc));
        Assert.Equal(2, _fixture.Stored().Length);
    }

    [Fact]
    public async Task G14_A_repair_that_was_killed_while_it_wrote_is_said_and_done_again()
    {
        EmrBackup backup = await _fixture.BackupAsync();
        byte[] half = File.ReadAllBytes(backup.ManifestPath)[..300];
        File.Delete(backup.ManifestPath);
        File.WriteAllBytes(backup.ManifestPath + ".partial", half);
        Assert.Equal(ErrorCode.ManifestMissing, Assert.Single(await ListAsync("*")).Error!.ErrorCode);

        await RepairAsync(backup.Path);

        Assert.Equal(backup.Sha256, Assert.Single(await ListAsync("*")).Backup!.Sha256);
        Assert.Equal(2, _fixture.Stored().Length);
    }

    [Fact]
    public async Task G14_A_backup_whose_removal_was_killed_is_not_brought_back()
    {
        EmrBackup backup = await _fixture.BackupAsync();
        File.Move(backup.ManifestPath, backup.ManifestPath + ".removing");

        Assert.Equal(ErrorCode.BackupNotFound, (await FailAsync(backup.Path)).ErrorCode);
        Assert.Empty(_fixture.Stored());
    }

    [Fact]
    public async Task B18_Where_a_check_cannot_run_the_new_manifest_says_so()
    {
        using (Microsoft.Data.Sqlite.SqliteConnection connection = TestDatabase.Open(_fixture.Source))
        {
            connection.CreateCollation("clinic", string.CompareOrdinal);
            TestDatabase.Run(connection, "CREATE TABLE names(name TEXT COLLATE clinic); CREATE INDEX names_name ON names(name); INSERT INTO names VALUES ('a'), ('b')");
        }

        EmrBackup backup = await _fixture.BackupAsync();
        File.Delete(backup.ManifestPath);

        EmrBackup repaired = await RepairAsync(backup.Path);

        Assert.Equal((EmrOutcome.Inconclusive, 2), (repaired.Verification.Outcome, repaired.Tables["names"]));
    }

    private ManifestRepair Repair => new(_fixture.Loggers(), _clock);

    private BackupRequest Request(EmrCompression compression, EmrEncryption encryption) => _fixture.Request with
    {
        Compression = compression,
        Encryption = encryption switch
        {
            EmrEncryption.AgeRecipient => _keys.Encryption,
            EmrEncryption.AgePassphrase => new EncryptionKeys { Passphrase = AgeFixture.Secret("right") },
            _ => _fixture.Request.Encryption,
        },
    };

    private DecryptionKeys Keys(EmrEncryption encryption) => encryption switch
    {
        EmrEncryption.AgeRecipient => _keys.Decryption,
        EmrEncryption.AgePassphrase => new DecryptionKeys { Passphrase = AgeFixture.Secret("right") },
        _ => DecryptionKeys.None,
    };

    private async Task OneMoreAsync()
    {
        _clock.Advance(TimeSpan.FromDays(1));
        await _fixture.BackupAsync();
    }

    private string Stem(string set, string stamp = "20260101T000000000Z") => Path.Combine(_fixture.Store, $"{set}-{stamp}");

    private (string, string)[] Content() =>
        [.. _fixture.Stored().Select(f => (f, Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(_fixture.Store, f))))))];

    private static BackupManifest Read(EmrBackup backup) => ManifestFile.Parse(File.ReadAllBytes(backup.ManifestPath), backup.ManifestPath);

    private Task<EmrBackup> RepairAsync(string path, DecryptionKeys? keys = null) =>
        Repair.RepairAsync(new ManifestRepairRequest(path) { Keys = keys ?? DecryptionKeys.None, WorkPath = _fixture.Folder.Path }, null, default);

    private Task<EmrSimException> FailAsync(string path, DecryptionKeys? keys = null) => Assert.ThrowsAsync<EmrSimException>(() => RepairAsync(path, keys));

    private Task<IReadOnlyList<StoreEntry>> ListAsync(string name = "app") => BackupCatalog.ListAsync(new BackupQuery(_fixture.Store, [name], false, null), default);
}
