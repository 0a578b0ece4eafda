using CsCheck;
using EmrSim.Core.Encryption;
using EmrSim.Tests.Encryption.Support;
using Org.BouncyCastle.Crypto.Generators;

namespace EmrSim.Tests.Encryption;

/// <summary>scrypt in less memory, beside the standard's vectors and another implementation.</summary>
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
        Scrypt.DeriveKey("pleaseletmein"u8, "SodiumChloride"u8, cost, stride, key);

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
    [InlineData(2, 1)]
    [InlineData(1 << 15, 1)]
    [InlineData(1 << 16, 2)]
    [InlineData(1 << ScryptPassphrase.WorkFactor, 4)]
    [InlineData(1 << 18, 8)]
    [InlineData(1 << ScryptPassphrase.HighestWorkFactor, 128)]
    public void As_many_blocks_are_kept_as_32_MB_hold(int cost, int stride)
    {
        Assert.Equal(stride, Scrypt.StrideOf(cost));
        Assert.InRange(1024L * cost / stride, 1, Scrypt.MemoryLimit);
    }

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
        Scrypt.DeriveKey(passphrase, salt, cost, stride, key);
        return key;
    }
}
