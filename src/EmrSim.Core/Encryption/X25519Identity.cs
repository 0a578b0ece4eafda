using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc7748;

namespace EmrSim.Core.Encryption;

/// <summary>The secret half of a key: it reads what was encrypted to its recipient.</summary>
internal sealed class X25519Identity : IDisposable
{
    /// <summary>What its text begins with, before a 1.</summary>
    internal const string Name = "AGE-SECRET-KEY-";

    private readonly SecretBytes _secret = new(X25519Recipient.PointLength);

    private X25519Identity()
    {
    }

    /// <summary>What is encrypted to it.</summary>
    internal X25519Recipient Recipient { get; private set; } = null!;

    /// <summary>Makes a new one.</summary>
    internal static X25519Identity Generate()
    {
        var identity = new X25519Identity();
        RandomNumberGenerator.Fill(identity._secret.Span);
        identity.SetRecipient();
        return identity;
    }

    /// <summary>Reads its text; null where it is none.</summary>
    internal static X25519Identity? TryParse(ReadOnlySpan<char> text)
    {
        var identity = new X25519Identity();
        if (!Bech32.TryDecode(Name, text, identity._secret.Span))
        {
            identity.Dispose();
            return null;
        }

        identity.SetRecipient();
        return identity;
    }

    /// <summary>Writes its text as ASCII.</summary>
    /// <param name="text">Takes the characters; <see cref="TextLength"/> of them.</param>
    internal void WriteTo(Span<byte> text)
    {
        Span<char> characters = stackalloc char[TextLength];
        // The checksum is that of the lower-case form.
        Bech32.Encode("age-secret-key-", _secret.Span, characters);
        for (int i = 0; i < TextLength; i++) text[i] = (byte)char.ToUpperInvariant(characters[i]);
        characters.Clear();
    }

    /// <summary>How long its text is.</summary>
    internal static int TextLength { get; } = Bech32.Length(Name.Length, X25519Recipient.PointLength);

    /// <summary>Unwraps a file's key.</summary>
    /// <param name="share">The share that stands in the stanza.</param>
    /// <param name="body">The stanza's body.</param>
    /// <param name="fileKey">Takes the key.</param>
    /// <returns>Whether it was wrapped for this identity.</returns>
    internal bool TryUnwrap(ReadOnlySpan<byte> share, ReadOnlySpan<byte> body, Span<byte> fileKey)
    {
        using var shared = new SecretBytes(X25519Recipient.PointLength);
        using var wrapKey = new SecretBytes(Aead.KeyLength);
        X25519.CalculateAgreement(_secret.Span, share, shared.Span);
        X25519Recipient.DeriveWrapKey(shared.Span, share, Recipient.Point, wrapKey.Span);
        return KeyWrap.TryUnwrap(wrapKey.Span, body, fileKey);
    }

    public void Dispose() => _secret.Dispose();

    private void SetRecipient()
    {
        byte[] point = new byte[X25519Recipient.PointLength];
        X25519.ScalarMultBase(_secret.Span, point);
        Recipient = new X25519Recipient(point);
    }
}
