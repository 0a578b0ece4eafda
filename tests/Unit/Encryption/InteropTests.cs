using EmrSim.Core.Encryption;
using EmrSim.Tests.Encryption.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Encryption;

/// <summary>Files and keys that go to and fro between EmrSim and the age command.</summary>
public sealed class InteropTests : IDisposable
{
    private const string Passphrase = "pass phrase ü 🔑";

    private static readonly int[] s_lengths =
        [0, 1, ChunkCipher.PlainLength - 1, ChunkCipher.PlainLength, ChunkCipher.PlainLength + 1, 20 * ChunkCipher.PlainLength, 3_000_001];

    private readonly string _age = ExternalTool.Require("age");
    private readonly AgeFixture _fixture = new();

    [Fact]
    public void What_EmrSim_encrypts_to_its_own_key_age_decrypts()
    {
        foreach (int length in s_lengths)
        {
            byte[] plain = Write("plain", length);
            File.WriteAllBytes(_fixture.File("app.age"), _fixture.Encrypt(plain));
            // age makes no file when it has nothing to write.
            File.WriteAllBytes(_fixture.File("out"), []);

            ExternalTool.Run(_age, ["-d", "-i", _fixture.IdentityPath, "-o", _fixture.File("out"), _fixture.File("app.age")]);

            Assert.Equal(plain, File.ReadAllBytes(_fixture.File("out")));
        }
    }

    [Fact]
    public void What_age_encrypts_to_several_recipients_EmrSim_decrypts()
    {
        string other = _fixture.NewKey("other.txt");
        foreach (int length in s_lengths)
        {
            byte[] plain = Write("plain", length);

            ExternalTool.Run(_age, ["-r", other, "-r", _fixture.Recipient, "-o", _fixture.File("app.age"), _fixture.File("plain")]);

            Assert.Equal(plain, _fixture.Decrypt(File.ReadAllBytes(_fixture.File("app.age"))));
        }
    }

    [Fact]
    public void A_key_of_age_keygen_serves_EmrSim()
    {
        string path = _fixture.File("keygen.txt");
        string keygen = ExternalTool.Require("age-keygen");
        ExternalTool.Run(keygen, ["-o", path]);
        string recipient = ExternalTool.Run(keygen, ["-y", path]).Trim();
        byte[] file = AgeFixture.Encrypt([1, 2, 3], new EncryptionKeys { Recipients = [recipient] });

        Assert.Equal([1, 2, 3], AgeFixture.Decrypt(file, new DecryptionKeys { IdentityPath = path }));
    }

    [Fact]
    public void A_key_of_EmrSim_has_the_recipient_that_age_keygen_finds_in_it() =>
        Assert.Equal(_fixture.Recipient, ExternalTool.Run(ExternalTool.Require("age-keygen"), ["-y", _fixture.IdentityPath]).Trim());

    [Fact]
    public void What_EmrSim_encrypts_with_a_passphrase_age_decrypts()
    {
        byte[] plain = Write("plain", 100_000);
        var keys = new EncryptionKeys { Passphrase = AgeFixture.Secret(Passphrase) };
        File.WriteAllBytes(_fixture.File("app.age"), AgeFixture.Encrypt(plain, keys, ScryptPassphrase.WorkFactor));

        RunAtTerminal($"{_age} -d -o {_fixture.File("out")} {_fixture.File("app.age")}", Passphrase + "\n");

        Assert.Equal(plain, File.ReadAllBytes(_fixture.File("out")));
    }

    [Fact]
    public void What_age_encrypts_with_a_passphrase_EmrSim_decrypts()
    {
        byte[] plain = Write("plain", 100_000);

        RunAtTerminal($"{_age} -p -o {_fixture.File("app.age")} {_fixture.File("plain")}", $"{Passphrase}\n{Passphrase}\n");

        var keys = new DecryptionKeys { Passphrase = AgeFixture.Secret(Passphrase) };
        Assert.Equal(plain, AgeFixture.Decrypt(File.ReadAllBytes(_fixture.File("app.age")), keys));
    }

    public void Dispose() => _fixture.Dispose();

    // age asks for passphrases at a terminal only, and script(1) makes one.
    private static void RunAtTerminal(string command, string typed) =>
        ExternalTool.Run(ExternalTool.Require("script"), ["-q", "-e", "-c", command, "/dev/null"], typed);

    private byte[] Write(string name, int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        File.WriteAllBytes(_fixture.File(name), bytes);
        return bytes;
    }
}
