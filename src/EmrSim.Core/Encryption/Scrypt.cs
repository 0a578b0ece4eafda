using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace EmrSim.Core.Encryption;

/// <summary>
/// scrypt (RFC 7914) with r = 8 and p = 1, in less memory than it asks for: of the N blocks that it fills, only every few are kept, and those between
/// are computed again from the one before when they are looked up. The key is the same.
/// </summary>
internal static unsafe class Scrypt
{
    /// <summary>What the kept blocks may take, in bytes, as long as <see cref="LongestStride"/> allows it.</summary>
    internal const int MemoryLimit = 32 * 1024 * 1024;

    /// <summary>
    /// The largest distance of kept blocks. A block that is looked up costs half of it on average, so that memory of which nothing is kept would be paid for
    /// tenfold in time: beyond a work factor of 18 it grows instead, to 512 MB for 22.
    /// </summary>
    internal const int LongestStride = 8;

    // So many blocks take some hundredths of a second.
    private const int BlocksBetweenLooks = 4096;

    private const int BlockSize = 8;
    private const int BlockLength = 128 * BlockSize;
    private const int BlockWords = BlockLength / sizeof(uint);
    private const int SalsaWords = 16;
    private const int ScratchBlocks = 4;
    private const int CacheLine = 64;

    /// <summary>Derives a key.</summary>
    /// <param name="passphrase">The passphrase.</param>
    /// <param name="salt">The salt.</param>
    /// <param name="cost">N: a power of two from 2.</param>
    /// <param name="key">Where the key goes, as long as it is to be.</param>
    /// <param name="token">Stops it.</param>
    internal static void DeriveKey(ReadOnlySpan<byte> passphrase, ReadOnlySpan<byte> salt, int cost, Span<byte> key, CancellationToken token) =>
        DeriveKey(passphrase, salt, cost, StrideOf(cost), key, token);

    /// <summary>Derives a key while every <paramref name="stride"/>-th block is kept: a power of two up to <paramref name="cost"/>.</summary>
    internal static void DeriveKey(ReadOnlySpan<byte> passphrase, ReadOnlySpan<byte> salt, int cost, int stride, Span<byte> key, CancellationToken token)
    {
        Span<byte> block = stackalloc byte[BlockLength];
        try
        {
            Rfc2898DeriveBytes.Pbkdf2(passphrase, salt, block, 1, HashAlgorithmName.SHA256);
            Mix(block, cost, stride, token);
            Rfc2898DeriveBytes.Pbkdf2(passphrase, block, key, 1, HashAlgorithmName.SHA256);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(block);
        }
    }

    /// <summary>The smallest distance of kept blocks with which they stay within <see cref="MemoryLimit"/>, or <see cref="LongestStride"/>.</summary>
    internal static int StrideOf(int cost) => Math.Clamp(cost / (MemoryLimit / BlockLength), 1, LongestStride);

    /// <summary>scryptROMix.</summary>
    private static void Mix(Span<byte> block, int cost, int stride, CancellationToken token)
    {
        nuint length = ((nuint)(cost / stride) + ScratchBlocks) * BlockLength;
        // Not from the collected heap, which would keep the memory for a while.
        uint* memory = (uint*)NativeMemory.AlignedAlloc(length, CacheLine);
        try
        {
            uint* x = memory;
            ToDiagonals(block, x);
            x = FillAndLookUp(memory, cost, stride, token);
            FromDiagonals(x, block);
        }
        finally
        {
            NativeMemory.Clear(memory, length);
            NativeMemory.AlignedFree(memory);
        }
    }

    // The first call is usually the only one: it must not begin with unoptimised code.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static uint* FillAndLookUp(uint* memory, int cost, int stride, CancellationToken token)
    {
        uint* x = memory;
        uint* y = x + BlockWords;
        uint* spare = y + BlockWords;
        uint* kept = memory + (ScratchBlocks * BlockWords);
        for (int i = 0; i < cost; i++)
        {
            if (i % BlocksBetweenLooks == 0) token.ThrowIfCancellationRequested();
            if (i % stride == 0) NativeMemory.Copy(x, kept + ((nuint)(i / stride) * BlockWords), BlockLength);
            MixBlock(x, y);
            uint* mixed = y;
            y = x;
            x = mixed;
        }

        for (int i = 0; i < cost; i++)
        {
            if (i % BlocksBetweenLooks == 0) token.ThrowIfCancellationRequested();
            int index = (int)(x[BlockWords - SalsaWords] & (uint)(cost - 1));
            uint* found = kept + ((nuint)(index / stride) * BlockWords);
            for (int behind = index % stride; behind > 0; behind--)
            {
                uint* next = found == spare ? spare + BlockWords : spare;
                MixBlock(found, next);
                found = next;
            }

            for (int word = 0; word < BlockWords; word += 4) (Vector128.Load(x + word) ^ Vector128.Load(found + word)).Store(x + word);
            MixBlock(x, y);
            uint* mixed = y;
            y = x;
            x = mixed;
        }

        return x;
    }

    /// <summary>scryptBlockMix: Salsa20/8 over the parts in turn; the even ones go to the first half, the odd ones to the second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MixBlock(uint* from, uint* to)
    {
        uint* last = from + BlockWords - SalsaWords;
        Vector128<uint> a = Vector128.Load(last), b = Vector128.Load(last + 4), c = Vector128.Load(last + 8), d = Vector128.Load(last + 12);
        for (int part = 0; part < 2 * BlockSize; part++)
        {
            Vector128<uint> a0 = a ^ Vector128.Load(from), b0 = b ^ Vector128.Load(from + 4);
            Vector128<uint> c0 = c ^ Vector128.Load(from + 8), d0 = d ^ Vector128.Load(from + 12);
            (a, b, c, d) = (a0, b0, c0, d0);
            for (int round = 0; round < 8; round += 2)
            {
                b ^= Rotate(a + d, 7);
                c ^= Rotate(b + a, 9);
                d ^= Rotate(c + b, 13);
                a ^= Rotate(d + c, 18);
                // The columns become rows: what follows is the same with b and d in each other's place.
                b = Vector128.Shuffle(b, Vector128.Create(3u, 0, 1, 2));
                c = Vector128.Shuffle(c, Vector128.Create(2u, 3, 0, 1));
                d = Vector128.Shuffle(d, Vector128.Create(1u, 2, 3, 0));
                d ^= Rotate(a + b, 7);
                c ^= Rotate(d + a, 9);
                b ^= Rotate(c + d, 13);
                a ^= Rotate(b + c, 18);
                b = Vector128.Shuffle(b, Vector128.Create(1u, 2, 3, 0));
                c = Vector128.Shuffle(c, Vector128.Create(2u, 3, 0, 1));
                d = Vector128.Shuffle(d, Vector128.Create(3u, 0, 1, 2));
            }

            (a, b, c, d) = (a + a0, b + b0, c + c0, d + d0);
            uint* target = to + (((part >> 1) + ((part & 1) * BlockSize)) * SalsaWords);
            a.Store(target);
            b.Store(target + 4);
            c.Store(target + 8);
            d.Store(target + 12);
            from += SalsaWords;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Rotate(Vector128<uint> value, int bits) => (value << bits) | (value >>> (32 - bits));

    // Salsa20's matrix of 4 x 4 words by its diagonals: a vector is then what a step adds, rotates and combines at once.
    private static int Diagonal(int word) => (word & ~(SalsaWords - 1)) | (word * 5 % SalsaWords);

    private static void ToDiagonals(ReadOnlySpan<byte> block, uint* x)
    {
        for (int word = 0; word < BlockWords; word++) x[word] = BinaryPrimitives.ReadUInt32LittleEndian(block[(sizeof(uint) * Diagonal(word))..]);
    }

    private static void FromDiagonals(uint* x, Span<byte> block)
    {
        for (int word = 0; word < BlockWords; word++) BinaryPrimitives.WriteUInt32LittleEndian(block[(sizeof(uint) * Diagonal(word))..], x[word]);
    }
}
