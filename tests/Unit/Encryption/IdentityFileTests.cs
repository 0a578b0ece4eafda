using EmrSim.Core.Encryption;
using EmrSim.Tests.Encryption.Support;

namespace EmrSim.Tests.Encryption;

public sealed class IdentityFileTests : IDisposable
{
    private const string Identity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";

    private readonly AgeFixture _fixture = new();

    [Theory]
    [InlineData(Identity)]
    [InlineData("\ufeff# created: some day\r\n\r\n" + Identity + "  \r\n")]
    public void A_key_is_read_whoever_edited_its_file(string content) => Assert.Single(Read(content));

    [Fact]
    public void Every_key_of_a_file_reads_what_is_its_own()
    {
        string keys = $"# old\n{Identity}\n\n# new\n{File.ReadAllText(_fixture.IdentityPath)}";
        var both = new DecryptionKeys { IdentityPath = _fixture.WritePrivate("both.txt", keys) };
        using X25519Identity old = X25519Identity.TryParse(Identity)!;

        Assert.Equal([1], AgeFixture.Decrypt(_fixture.Encrypt([1]), both));
        Assert.Equal([2], AgeFixture.Decrypt(AgeFixture.Encrypt([2], new EncryptionKeys { Recipients = [old.Recipient.ToString()] }), both));
    }

    [Theory]
    [InlineData("# only a comment", "holds no key")]
    [InlineData("hunter2", "neither a key nor a comment")]
    [InlineData("# one\nAGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEY", "Line 2 of")]
    [InlineData("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAE", "mistyped")]
    [InlineData("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEx", "mistyped")]
    [InlineData("age-secret-key-1gfpyysjzgfpyysjzgfpyysjzgfpyysjzgfpyysjzgfpyysjzgfpq4egaex", "mistyped")]
    [InlineData("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj", "public half")]
    [InlineData("AGE-PLUGIN-YUBIKEY-1QQPQQ", "plugin")]
    [InlineData("AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR", "post-quantum")]
    [InlineData("age-encryption.org/v1\n-> scrypt", "itself encrypted")]
    [InlineData("-----BEGIN AGE ENCRYPTED FILE-----", "itself encrypted")]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----", "SSH")]
    public void What_is_no_identity_is_refused_with_its_reason_and_never_told(string content, string reason)
    {
        EmrSimException error = Assert.Throws<EmrSimException>(() => Read(content));

        Assert.Equal(ErrorCode.InvalidIdentity, error.ErrorCode);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("GFPYY", error.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_identity_that_others_can_read_is_not_used()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes are those of Unix");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_fixture.IdentityPath, (UnixFileMode)0b110_100_100);

        Assert.Equal(ErrorCode.SecretExposed, Assert.Throws<EmrSimException>(() => _fixture.Decrypt(_fixture.Encrypt([1]))).ErrorCode);
    }

    [Fact]
    public void An_identity_file_that_is_not_there_is_said_to_be()
    {
        var keys = new DecryptionKeys { IdentityPath = _fixture.File("none.txt") };

        Assert.Equal(ErrorCode.SecretNotFound, Assert.Throws<EmrSimException>(() => AgeFixture.Decrypt(_fixture.Encrypt([1]), keys)).ErrorCode);
    }

    public void Dispose() => _fixture.Dispose();

    private List<X25519Identity> Read(string content) => IdentityFile.Read(_fixture.WritePrivate("given.txt", content));
}
