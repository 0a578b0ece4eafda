using System.Security.Cryptography;
using System.Text;

namespace EmrSim.Core.Encryption;

/// <summary>The header of an age file: the file's key, wrapped for whoever may read it, and a digest under that key.</summary>
/// <param name="Stanzas">The wrapped keys.</param>
/// <param name="Signed">The bytes that the digest is over: all of the header up to and including its three dashes.</param>
/// <param name="Mac">The digest.</param>
/// <param name="Length">The bytes of the whole header.</param>
internal sealed record AgeHeader(IReadOnlyList<AgeStanza> Stanzas, byte[] Signed, byte[] Mac, int Length)
{
    internal const string VersionStart = "age-encryption.org/";
    internal const string Version = "v1";
    internal const string ArmorStart = "-----BEGIN AGE";
    internal const string StanzaStart = "-> ";
    internal const string MacStart = "---";

    /// <summary>The columns after which a body goes on in the next line.</summary>
    internal const int Columns = 64;

    /// <summary>The longest that is read: room for two thousand recipients. The format itself sets no limit.</summary>
    internal const int LongestLength = 256 * 1024;

    /// <summary>Writes a header.</summary>
    internal static byte[] Format(IReadOnlyList<AgeStanza> stanzas, ReadOnlySpan<byte> fileKey)
    {
        var text = new StringBuilder();
        text.Append(VersionStart).Append(Version).Append('\n');
        foreach (AgeStanza stanza in stanzas)
        {
            text.Append(StanzaStart).AppendJoin(' ', [stanza.Type, .. stanza.Arguments]).Append('\n');
            string body = RawBase64.Encode(stanza.Body);
            // The last line is always a short one, if need be an empty one.
            for (int at = 0; at <= body.Length; at += Columns) text.Append(body.AsSpan(at, Math.Min(Columns, body.Length - at))).Append('\n');
        }

        text.Append(MacStart);
        byte[] mac = ComputeMac(fileKey, Encoding.ASCII.GetBytes(text.ToString()));
        return Encoding.ASCII.GetBytes(text.Append(' ').Append(RawBase64.Encode(mac)).Append('\n').ToString());
    }

    /// <summary>Whether nobody without the file's key has changed the header.</summary>
    internal bool IsAuthentic(ReadOnlySpan<byte> fileKey) => CryptographicOperations.FixedTimeEquals(ComputeMac(fileKey, Signed), Mac);

    private static byte[] ComputeMac(ReadOnlySpan<byte> fileKey, ReadOnlySpan<byte> signed)
    {
        using var key = new SecretBytes(SHA256.HashSizeInBytes);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, fileKey, key.Span, [], "header"u8);
        return HMACSHA256.HashData(key.Span, signed);
    }
}
