using System.Text;
using EmrSim.Core.Encryption;
using EmrSim.Tests.Encryption.Support;

namespace EmrSim.Tests.Encryption;

/// <summary>Headers beyond those of the vectors.</summary>
public sealed class HeaderTests : IDisposable
{
    private readonly AgeFixture _fixture = new();

    [Theory]
    [InlineData("-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n", "text form (armor)")]
    [InlineData("age-encryption.org/v2\n-> X25519 abc\n", "not of version v1")]
    [InlineData("age-encryption.org/v1\n--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", "for nobody")]
    [InlineData("SQLite format 3\0 and much more of it", "no age file")]
    public void What_is_no_file_of_this_format_is_named(string text, string reason)
    {
        EmrSimException error = Assert.Throws<EmrSimException>(() => _fixture.Decrypt(Encoding.ASCII.GetBytes(text)));

        Assert.Equal(ErrorCode.EncryptedHeaderDamaged, error.ErrorCode);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("age-enc")]
    [InlineData("age-encryption.org/v1")]
    [InlineData("age-encryption.org/v1\n-> X25")]
    public void A_file_that_ends_in_its_header_is_truncated(string text) =>
        Assert.Equal(ErrorCode.EncryptedFileTruncated, Assert.Throws<EmrSimException>(() => _fixture.Decrypt(Encoding.ASCII.GetBytes(text))).ErrorCode);

    [Fact]
    public void A_header_without_an_end_is_not_read_for_ever()
    {
        byte[] stanza = Encoding.ASCII.GetBytes("-> other\n\n");
        byte[] file = [.. "age-encryption.org/v1\n"u8, .. Enumerable.Repeat(stanza, 100_000).SelectMany(b => b)];

        Assert.Equal(ErrorCode.EncryptedHeaderDamaged, Assert.Throws<EmrSimException>(() => _fixture.Decrypt(file)).ErrorCode);
    }

    [Fact]
    public void A_line_without_an_end_is_not_read_for_ever()
    {
        byte[] file = [.. "age-encryption.org/v1\n-> "u8, .. Enumerable.Repeat((byte)'a', 2_000_000)];

        Assert.Equal(ErrorCode.EncryptedHeaderDamaged, Assert.Throws<EmrSimException>(() => _fixture.Decrypt(file)).ErrorCode);
    }

    [Fact]
    public void A_stanza_that_was_removed_is_noticed_by_whoever_can_still_read()
    {
        string second = _fixture.NewKey("second.txt");
        string header = Encoding.Latin1.GetString(AgeFixture.Encrypt([1], new EncryptionKeys { Recipients = [_fixture.Recipient, second] }));
        int last = header.LastIndexOf("-> ", StringComparison.Ordinal);
        int end = header.IndexOf("\n--- ", StringComparison.Ordinal) + 1;

        byte[] file = Encoding.Latin1.GetBytes(header[..last] + header[end..]);

        Assert.Equal(ErrorCode.EncryptedHeaderDamaged, Assert.Throws<EmrSimException>(() => _fixture.Decrypt(file)).ErrorCode);
    }

    [Fact]
    public void Bodies_of_any_length_come_back()
    {
        for (int length = 0; length <= 200; length++)
        {
            var stanza = new AgeStanza("other", ["a", "b"], [.. Enumerable.Range(0, length).Select(i => (byte)i)]);
            byte[] header = AgeHeader.Format([stanza], new byte[16]);

            AgeStanza read = Assert.Single(HeaderParser.Parse(header, "app.age").Stanzas);
            Assert.Equal(stanza.Body, read.Body);
            Assert.Equal(["a", "b"], read.Arguments);
        }
    }

    public void Dispose() => _fixture.Dispose();
}
