using System.Buffers.Binary;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;

namespace EmrSim.Core.Encryption;

/// <summary>The payload of an age file: chunks of 64 KiB, each bound to its place, the last one marked as such.</summary>
internal sealed class ChunkCipher : IDisposable
{
    /// <summary>The bytes of a chunk, unless it is the last one.</summary>
    internal const int PlainLength = 64 * 1024;

    /// <summary>What such a chunk takes in the file.</summary>
    internal const int SealedLength = PlainLength + Aead.TagLength;

    /// <summary>The nonce between header and chunks.</summary>
    internal const int SaltLength = 16;

    private readonly SecretBytes _key = new(Aead.KeyLength);
    private readonly Aead _aead;

    /// <summary>The cipher of one file.</summary>
    /// <param name="fileKey">The file's key, which the header wraps.</param>
    /// <param name="salt">The nonce that stands before the chunks.</param>
    internal ChunkCipher(ReadOnlySpan<byte> fileKey, ReadOnlySpan<byte> salt)
    {
        HKDF.DeriveKey(HashAlgorithmName.SHA256, fileKey, _key.Span, salt, "payload"u8);
        _aead = Aead.Create(_key.Span);
    }

    internal void Seal(long counter, bool last, ReadOnlySpan<byte> plain, Span<byte> target)
    {
        Span<byte> nonce = stackalloc byte[Aead.NonceLength];
        WriteNonce(nonce, counter, last);
        _aead.Seal(nonce, plain, target);
    }

    internal bool TryOpen(long counter, bool last, ReadOnlySpan<byte> chunk, Span<byte> plain)
    {
        Span<byte> nonce = stackalloc byte[Aead.NonceLength];
        WriteNonce(nonce, counter, last);
        return _aead.TryOpen(nonce, chunk, plain);
    }

    /// <summary>The key of the chunk's tag: the first bytes of its key stream (RFC 8439, 2.6).</summary>
    internal byte[] TagKey(long counter, bool last)
    {
        Span<byte> nonce = stackalloc byte[Aead.NonceLength];
        WriteNonce(nonce, counter, last);
        var stream = new ChaCha7539Engine();
        stream.Init(true, new ParametersWithIV(new KeyParameter(_key.Span), nonce));
        byte[] key = new byte[Aead.KeyLength];
        stream.ProcessBytes(key, key);
        return key;
    }

    public void Dispose()
    {
        _aead.Dispose();
        _key.Dispose();
    }

    // Eleven bytes of counter, big-endian, and one that is 1 in the last chunk.
    private static void WriteNonce(Span<byte> nonce, long counter, bool last)
    {
        nonce[..3].Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce[3..], counter);
        nonce[^1] = last ? (byte)1 : (byte)0;
    }
}
