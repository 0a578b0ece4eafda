using System.IO.Hashing;
using System.Numerics;
using CsCheck;
using EmrSim.Core.Migration.Proof;

namespace EmrSim.Tests.Migration.Proof;

/// <summary>The hash of a row.</summary>
public sealed class PolynomialHashTests
{
    private static readonly BigInteger s_prime = (BigInteger.One << 61) - 1;

    [Fact]
    public void It_is_the_value_of_two_polynomials() => Gen.Select(Gen.Byte.Array[0, 100], Gen.Long).Sample(
        (bytes, seed) => Assert.Equal(Reference(bytes, seed), new PolynomialHash(seed).Hash(bytes)));

    [Fact]
    public void Any_bit_and_any_zero_at_the_end_makes_another() => Gen.Select(Gen.Byte.Array[1, 300], Gen.Long, Gen.Int[0, 10_000]).Sample(
        (bytes, seed, place) =>
        {
            var hash = new PolynomialHash(seed);
            UInt128 before = hash.Hash(bytes);
            byte[] changed = [.. bytes];
            changed[place % bytes.Length] ^= (byte)(1 << (place % 8));

            Assert.NotEqual(before, hash.Hash(changed));
            Assert.NotEqual(before, hash.Hash([.. bytes, 0]));
            Assert.NotEqual(before, new PolynomialHash(seed + 1).Hash(bytes));
            Assert.Equal(before, new PolynomialHash(seed).Hash(bytes));
        });

    [Fact]
    public void Values_that_change_places_between_rows_change_the_sum()
    {
        var hash = new PolynomialHash(42);

        Assert.NotEqual(hash.Hash("aaaaaaa1111111"u8) + hash.Hash("bbbbbbb2222222"u8), hash.Hash("aaaaaaa2222222"u8) + hash.Hash("bbbbbbb1111111"u8));
    }

    private static UInt128 Reference(byte[] bytes, long seed)
    {
        UInt128 places = XxHash128.HashToUInt128(BitConverter.GetBytes(seed));
        return XxHash128.HashToUInt128([.. BitConverter.GetBytes(Value(bytes, (ulong)places)), .. BitConverter.GetBytes(Value(bytes, (ulong)(places >> 64)))], seed);
    }

    // The length, blocks of seven bytes for as long as eight are there, then what is left.
    private static ulong Value(byte[] bytes, ulong random)
    {
        BigInteger place = 2 + (random % (s_prime - 2)), value = bytes.Length;
        int at = 0;
        for (; bytes.Length - at >= 8; at += 7) value = ((value * place) + Number(bytes.AsSpan(at, 7))) % s_prime;
        return (ulong)(((value * place) + Number(bytes.AsSpan(at))) % s_prime);
    }

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true);
}
