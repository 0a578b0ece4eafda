using System.Net;
using System.Text;
using System.Text.Json;

namespace EmrSim.Tests.Secrets;

/// <summary>Looks for secrets in bytes of any kind: as they are, escaped, or in Base64 or hexadecimal, in UTF-8 and in UTF-16.</summary>
internal sealed class SecretSearch
{
    // A key that was cut off is a leak as well.
    private const int StartLength = 20;

    private readonly Dictionary<string, byte[][]> _needles;

    /// <summary>Prepares the search.</summary>
    /// <param name="secrets">Each secret by its name.</param>
    internal SecretSearch(IReadOnlyDictionary<string, string> secrets) => _needles = secrets.ToDictionary(s => s.Key, s => Needles(s.Value));

    /// <summary>The names of the secrets that something holds.</summary>
    internal IEnumerable<string> In(byte[] bytes) => _needles.Where(s => s.Value.Any(n => bytes.AsSpan().IndexOf(n) >= 0)).Select(s => s.Key);

    /// <summary>The texts by which a secret can be told.</summary>
    internal static IEnumerable<string> Forms(string secret)
    {
        string[] plain = [.. Escaped(secret).Concat(secret.Length > StartLength ? [secret[..StartLength]] : []).Distinct()];
        return plain.Concat(plain.SelectMany(p => new[] { Encoding.UTF8.GetBytes(p), Encoding.Unicode.GetBytes(p) }).SelectMany(Coded)).Distinct();
    }

    private static byte[][] Needles(string secret) => [.. Forms(secret).SelectMany(f => new[] { Encoding.UTF8.GetBytes(f), Encoding.Unicode.GetBytes(f) })];

    private static string[] Escaped(string secret)
    {
        string url = Uri.EscapeDataString(secret);
        return
        [
            secret, url, LowerEscapes(url), Uri.UnescapeDataString(secret), WebUtility.UrlEncode(secret), WebUtility.HtmlEncode(secret),
            JsonEncodedText.Encode(secret).ToString(), secret.Replace("'", "''", StringComparison.Ordinal),
        ];
    }

    private static string LowerEscapes(string url) => System.Text.RegularExpressions.Regex.Replace(url, "%[0-9A-F]{2}", m => m.Value.ToLowerInvariant());

    private static IEnumerable<string> Coded(byte[] bytes) => [Convert.ToHexString(bytes), Convert.ToHexStringLower(bytes), .. Enumerable.Range(0, 3).Select(n => InBase64(bytes, n))];

    // Within a longer text Base64 looks different for each place modulo three, and the characters at both ends depend on the neighbours.
    private static string InBase64(byte[] bytes, int before)
    {
        const int BitsOfByte = 8, BitsOfCharacter = 6;
        string all = Convert.ToBase64String([.. new byte[before], .. bytes]);
        int first = ((before * BitsOfByte) + BitsOfCharacter - 1) / BitsOfCharacter;
        return all[first..((before + bytes.Length) * BitsOfByte / BitsOfCharacter)];
    }
}
