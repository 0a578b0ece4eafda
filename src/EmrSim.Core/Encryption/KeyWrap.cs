namespace EmrSim.Core.Encryption;

/// <summary>How a stanza wraps the key of a file: sealed by a key that is used this once, so the nonce is zero.</summary>
internal static class KeyWrap
{
    /// <summary>The length of a file's key.</summary>
    internal const int FileKeyLength = 16;

    /// <summary>The length of a stanza's body.</summary>
    internal const int BodyLength = FileKeyLength + Aead.TagLength;

    internal static byte[] Wrap(ReadOnlySpan<byte> wrapKey, ReadOnlySpan<byte> fileKey)
    {
        byte[] body = new byte[BodyLength];
        using Aead aead = Aead.Create(wrapKey);
        aead.Seal(stackalloc byte[Aead.NonceLength], fileKey, body);
        return body;
    }

    internal static bool TryUnwrap(ReadOnlySpan<byte> wrapKey, ReadOnlySpan<byte> body, Span<byte> fileKey)
    {
        using Aead aead = Aead.Create(wrapKey);
        return aead.TryOpen(stackalloc byte[Aead.NonceLength], body, fileKey);
    }
}
