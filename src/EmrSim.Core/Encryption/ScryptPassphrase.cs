using System.Globalization;
using System.Security;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Generators;

namespace EmrSim.Core.Encryption;

/// <summary>A passphrase that wraps a file's key by way of scrypt (RFC 7914), which makes guessing dear.</summary>
internal static class ScryptPassphrase
{
    internal const string StanzaType = "scrypt";
    internal const int SaltLength = 16;

    /// <summary>
    /// The work factor that is written: 2^17 rounds and 128 MB, as OWASP's cheat sheet on password storage asks. age itself takes 18; its 256 MB are
    /// more than a backup takes altogether.
    /// </summary>
    internal const int WorkFactor = 17;

    /// <summary>The largest that age reads: 4 GB. A file that asks for more would hold up whoever opens it.</summary>
    internal const int HighestWorkFactor = 22;

    private const int BlockSize = 8;

    internal static AgeStanza Wrap(ReadOnlySpan<byte> fileKey, SecureString passphrase, int workFactor)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltLength);
        using SecretBytes wrapKey = DeriveWrapKey(passphrase, salt, workFactor);
        return new AgeStanza(
            StanzaType, [RawBase64.Encode(salt), workFactor.ToString(CultureInfo.InvariantCulture)], KeyWrap.Wrap(wrapKey.Span, fileKey));
    }

    /// <summary>Unwraps a file's key.</summary>
    /// <returns>Whether the passphrase is that of the file.</returns>
    internal static bool TryUnwrap(SecureString passphrase, byte[] salt, int workFactor, ReadOnlySpan<byte> body, Span<byte> fileKey)
    {
        using SecretBytes wrapKey = DeriveWrapKey(passphrase, salt, workFactor);
        return KeyWrap.TryUnwrap(wrapKey.Span, body, fileKey);
    }

    private static SecretBytes DeriveWrapKey(SecureString passphrase, byte[] salt, int workFactor)
    {
        using var secret = SecretBytes.Of(passphrase);
        byte[] derived = SCrypt.Generate(secret.Array, [.. "age-encryption.org/v1/scrypt"u8, .. salt], 1 << workFactor, BlockSize, 1, Aead.KeyLength);
        var wrapKey = new SecretBytes(Aead.KeyLength);
        derived.CopyTo(wrapKey.Span);
        CryptographicOperations.ZeroMemory(derived);
        // What scrypt took goes back now, not while the backup needs its own share.
        if (workFactor >= WorkFactor) GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return wrapKey;
    }
}
