using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Migration.Proof;

/// <summary>
/// Hashes bytes of any length to 128 bits: two polynomials modulo the prime 2^61 - 1 whose coefficients are the length and seven bytes each, at two places that follow from the seed, and
/// XXH128 over both values.
/// </summary>
/// <remarks>
/// Two different texts of n bytes have the same value of one polynomial at no more than n / 7 + 1 of the 2^61 places, whoever chose them (a polynomial has no more zeros than its degree:
/// Carter and Wegman, Universal classes of hash functions, 1979). XXH128 at the end mixes, so that sums of hashes mean something. XXH128 over the whole row would do as well, but the runtime
/// takes a second or two before it has optimized it, in which a million rows are half copied; this is optimized from the first row on.
/// </remarks>
internal sealed class PolynomialHash
{
    private const int Bits = 61;
    private const ulong Prime = (1UL << Bits) - 1;
    private const int Block = 7;
    private const ulong BlockMask = (1UL << (8 * Block)) - 1;

    private readonly long _seed;
    private readonly ulong _first;
    private readonly ulong _second;

    /// <summary>Makes one for a seed: the same for both sides of a comparison.</summary>
    internal PolynomialHash(long seed)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, seed);
        UInt128 places = XxHash128.HashToUInt128(bytes);
        _seed = seed;
        _first = Place((ulong)places);
        _second = Place((ulong)(places >> 64));
    }

    /// <summary>The hash of some bytes.</summary>
    [MethodImpl(Hot.Loop)]
    internal UInt128 Hash(ReadOnlySpan<byte> bytes)
    {
        ulong a = (ulong)bytes.Length, b = a, first = _first, second = _second;
        ref byte start = ref MemoryMarshal.GetReference(bytes);
        int at = 0;
        // Eight bytes are read, and seven of them taken; up to seven are left.
        for (; bytes.Length - at >= sizeof(ulong); at += Block)
        {
            ulong block = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, at));
            block = (BitConverter.IsLittleEndian ? block : BinaryPrimitives.ReverseEndianness(block)) & BlockMask;
            a = Times(a, first) + block;
            b = Times(b, second) + block;
        }

        ulong last = 0;
        for (int i = bytes.Length - 1; i >= at; i--) last = (last << 8) | Unsafe.Add(ref start, i);
        a = Times(a, first) + last;
        b = Times(b, second) + last;
        Span<byte> both = stackalloc byte[2 * sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(both, Reduce(a));
        BinaryPrimitives.WriteUInt64LittleEndian(both[sizeof(ulong)..], Reduce(b));
        return XxHash128.HashToUInt128(both, _seed);
    }

    // Neither 0 nor 1, at which a polynomial says little.
    private static ulong Place(ulong random) => 2 + (random % (Prime - 2));

    /// <summary>The product modulo the prime, of less than 62 bits; the value may have 62, the place has 61.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Times(ulong value, ulong place)
    {
        // The runtime gives the lower half by way of memory, which takes longer than to multiply once more.
        ulong high = Math.BigMul(value, place, out _), low = value * place;
        ulong sum = (low & Prime) + ((low >> Bits) | (high << (64 - Bits)));
        return (sum & Prime) + (sum >> Bits);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Reduce(ulong value)
    {
        value = (value & Prime) + (value >> Bits);
        return value >= Prime ? value - Prime : value;
    }
}
