using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;

namespace EmrSim.Core.Encryption;

/// <summary>ChaCha20-Poly1305 (RFC 8439) without associated data, from the system where that has it.</summary>
internal abstract class Aead : IDisposable
{
    internal const int KeyLength = 32;
    internal const int NonceLength = 12;
    internal const int TagLength = 16;

    /// <summary>The cipher with a key. Windows has it since Windows 10 build 20142, Windows Server since 2022.</summary>
    internal static Aead Create(ReadOnlySpan<byte> key) => ChaCha20Poly1305.IsSupported ? new System(key) : new Managed(key);

    /// <summary>The library's cipher, which is everywhere and slower.</summary>
    internal static Aead CreateManaged(ReadOnlySpan<byte> key) => new Managed(key);

    /// <summary>Encrypts into a span that is longer by the tag.</summary>
    internal abstract void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, Span<byte> target);

    /// <summary>Decrypts what is authentic; else the target holds nothing of it.</summary>
    internal abstract bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> source, Span<byte> plain);

    public abstract void Dispose();

    private sealed class System(ReadOnlySpan<byte> key) : Aead
    {
        private readonly ChaCha20Poly1305 _cipher = new(key);

        internal override void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, Span<byte> target) =>
            _cipher.Encrypt(nonce, plain, target[..plain.Length], target.Slice(plain.Length, TagLength));

        internal override bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> source, Span<byte> plain)
        {
            try
            {
                _cipher.Decrypt(nonce, source[..^TagLength], source[^TagLength..], plain[..(source.Length - TagLength)]);
                return true;
            }
            catch (AuthenticationTagMismatchException)
            {
                return false;
            }
        }

        public override void Dispose() => _cipher.Dispose();
    }

    private sealed class Managed(ReadOnlySpan<byte> key) : Aead
    {
        private readonly KeyParameter _key = new(key);
        private readonly Org.BouncyCastle.Crypto.Modes.ChaCha20Poly1305 _cipher = new();

        internal override void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, Span<byte> target) => Process(true, nonce, plain, target);

        internal override bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> source, Span<byte> plain)
        {
            try
            {
                Process(false, nonce, source, plain);
                return true;
            }
            catch (InvalidCipherTextException)
            {
                // The library decrypts before it has seen the tag.
                CryptographicOperations.ZeroMemory(plain[..(source.Length - TagLength)]);
                return false;
            }
        }

        private void Process(bool forEncryption, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> source, Span<byte> target)
        {
            _cipher.Init(forEncryption, new ParametersWithIV(_key, nonce));
            int done = _cipher.ProcessBytes(source, target);
            _cipher.DoFinal(target[done..]);
        }

        // The library keeps copies of the key that nobody can reach.
        public override void Dispose()
        {
        }
    }
}
