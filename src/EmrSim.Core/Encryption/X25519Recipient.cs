using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc7748;

namespace EmrSim.Core.Encryption;

/// <summary>The public half of a key: files are encrypted to it.</summary>
internal sealed class X25519Recipient
{
    internal const string StanzaType = "X25519";
    internal const int PointLength = 32;

    private const string Name = "age";

    private readonly byte[] _point;

    internal X25519Recipient(byte[] point) => _point = point;

    internal ReadOnlySpan<byte> Point => _point;

    /// <summary>Reads <c>age1…</c>.</summary>
    /// <exception cref="EmrSimException">InvalidRecipient.</exception>
    internal static X25519Recipient Parse(string text)
    {
        string recipient = text.Trim();
        byte[] point = new byte[PointLength];
        if (!Bech32.TryDecode(Name, recipient, point)) throw Invalid(recipient);
        if (!IsLowOrder(point)) return new X25519Recipient(point);
        throw new EmrSimException(ErrorCode.InvalidRecipient, $"The recipient '{recipient}' is a point that protects nothing. Use another key.", recipient);
    }

    /// <summary>Whether every shared secret with a point is zero, so that all the world could read the file.</summary>
    internal static bool IsLowOrder(ReadOnlySpan<byte> point)
    {
        // Every scalar is a multiple of the cofactor 8 (RFC 7748, 5), so any of them tells.
        Span<byte> scalar = stackalloc byte[PointLength];
        scalar.Fill(1);
        return !X25519.CalculateAgreement(scalar, point, stackalloc byte[PointLength]);
    }

    /// <summary>Wraps a file's key so that only the identity unwraps it.</summary>
    internal AgeStanza Wrap(ReadOnlySpan<byte> fileKey)
    {
        using var secret = new SecretBytes(PointLength);
        using var shared = new SecretBytes(PointLength);
        using var wrapKey = new SecretBytes(Aead.KeyLength);
        RandomNumberGenerator.Fill(secret.Span);
        byte[] share = new byte[PointLength];
        X25519.ScalarMultBase(secret.Span, share);
        X25519.CalculateAgreement(secret.Span, _point, shared.Span);
        DeriveWrapKey(shared.Span, share, _point, wrapKey.Span);
        return new AgeStanza(StanzaType, [RawBase64.Encode(share)], KeyWrap.Wrap(wrapKey.Span, fileKey));
    }

    internal static void DeriveWrapKey(ReadOnlySpan<byte> shared, ReadOnlySpan<byte> share, ReadOnlySpan<byte> point, Span<byte> wrapKey)
    {
        Span<byte> salt = stackalloc byte[2 * PointLength];
        share.CopyTo(salt);
        point.CopyTo(salt[PointLength..]);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, wrapKey, salt, "age-encryption.org/v1/X25519"u8);
    }

    public override string ToString() => string.Create(Bech32.Length(Name.Length, PointLength), _point, (text, point) => Bech32.Encode(Name, point, text));

    private static EmrSimException Invalid(string text)
    {
        // What was given in its place may be a secret, which must not be repeated in a log.
        if (text.StartsWith("AGE-", StringComparison.OrdinalIgnoreCase))
        {
            return new EmrSimException(ErrorCode.InvalidRecipient, "An identity was given as the recipient: it is the secret half of a key. Give its public half, which begins with age1.");
        }

        string reason = text switch
        {
            _ when text.StartsWith("ssh-", StringComparison.Ordinal) => "is an SSH key, which EmrSim does not encrypt to",
            _ when text.StartsWith("age1", StringComparison.Ordinal) => "is mistyped or of another kind than X25519",
            _ => "is none",
        };
        string shown = text.StartsWith("age1", StringComparison.OrdinalIgnoreCase) ? $"The recipient '{text}'" : "What was given as a recipient";
        return new EmrSimException(ErrorCode.InvalidRecipient, $"{shown} {reason}. A recipient is age1 and 58 more characters, all in lower case.");
    }
}
