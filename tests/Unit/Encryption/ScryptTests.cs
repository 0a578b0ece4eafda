using CsCheck;
using EmrSim.Core.Encryption;
using EmrSim.Tests.Encryption.Support;
using EmrSim.Tests.Support;
using Org.BouncyCastle.Crypto.Generators;

namespace EmrSim.Tests.Encryption;

/// <summary>scrypt in less memory, beside the standard's vectors and another implementation.</summary>
[NotUnderWine("it computes alone, alike on every system, and is slow there")]
public sealed class ScryptTests
{
    // RFC 7914, section 12; the other two have another r or p. The memory is 16 MB and less, and 128 MB.
    [Theory]
    [InlineData(
        16384, 1, "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887")]
    [InlineData(
        16384, 8, "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887")]
    [InlineData(
        1048576, 8, "2101cb9b6a511aaeaddbbe09cf70f881ec568d574a2ffd4dabe5ee9820adaa478e56fd8f4ba5d09ffa1c6d927c40f4c337304049e8a952fbcbf45c6fa77a41a4")]
    public void The_vectors_of_RFC_7914_are_met(int cost, int stride, string expected)
    {
        byte[] key = new byte[64];
        Scrypt.DeriveKey("pleaseletmein"u8, "SodiumChloride"u8, cost, stride, key, TestContext.Current.CancellationToken);

        Assert.Equal(expected, Convert.ToHexStringLower(key));
    }

    [Fact]
    public void Whatever_is_kept_the_key_is_that_of_another_implementation()
    {
        Gen<(byte[], byte[], int, int, int)> inputs = Gen.Select(
            Gen.Byte.Array[0, 80], Gen.Byte.Array[0, 40], Gen.Int[1, 11], Gen.Int[0, 11], Gen.Int[1, 100]);
        inputs.Sample(
            input =>
            {
                (byte[] passphrase, byte[] salt, int workFactor, int stride, int length) = input;
                byte[] expected = SCrypt.Generate(passphrase, salt, 1 << workFactor, 8, 1, length);

                Assert.Equal(expected, Derive(passphrase, salt, 1 << workFactor, 1 << Math.Min(stride, workFactor), length));
                Assert.Equal(expected, Derive(passphrase, salt, 1 << workFactor, 1, length));
            },
            iter: 200);
    }

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(15, 1, 32)]
    [InlineData(16, 2, 32)]
    [InlineData(ScryptPassphrase.WorkFactor, 4, 32)]
    [InlineData(18, 8, 32)]
    [InlineData(19, 8, 64)]
    [InlineData(ScryptPassphrase.HighestWorkFactor, 8, 512)]
    public void As_many_blocks_are_kept_as_32_MB_hold_and_never_fewer_than_every_eighth(int workFactor, int stride, int megabytes)
    {
        Assert.Equal(stride, Scrypt.StrideOf(1 << workFactor));
        Assert.Equal(megabytes, 1024L * (1 << workFactor) / stride >> 20);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_dearest_file_that_is_read_can_be_given_up(bool atOnce)
    {
        byte[] file = AgeFixture.Encrypt([1, 2, 3], new EncryptionKeys { Passphrase = AgeFixture.Secret("secret") }, workFactor: 1);
        // The cost is what the header says; what it opens in the end does not matter here.
        file = [.. System.Text.Encoding.Latin1.GetBytes(System.Text.RegularExpressions.Regex.Replace(System.Text.Encoding.Latin1.GetString(file), "(-> scrypt [^ ]+) 1\n", "$1 22\n"))];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        if (atOnce) await stop.CancelAsync();
        else stop.CancelAfter(200);

        // To its end it would take half a minute and say that the passphrase is another one.
        await Assert.ThrowsAsync<OperationCanceledException>(() => Task.Run(
            () => AgeFile.Decrypt(new MemoryStream(file), new DecryptionKeys { Passphrase = AgeFixture.Secret("secret") }, "app.age", null, stop.Token),
            TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_backup_with_a_passphrase_can_be_given_up_before_it_has_its_key() =>
        Assert.Throws<OperationCanceledException>(() => new AgeSession(new EncryptionKeys { Passphrase = AgeFixture.Secret("secret") }, new CancellationToken(canceled: true)));

    [Fact]
    public void A_cost_for_which_blocks_are_left_out_gives_the_key_of_another_implementation()
    {
        const int Cost = 1 << 16;

        Assert.Equal(SCrypt.Generate([1, 2, 3], [4], Cost, 8, 1, 32), Derive([1, 2, 3], [4], Cost, Scrypt.StrideOf(Cost), 32));
    }

    [Fact]
    public void A_passphrase_takes_no_memory_of_the_collector()
    {
        var keys = new EncryptionKeys { Passphrase = AgeFixture.Secret("secret") };
        long Allocated(int workFactor)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            AgeFixture.Encrypt([], keys, workFactor);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // What is made once and for all is made in the first run.
        Allocated(1);

        // BouncyCastle would take 64 MB.
        Assert.InRange(Allocated(16) - Allocated(1), -16 * 1024, 16 * 1024);
    }

    private static byte[] Derive(byte[] passphrase, byte[] salt, int cost, int stride, int length)
    {
        byte[] key = new byte[length];
        Scrypt.DeriveKey(passphrase, salt, cost, stride, key, TestContext.Current.CancellationToken);
        return key;
    }
}
