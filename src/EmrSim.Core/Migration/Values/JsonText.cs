using System.Text.Unicode;

namespace EmrSim.Core.Migration.Values;

/// <summary>Tells what PostgreSQL's <c>json</c> and <c>jsonb</c> take (https://www.postgresql.org/docs/current/datatype-json.html).</summary>
internal static class JsonText
{
    [ThreadStatic]
    private static JsonKeys? t_keys;

    /// <summary>Whether it is JSON (RFC 8259), in UTF-8, and not nested more than a thousand times, where SQLite's own functions end too.</summary>
    internal static bool IsValid(ReadOnlySpan<byte> text) => new JsonScanner(text, null).Scan() && Utf8.IsValid(text);

    /// <summary>
    /// Whether jsonb keeps it, but for what means nothing in JSON: white space, the order of keys, the form of a number. A key that comes twice in an object is lost, so
    /// such a text does not fit either.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="why">Why it does not fit, in half a sentence that begins with a verb; null where it does.</param>
    internal static bool FitsJsonb(ReadOnlySpan<byte> text, out string? why)
    {
        JsonKeys keys = t_keys ??= new JsonKeys();
        keys.Clear();
        var scanner = new JsonScanner(text, keys);
        bool fits = scanner.Scan() && Utf8.IsValid(text);
        why = fits ? scanner.Why : "is no JSON";
        return why is null;
    }
}
