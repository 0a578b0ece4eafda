using System.IO.Pipes;
using EmrSim.Core.Encryption;
using EmrSim.Tests.Encryption.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Encryption;

/// <summary>Files that are written and read with the right keys and with wrong ones.</summary>
[NotUnderWine("it computes alone, alike on every system, and is slow there")]
public sealed class RoundTripTests : IDisposable
{
    private static readonly byte[] s_plain = AgeFixture.Text("the database");

    private readonly AgeFixture _fixture = new();

    [Fact]
    public void Each_of_several_recipients_reads_the_file_and_nobody_else()
    {
        string second = _fixture.NewKey("second.txt");
        _fixture.NewKey("third.txt");
        byte[] file = AgeFixture.Encrypt(s_plain, new EncryptionKeys { Recipients = [_fixture.Recipient, second] });

        Assert.Equal(s_plain, _fixture.Decrypt(file));
        Assert.Equal(s_plain, AgeFixture.Decrypt(file, With("second.txt")));
        EmrSimException error = Assert.Throws<EmrSimException>(() => AgeFixture.Decrypt(file, With("third.txt")));
        Assert.Equal(ErrorCode.WrongKey, error.ErrorCode);
        Assert.Contains("third.txt", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("correct horse battery staple")]
    [InlineData("пароль 密码 🔑")]
    [InlineData(" ")]
    public void A_passphrase_reads_what_it_encrypted_and_another_does_not(string passphrase)
    {
        byte[] file = AgeFixture.Encrypt(s_plain, Passphrase(passphrase));

        Assert.Equal(s_plain, AgeFixture.Decrypt(file, new DecryptionKeys { Passphrase = AgeFixture.Secret(passphrase) }));
        Assert.Equal(ErrorCode.WrongPassphrase, Code(file, new DecryptionKeys { Passphrase = AgeFixture.Secret(passphrase + "x") }));
    }

    [Fact]
    public void A_passphrase_is_made_dear_to_guess()
    {
        byte[] file = AgeFixture.Encrypt(s_plain, Passphrase("secret"), ScryptPassphrase.WorkFactor);

        Assert.Equal(["17"], HeaderParser.Parse(file, "app.age").Stanzas.Select(s => s.Arguments[1]));
        Assert.Equal(s_plain, AgeFixture.Decrypt(file, new DecryptionKeys { Passphrase = AgeFixture.Secret("secret") }));
    }

    [Fact]
    public void The_file_itself_says_which_of_two_keys_it_needs()
    {
        DecryptionKeys both = _fixture.Decryption with { Passphrase = AgeFixture.Secret("secret") };

        Assert.Equal(s_plain, AgeFixture.Decrypt(_fixture.Encrypt(s_plain), both));
        Assert.Equal(s_plain, AgeFixture.Decrypt(AgeFixture.Encrypt(s_plain, Passphrase("secret")), both));
    }

    [Fact]
    public void Without_a_key_it_is_said_which_kind_is_needed()
    {
        EmrSimException recipient = Assert.Throws<EmrSimException>(() => AgeFixture.Decrypt(_fixture.Encrypt(s_plain), DecryptionKeys.None));
        EmrSimException passphrase = Assert.Throws<EmrSimException>(() => AgeFixture.Decrypt(AgeFixture.Encrypt(s_plain, Passphrase("s")), DecryptionKeys.None));

        Assert.Equal([ErrorCode.KeyNeeded, ErrorCode.KeyNeeded], [recipient.ErrorCode, passphrase.ErrorCode]);
        Assert.Contains("no identity was given", recipient.Message, StringComparison.Ordinal);
        Assert.Contains("with a passphrase", passphrase.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_of_the_other_kind_is_refused_with_the_kind_that_is_needed()
    {
        EmrSimException recipient = Assert.Throws<EmrSimException>(
            () => AgeFixture.Decrypt(_fixture.Encrypt(s_plain), new DecryptionKeys { Passphrase = AgeFixture.Secret("s") }));
        EmrSimException passphrase = Assert.Throws<EmrSimException>(
            () => AgeFixture.Decrypt(AgeFixture.Encrypt(s_plain, Passphrase("s")), _fixture.Decryption));

        Assert.Equal([ErrorCode.WrongPassphrase, ErrorCode.WrongKey], [recipient.ErrorCode, passphrase.ErrorCode]);
        Assert.Contains("Give the identity", recipient.Message, StringComparison.Ordinal);
        Assert.Contains("Give the passphrase", passphrase.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_whose_writer_was_not_completed_is_truncated()
    {
        byte[] plain = new byte[20 * ChunkCipher.PlainLength + 5];
        foreach (int length in new[] { 0, 5, ChunkCipher.PlainLength, plain.Length })
        {
            var file = new MemoryStream();
            using (AgeWriter writer = AgeFile.Encrypt(file, _fixture.Encryption, leaveOpen: true))
            {
                writer.Write(plain.AsSpan(0, length));
                writer.Flush();
            }

            Assert.Equal(ErrorCode.EncryptedFileTruncated, _fixture.Refusal(file.ToArray(), plain));
        }
    }

    [Fact]
    public void A_writer_whose_target_failed_completes_nothing()
    {
        using var target = new AnonymousPipeServerStream(PipeDirection.Out);
        var reader = new AnonymousPipeClientStream(PipeDirection.In, target.ClientSafePipeHandle);
        using AgeWriter writer = AgeFile.Encrypt(target, _fixture.Encryption, leaveOpen: true);
        reader.Dispose();

        Assert.Throws<IOException>(() => writer.Write(new byte[20 * ChunkCipher.PlainLength]));
        Assert.Throws<InvalidOperationException>(writer.Complete);
        Assert.False(writer.CanWrite);
    }

    [Fact]
    public void A_long_file_takes_no_more_memory_than_a_short_one()
    {
        const int Chunks = 50;
        byte[] part = new byte[ChunkCipher.PlainLength];
        long Allocated(int chunks)
        {
            string path = _fixture.File("app.age");
            long before = GC.GetAllocatedBytesForCurrentThread();
            using (AgeWriter writer = AgeFile.Encrypt(File.Create(path), _fixture.Encryption, leaveOpen: false))
            {
                for (int i = 0; i < chunks; i++) writer.Write(part);
                writer.Complete();
            }

            using AgeReader reader = AgeFile.Decrypt(File.OpenRead(path), _fixture.Decryption, path);
            while (reader.Read(part) > 0)
            {
                // All of it is read.
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // What is made once and for all is made in the first run.
        Allocated(1);
        long little = Allocated(Chunks);
        long much = Allocated(20 * Chunks);

        // The library's cipher, where the system has none, makes small objects for each chunk.
        Assert.InRange(much - little, long.MinValue, 19 * Chunks * 1024);
    }

    [Fact]
    public void Nothing_is_written_behind_the_end()
    {
        using AgeWriter writer = AgeFile.Encrypt(new MemoryStream(), _fixture.Encryption, leaveOpen: false);
        writer.Complete();

        Assert.Throws<InvalidOperationException>(() => writer.Write(s_plain));
        Assert.Throws<InvalidOperationException>(writer.Complete);
    }

    [Fact]
    public void Two_files_of_the_same_bytes_have_nothing_in_common()
    {
        byte[] plain = new byte[1000];
        byte[] first = AgeFixture.Split(_fixture.Encrypt(plain)).Chunks[0];
        byte[] second = AgeFixture.Split(_fixture.Encrypt(plain)).Chunks[0];

        Assert.NotEqual(first, second);
    }

    [Fact]
    public void The_cipher_of_the_library_and_that_of_the_system_read_each_other()
    {
        byte[] key = new byte[Aead.KeyLength];
        byte[] nonce = new byte[Aead.NonceLength];
        Random.Shared.NextBytes(key);
        Random.Shared.NextBytes(nonce);
        byte[] first = new byte[s_plain.Length + Aead.TagLength];
        byte[] second = new byte[first.Length];
        byte[] opened = new byte[s_plain.Length];
        using Aead system = Aead.Create(key);
        using Aead managed = Aead.CreateManaged(key);

        system.Seal(nonce, s_plain, first);
        managed.Seal(nonce, s_plain, second);

        Assert.Equal(first, second);
        Assert.True(managed.TryOpen(nonce, first, opened));
        Assert.Equal(s_plain, opened);
        first[3] ^= 1;
        Assert.False(managed.TryOpen(nonce, first, opened));
        Assert.Equal(new byte[s_plain.Length], opened);
        Assert.False(system.TryOpen(nonce, first, opened));
    }

    public void Dispose() => _fixture.Dispose();

    private static EncryptionKeys Passphrase(string text) => new() { Passphrase = AgeFixture.Secret(text) };

    private static ErrorCode Code(byte[] file, DecryptionKeys keys) => Assert.Throws<EmrSimException>(() => AgeFixture.Decrypt(file, keys)).ErrorCode;

    private DecryptionKeys With(string name) => new() { IdentityPath = _fixture.File(name) };
}
