using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EmrSim.Core.Files;

namespace EmrSim.Core.Migration.Planning;

/// <summary>Names of which none may come twice, such as those of a schema's tables and indexes. The same names taken in the same order give the same result.</summary>
internal sealed class NamePool
{
    private const int DigestBytes = 4;
    private const int SuffixLength = 1 + (2 * DigestBytes);

    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>Takes a name that is given, exactly where it is free and PostgreSQL bears it.</summary>
    /// <param name="wanted">The name.</param>
    /// <param name="instead">What is taken in its place where it is empty.</param>
    internal string Take(string wanted, string instead)
    {
        string name = wanted.Replace("\0", "", StringComparison.Ordinal);
        if (name.Length == 0) name = instead;
        return Take(name, "", wanted);
    }

    /// <summary>Takes a name that is made of others, such as that of a key; what it is stays readable at its end.</summary>
    internal string TakeDerived(string stem, string label) => Take(stem, label, stem + label);

    /// <summary>Whether it is still free.</summary>
    internal bool IsFree(string name) => !_taken.Contains(name);

    private string Take(string stem, string label, string whole)
    {
        int room = PgNames.Longest - label.Length;
        string cut = PgNames.Cut(stem, room);
        if (_taken.Add(cut + label)) return cut + label;

        // What was cut is told from its like by a digest of all of it, which stays the same whatever other names there are; what was not gets a number.
        bool isWhole = cut.Length == stem.Length;
        for (int attempt = 0; ; attempt++)
        {
            string suffix = isWhole ? (attempt + 1).ToString(CultureInfo.InvariantCulture) : "_" + Digest(whole, attempt);
            string name = PgNames.Cut(stem, room - Math.Max(suffix.Length, isWhole ? 0 : SuffixLength)) + suffix + label;
            if (_taken.Add(name)) return name;
        }
    }

    private static string Digest(string name, int attempt)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(attempt == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}\0{attempt}"));
        return Hex.Of(SHA256.HashData(bytes).AsSpan(0, DigestBytes));
    }
}
