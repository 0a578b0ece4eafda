using System.Security;
using EmrSim.Core.Encryption;
using EmrSim.Tests.Encryption.Support;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace EmrSim.Tests.Encryption;

/// <summary>Recipients and identities as text.</summary>
public sealed class KeyTests : IDisposable
{
    // The pair that the specification shows.
    private const string Identity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
    private const string Recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

    private readonly AgeFixture _fixture = new();

    [Fact]
    public void The_recipient_of_the_specifications_identity_is_that_of_the_specification()
    {
        using X25519Identity identity = X25519Identity.TryParse(Identity)!;
        byte[] text = new byte[X25519Identity.TextLength];
        identity.WriteTo(text);

        Assert.Equal(Recipient, identity.Recipient.ToString());
        Assert.Equal(AgeFixture.Text(Identity), text);
        Assert.Equal(Recipient, X25519Recipient.Parse(Recipient).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("hunter2")]
    [InlineData("age1")]
    [InlineData("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujw")]
    [InlineData("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwk")]
    [InlineData("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwjq")]
    [InlineData("age1Zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj")]
    [InlineData("AGE1ZVKYG2LQZRAA2LNJVQEJ32NKUU0UES2S82HZRYE869XEEXVN73EQUNUJWJ")]
    [InlineData("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwb")]
    [InlineData("age1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e")]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ")]
    [InlineData(Identity)]
    public void What_is_no_recipient_is_refused_and_told_only_where_it_looks_like_one(string text)
    {
        EmrSimException error = Assert.Throws<EmrSimException>(new EncryptionKeys { Recipients = [text] }.Require);

        Assert.Equal(ErrorCode.InvalidRecipient, error.ErrorCode);
        // Somebody may have given a passphrase or an identity in its place.
        Assert.Equal(text.StartsWith("age1", StringComparison.OrdinalIgnoreCase), text.Length > 0 && error.ToString().Contains(text, StringComparison.Ordinal));
        Assert.Null(error.Target);
    }

    [Fact]
    public void A_point_that_protects_nothing_is_refused()
    {
        var zero = new X25519Recipient(new byte[X25519Recipient.PointLength]);

        Assert.Equal(ErrorCode.InvalidRecipient, Assert.Throws<EmrSimException>(() => X25519Recipient.Parse(zero.ToString())).ErrorCode);
    }

    [Fact]
    public void Any_single_mistyped_character_is_noticed()
    {
        const string Letters = "023456789acdefghjklmnpqrstuvwxyz";
        for (int at = 4; at < Recipient.Length; at++)
        {
            foreach (char c in Letters.Where(c => c != Recipient[at]))
            {
                string mistyped = Recipient[..at] + c + Recipient[(at + 1)..];
                Assert.Throws<EmrSimException>(() => X25519Recipient.Parse(mistyped));
            }
        }
    }

    [Fact]
    public void Keys_that_contradict_each_other_or_protect_nothing_are_refused()
    {
        EncryptionKeys[] wrong =
        [
            new() { Recipients = [Recipient], Passphrase = AgeFixture.Secret("secret") },
            new() { Passphrase = new SecureString() },
            new() { Recipients = [.. Enumerable.Repeat(Recipient, 1001)] },
        ];

        Assert.All(wrong, k => Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<EmrSimException>(k.Require).ErrorCode));
        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<EmrSimException>(() => AgeFile.Encrypt(Stream.Null, EncryptionKeys.None, false)).ErrorCode);
    }

    [Fact]
    [NotUnderWine("it computes alone, alike on every system, and is slow there")]
    public void As_many_recipients_as_are_allowed_fit_into_a_header_that_is_read()
    {
        byte[] file = AgeFixture.Encrypt([1], new EncryptionKeys { Recipients = [.. Enumerable.Repeat(Recipient, 999), _fixture.Recipient] });

        Assert.Equal([1], _fixture.Decrypt(file));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_passphrase()
    {
        using var passphrase = new SecureString();
        passphrase.AppendChar('\ud83d');

        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<EmrSimException>(() => AgeFixture.Encrypt([1], new EncryptionKeys { Passphrase = passphrase })).ErrorCode);
    }

    [Fact]
    public void Keys_say_how_they_encrypt()
    {
        Assert.Equal((EmrEncryption.None, true), (EncryptionKeys.None.Kind, EncryptionKeys.None.IsEmpty));
        Assert.Equal((EmrEncryption.AgeRecipient, false), (_fixture.Encryption.Kind, _fixture.Encryption.IsEmpty));
        Assert.Equal(EmrEncryption.AgePassphrase, new EncryptionKeys { Passphrase = AgeFixture.Secret("s") }.Kind);
        Assert.True(DecryptionKeys.None.IsEmpty);
        Assert.False(_fixture.Decryption.IsEmpty);
    }

    [Fact]
    public async Task A_new_key_is_written_as_age_keygen_writes_it_and_only_its_owner_reads_it()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 2, 3, 4, TimeSpan.Zero));
        string path = _fixture.File("new.txt");

        EmrBackupKey key = await new BackupKeyEngine(clock).CreateAsync(new BackupKeyRequest(path), TestContext.Current.CancellationToken);

        string[] lines = await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(["# created: 2026-03-01T02:03:04Z", $"# public key: {key.Recipient}"], lines[..2]);
        Assert.Matches("^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$", Assert.Single(lines[2..]));
        Assert.EndsWith("\n", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(new EmrBackupKey(key.Recipient, path, clock.GetUtcNow()), key);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_new_key_replaces_nothing_and_needs_its_folder()
    {
        byte[] before = File.ReadAllBytes(_fixture.IdentityPath);

        Assert.Equal(ErrorCode.TargetExists, Code(_fixture.IdentityPath));
        Assert.Equal(ErrorCode.TargetExists, Code(_fixture.Folder));
        Assert.Equal(ErrorCode.DestinationNotFound, Code(Path.Combine(_fixture.Folder, "none", "key.txt")));
        Assert.Equal(before, File.ReadAllBytes(_fixture.IdentityPath));
    }

    [Fact]
    public void A_key_that_does_not_fit_on_the_disk_leaves_nothing_behind()
    {
        using var disk = SmallDisk.Mount(_fixture.File("disk"), 1);
        using (var filler = new FileStream(Path.Combine(disk.Path, "filler"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1))
        {
            Assert.Throws<IOException>(() =>
            {
                for (int i = 0; i < 1000; i++) filler.Write(new byte[4096]);
            });
        }

        Assert.Equal(ErrorCode.DiskFull, Code(Path.Combine(disk.Path, "key.txt")));
        Assert.Equal(["filler"], Directory.GetFiles(disk.Path).Select(Path.GetFileName));
    }

    public void Dispose() => _fixture.Dispose();

    private static ErrorCode Code(string path) => Assert.Throws<EmrSimException>(
        () => new BackupKeyEngine(TimeProvider.System).CreateAsync(new BackupKeyRequest(path), CancellationToken.None).GetAwaiter().GetResult()).ErrorCode;
}
