using System.Buffers.Binary;
using System.Numerics;

namespace EmrSim.Core.Encryption;

/// <summary>
/// Poly1305 (RFC 8439, 2.5) over all beginnings of a chunk at once, to find out what happened to one that is not authentic. Slow and not in
/// constant time: it only looks for an explanation, and only in files whose key is known.
/// </summary>
internal sealed class TagSearch
{
    private const int BlockLength = 16;

    private static readonly BigInteger s_bit128 = BigInteger.One << 128;
    private static readonly BigInteger s_prime = (BigInteger.One << 130) - 5;

    private readonly BigInteger _r;
    private readonly BigInteger _s;

    /// <summary>A search with the key of a chunk's tag.</summary>
    internal TagSearch(ReadOnlySpan<byte> tagKey)
    {
        // The bits that the definition clears.
        BigInteger clamp = BigInteger.Parse("0ffffffc0ffffffc0ffffffc0fffffff", System.Globalization.NumberStyles.HexNumber, null);
        _r = Number(tagKey[..BlockLength]) & clamp;
        _s = Number(tagKey[BlockLength..]);
    }

    /// <summary>Where in the bytes an authentic chunk ends that begins with them; -1 where none does.</summary>
    internal int FindEnd(ReadOnlySpan<byte> bytes)
    {
        BigInteger whole = BigInteger.Zero;
        for (int length = 0; length <= bytes.Length - Aead.TagLength; length++)
        {
            int over = length % BlockLength;
            if (over == 0 && length > 0) whole = Step(whole, Number(bytes.Slice(length - BlockLength, BlockLength)));
            BigInteger sum = over == 0 ? whole : Step(whole, Number(bytes.Slice(length - over, over)));
            if (Tag(Step(sum, LengthBlock(length))) == Number(bytes.Slice(length, Aead.TagLength))) return length + Aead.TagLength;
        }

        return -1;
    }

    /// <summary>Whether the chunk would be authentic if a single byte of it were another.</summary>
    internal bool IsOneByteOff(ReadOnlySpan<byte> chunk)
    {
        ReadOnlySpan<byte> text = chunk[..^Aead.TagLength];
        BigInteger found = Number(chunk[^Aead.TagLength..]);
        BigInteger sum = BigInteger.Zero;
        for (int at = 0; at < text.Length; at += BlockLength) sum = Step(sum, Number(text.Slice(at, Math.Min(BlockLength, text.Length - at))));
        sum = Step(sum, LengthBlock(text.Length));
        if (IsOneByte(Tag(sum) ^ found)) return true;

        // A change of a block by d changes the sum by d·r^n, where n counts the blocks from there to the end. The tag lacks the sum's two highest bits.
        BigInteger inverse = BigInteger.ModPow(_r, s_prime - 2, s_prime);
        BigInteger sought = (found - _s + s_bit128) % s_bit128;
        for (BigInteger candidate = sought; candidate < s_prime; candidate += s_bit128)
        {
            BigInteger change = (candidate - sum + s_prime) * inverse % s_prime;
            for (int at = 0; at < text.Length; at += BlockLength)
            {
                change = change * inverse % s_prime;
                if (IsOneByte(change) || IsOneByte(s_prime - change)) return true;
            }
        }

        return false;
    }

    private static BigInteger LengthBlock(int length)
    {
        Span<byte> block = stackalloc byte[BlockLength];
        // No associated data, then the length of the text.
        BinaryPrimitives.WriteInt64LittleEndian(block[8..], length);
        return Number(block);
    }

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true);

    private static bool IsOneByte(BigInteger difference)
    {
        if (difference.IsZero || difference >= s_bit128) return false;
        Span<byte> bytes = stackalloc byte[BlockLength];
        difference.TryWriteBytes(bytes, out int count, isUnsigned: true);
        return bytes[..count].Count((byte)0) == count - 1;
    }

    // Short blocks are filled up with zeros, so each has the bit of a whole one.
    private BigInteger Step(BigInteger sum, BigInteger block) => (sum + block + s_bit128) * _r % s_prime;

    private BigInteger Tag(BigInteger sum) => (sum + _s) % s_bit128;
}
