using System.Globalization;

namespace EmrSim.Core.Recovery;

/// <summary>The names of what a restore keeps beside the database.</summary>
internal static class RestoreFiles
{
    private const string SafetyInfix = ".emr-safety-";
    private const string ReplacedInfix = ".emr-replaced-";
    private const string RestoreInfix = ".emr-restore.";
    private const string Stamp = "yyyyMMdd'T'HHmmssfff'Z'";

    /// <summary>Whether a file is one that a restore keeps beside a database, by its name, and so none that a pattern means.</summary>
    internal static bool IsOne(string path) => Path.GetFileName(path) is { } name &&
        new[] { SafetyInfix, ReplacedInfix, RestoreInfix }.Any(i => name.Contains(i, StringComparison.Ordinal));

    /// <summary>The journal: what is being done, and how far it has come.</summary>
    internal static string Journal(string destination) => destination + RestoreInfix + "json";

    /// <summary>The database from the backup, before it has its place.</summary>
    internal static string Staged(string destination) => destination + RestoreInfix + "partial";

    /// <summary>What is made for a moment beside it, to see whether a file can have a second name there.</summary>
    internal static (string File, string Link) Probe(string destination) => (Staged(destination) + ".file", Staged(destination) + ".link");

    /// <summary>Held by whoever restores.</summary>
    internal static string Lock(string destination) => destination + RestoreInfix + "lock";

    /// <summary>A copy of the database that was there before. With what lies beside it, it is a database of its own.</summary>
    internal static string Safety(string destination, DateTimeOffset now) =>
        destination + SafetyInfix + now.UtcDateTime.ToString(Stamp, CultureInfo.InvariantCulture);

    /// <summary>What an application wrote after a restore that was then taken back. Nobody removes it but whoever knows that it is not needed.</summary>
    internal static string Replaced(string destination, DateTimeOffset now) =>
        destination + ReplacedInfix + now.UtcDateTime.ToString(Stamp, CultureInfo.InvariantCulture);

    /// <summary>Whether a path is one that a restore of a database may have given a kept copy.</summary>
    internal static bool IsKept(string destination, string path) => new[] { SafetyInfix, ReplacedInfix }.Any(
        i => path.StartsWith(destination + i, StringComparison.Ordinal) && Parse(path[(destination.Length + i.Length)..]) is not null);

    /// <summary>The safety copies of a database, oldest first, with the time in their names.</summary>
    internal static IReadOnlyList<(string Path, DateTimeOffset Made)> Safeties(string destination)
    {
        string folder = Path.GetDirectoryName(destination)!, lead = Path.GetFileName(destination) + SafetyInfix;
        if (!Directory.Exists(folder)) return [];
        // Compared by hand: the database's name may hold characters that a pattern takes for its own.
        return
        [
            .. Directory.EnumerateFiles(folder)
                .Where(f => Path.GetFileName(f).StartsWith(lead, StringComparison.Ordinal))
                .Select(f => (Path: f, Made: Parse(Path.GetFileName(f)[lead.Length..])))
                .Where(f => f.Made is not null)
                .Select(f => (f.Path, f.Made!.Value))
                .OrderBy(f => f.Value),
        ];
    }

    private static DateTimeOffset? Parse(string stamp) => DateTimeOffset.TryParseExact(
        stamp, Stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset made) ? made : null;
}
