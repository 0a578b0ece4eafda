using System.Globalization;
using System.Text.RegularExpressions;

namespace EmrSim.Core.Stores;

/// <summary>The names of a backup's files: <c>&lt;set&gt;-&lt;yyyyMMdd'T'HHmmssfff'Z'&gt;.sqlite[.zst|.gz][.age]</c> and its <c>.json</c>.</summary>
internal static partial class BackupFileName
{
    private const string StampFormat = "yyyyMMdd'T'HHmmssfff'Z'";

    /// <summary>What a stored database's name ends in, before any compression's suffix.</summary>
    internal const string DatabaseSuffix = ".sqlite";

    /// <summary>What a manifest's name ends in.</summary>
    internal const string ManifestSuffix = ".json";

    /// <summary>What the name of a refused backup's database ends in.</summary>
    internal const string RejectedSuffix = ".rejected";

    /// <summary>What the name of a manifest ends in while its backup is being removed.</summary>
    internal const string RemovingSuffix = ".removing";

    /// <summary>The common part of a backup's file names. Culture and zone of the host do not matter.</summary>
    internal static string Stem(string set, DateTimeOffset createdUtc) =>
        $"{set}-{createdUtc.UtcDateTime.ToString(StampFormat, CultureInfo.InvariantCulture)}";

    /// <summary>What the name of an encrypted file ends in.</summary>
    internal const string EncryptedSuffix = ".age";

    /// <summary>The name of the stored file.</summary>
    internal static string Stored(string stem, EmrCompression compression, bool encrypted) => stem + DatabaseSuffix + compression switch
    {
        EmrCompression.Zstd => ".zst",
        EmrCompression.Gzip => ".gz",
        _ => "",
    } + (encrypted ? EncryptedSuffix : "");

    /// <summary>The name of a backup's manifest.</summary>
    internal static string Manifest(BackupManifest manifest) => Parse(manifest.File)!.Value.Stem + ManifestSuffix;

    /// <summary>All names that a stored file of this stem may have.</summary>
    internal static IEnumerable<string> AllStored(string stem) =>
        Enum.GetValues<EmrCompression>().SelectMany<EmrCompression, string>(c => [Stored(stem, c, false), Stored(stem, c, true)]);

    /// <summary>Whether a stored file is encrypted, by its name.</summary>
    internal static bool IsEncrypted(string fileName) => fileName.EndsWith(EncryptedSuffix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Splits a file name of any kind that belongs to a backup.</summary>
    /// <param name="fileName">A name without a folder.</param>
    /// <returns>The set, the stem and the rest of the name, or null where it is a foreign file.</returns>
    internal static (string Set, string Stem, string Suffix)? Parse(string fileName)
    {
        Match match = Pattern().Match(fileName);
        return match.Success ? (match.Groups["set"].Value, match.Groups["stem"].Value, match.Groups["suffix"].Value) : null;
    }

    /// <summary>Whether a file of this suffix belongs to a run that has not ended: a partial file, or one that SQLite keeps beside it.</summary>
    internal static bool IsUnfinished(string suffix) => UnfinishedPattern().IsMatch(suffix);

    /// <summary>The time in a stem; null where its digits are none.</summary>
    internal static DateTimeOffset? CreatedUtc(string stem) =>
        DateTimeOffset.TryParseExact(
            stem[(stem.LastIndexOf('-') + 1)..], StampFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset created)
            ? created
            : null;

    /// <summary>Splits the name of a stored file; null where it is another's, or is not, or no longer, a backup's own.</summary>
    internal static (string Set, string Stem, DateTimeOffset CreatedUtc, EmrCompression Compression, bool Encrypted)? ParseStored(string fileName)
    {
        if (Parse(fileName) is not { } name || CompressionOf(fileName) is not { } compression || CreatedUtc(name.Stem) is not { } created) return null;
        bool encrypted = IsEncrypted(fileName);
        return Stored(name.Stem, compression, encrypted) == fileName ? (name.Set, name.Stem, created, compression, encrypted) : null;
    }

    /// <summary>How a stored file is compressed, by its name; null where the name is not one of a stored database.</summary>
    internal static EmrCompression? CompressionOf(string fileName) => WithoutAge(Parse(fileName)?.Suffix) switch
    {
        ".sqlite" => EmrCompression.None,
        ".sqlite.zst" => EmrCompression.Zstd,
        ".sqlite.gz" => EmrCompression.Gzip,
        _ => null,
    };

    private static string? WithoutAge(string? suffix) =>
        suffix is not null && IsEncrypted(suffix) ? suffix[..^EncryptedSuffix.Length] : suffix;

    [GeneratedRegex(@"^(?<stem>(?<set>.+)-[0-9]{8}T[0-9]{9}Z)(?<suffix>\.(?:sqlite|json)(?:\..+)?)$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\.partial(?:-wal|-shm|-journal)?$", RegexOptions.CultureInvariant)]
    private static partial Regex UnfinishedPattern();
}
