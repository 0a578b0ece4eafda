using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EmrSim.Core.Files;

namespace EmrSim.Core.Stores;

/// <summary>
/// Reads and writes manifests. The last property holds the SHA-256 of the whole file in which its own 64 digits are zeros, so any
/// changed byte is noticed, in the digest too.
/// </summary>
internal static class ManifestFile
{
    private const int DigestLength = 64;
    private const string DigestLead = ",\n  \"manifestSha256\": \"";
    private const string DigestTail = "\"\n}\n";

    private static readonly ManifestJson s_json = new(new JsonSerializerOptions
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        // Paths and table names stay readable; the file is never part of a page of HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    });

    /// <summary>The bytes of a manifest, digest included.</summary>
    internal static byte[] Serialize(BackupManifest manifest)
    {
        string body = JsonSerializer.Serialize(manifest, s_json.BackupManifest).Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n', '}');
        byte[] bytes = Encoding.UTF8.GetBytes(body + DigestLead + new string('0', DigestLength) + DigestTail);
        Encoding.ASCII.GetBytes(Digest(bytes), DigestSpan(bytes));
        return bytes;
    }

    /// <summary>The longest manifest that is read, in bytes.</summary>
    internal const int Longest = 64 * 1024 * 1024;

    /// <summary>The error for one that is longer.</summary>
    internal static EmrSimException TooLong(string path) => Damaged(path, "it is far too long", null);

    /// <summary>The manifest in some bytes, whose digest must fit.</summary>
    /// <exception cref="EmrSimException">ManifestDamaged, ManifestTooNew.</exception>
    internal static BackupManifest Parse(byte[] bytes, string path)
    {
        if (!EndsInDigest(bytes)) throw Damaged(path, "it does not end in its own digest", null);
        byte[] zeroed = (byte[])bytes.Clone();
        DigestSpan(zeroed).Fill((byte)'0');
        if (Encoding.ASCII.GetString(DigestSpan(bytes)) != Digest(zeroed)) throw Damaged(path, "its digest does not fit its content", null);

        try
        {
            int version = JsonDocument.Parse(bytes).RootElement.GetProperty("formatVersion").GetInt32();
            if (version > BackupManifest.CurrentFormat)
            {
                throw new EmrSimException(
                    ErrorCode.ManifestTooNew,
                    $"'{path}' has format {version}; this EmrSim reads up to {BackupManifest.CurrentFormat}. Update EmrSim.",
                    path);
            }

            BackupManifest? manifest = JsonSerializer.Deserialize(bytes, s_json.BackupManifest);
            return manifest is { Name: not null, File: not null, Source: not null, Tables: not null, Plain: not null, Stored: not null, Verification: not null }
                ? manifest
                : throw new JsonException("a part of it is null");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Damaged(path, $"it is not a manifest ({e.Message})", e);
        }
    }

    private static bool EndsInDigest(byte[] bytes) =>
        bytes.Length > DigestLead.Length + DigestLength + DigestTail.Length &&
        bytes.AsSpan().EndsWith(Encoding.ASCII.GetBytes(DigestTail)) &&
        bytes.AsSpan(0, bytes.Length - DigestTail.Length - DigestLength).EndsWith(Encoding.ASCII.GetBytes(DigestLead));

    private static Span<byte> DigestSpan(byte[] bytes) => bytes.AsSpan(bytes.Length - DigestTail.Length - DigestLength, DigestLength);

    private static string Digest(byte[] bytes) => Hex.Of(SHA256.HashData(bytes));

    private static EmrSimException Damaged(string path, string why, Exception? inner) =>
        new(ErrorCode.ManifestDamaged, $"The manifest '{path}' is damaged: {why}. Do not trust its backup before you have tested it.", path, inner);
}

[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
