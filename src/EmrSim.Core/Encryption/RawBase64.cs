namespace EmrSim.Core.Encryption;

/// <summary>Base 64 as age writes it: without padding, and in the one form that its bytes have (RFC 4648, 3.5).</summary>
internal static class RawBase64
{
    internal static string Encode(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    /// <summary>The bytes, or null where the text is not in that form.</summary>
    internal static byte[]? Decode(string text)
    {
        // .NET's decoder skips white space and does not look at the bits that are left over.
        byte[] bytes = new byte[text.Length];
        string padded = text + new string('=', (4 - text.Length % 4) % 4);
        return Convert.TryFromBase64String(padded, bytes, out int length) && Encode(bytes.AsSpan(0, length)) == text ? bytes[..length] : null;
    }
}
