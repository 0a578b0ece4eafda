using System.Globalization;
using System.Security;
using System.Security.Cryptography;

namespace EmrSim.Core.Encryption;

/// <summary>A passphrase that wraps a file's key by way of scrypt (RFC 7914), which makes guessing dear.</summary>
internal static class ScryptPassphrase
{
    internal const string StanzaType = "scrypt";
    internal const int SaltLength = 16;

    /// <summary>
    /// The work factor that is written: 2^17 rounds, as OWASP's cheat sheet on password storage asks; age itself takes 18. Each step up doubles the time
    /// of every backup's key. Of the 128 MB that it asks of who guesses, <see cref="Scrypt"/> takes 32.
    /// </summary>
    internal const int WorkFactor = 17;

    /// <summary>The largest that age reads. A file that asks for more would hold up whoever opens it.</summary>
    internal const int HighestWorkFactor = 22;

    internal static AgeStanza Wrap(ReadOnlySpan<byte> fileKey, SecureString passphrase, int workFactor, CancellationToken token)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltLength);
        using SecretBytes wrapKey = DeriveWrapKey(passphrase, salt, workFactor, token);
        return new AgeStanza(
            StanzaType, [RawBase64.Encode(salt), workFactor.ToString(CultureInfo.InvariantCulture)], KeyWrap.Wrap(wrapKey.Span, fileKey));
    }

    /// <summary>Unwraps a file's key.</summary>
    /// <returns>Whether the passphrase is that of the file.</returns>
    internal static bool TryUnwrap(SecureString passphrase, byte[] salt, int workFactor, ReadOnlySpan<byte> body, Span<byte> fileKey, CancellationToken token)
    {
        using SecretBytes wrapKey = DeriveWrapKey(passphrase, salt, workFactor, token);
        return KeyWrap.TryUnwrap(wrapKey.Span, body, fileKey);
    }

    private static SecretBytes DeriveWrapKey(SecureString passphrase, byte[] salt, int workFactor, CancellationToken token)
    {
        using var secret = SecretBytes.Of(passphrase);
        var wrapKey = new SecretBytes(Aead.KeyLength);
        try
        {
            Scrypt.DeriveKey(secret.Span, [.. "age-encryption.org/v1/scrypt"u8, .. salt], 1 << workFactor, wrapKey.Span, token);
            return wrapKey;
        }
        catch
        {
            wrapKey.Dispose();
            throw;
        }
    }
}
