namespace EmrSim.Core.Postgres;

/// <summary>Connection URIs of libpq (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS).</summary>
internal static class PostgresUri
{
    private static readonly string[] s_schemes = ["postgres://", "postgresql://"];

    internal static bool IsOne(string text) => Array.Exists(s_schemes, s => text.StartsWith(s, StringComparison.OrdinalIgnoreCase));

    /// <summary>Its parts by libpq's keywords.</summary>
    /// <exception cref="FormatException">It is none; the message holds nothing of it.</exception>
    internal static Dictionary<string, string> Read(string text)
    {
        string rest = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        int query = rest.IndexOf('?', StringComparison.Ordinal);
        if (query >= 0)
        {
            foreach (string pair in rest[(query + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
            {
                int equals = pair.IndexOf('=', StringComparison.Ordinal);
                if (equals < 1) throw new FormatException("a part behind its question mark has no value");
                parts[Decode(pair[..equals])] = Decode(pair[(equals + 1)..]);
            }

            rest = rest[..query];
        }

        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0)
        {
            // A password with a slash ends up here, and would be shown as the database's name.
            if (rest.IndexOf('@', slash) >= 0) throw new FormatException("signs in its user, password or database must be percent-encoded (/ as %2F, @ as %40)");
            if (slash + 1 < rest.Length) parts["dbname"] = Decode(rest[(slash + 1)..]);
            rest = rest[..slash];
        }

        int at = rest.LastIndexOf('@');
        if (at >= 0)
        {
            string user = rest[..at];
            int colon = user.IndexOf(':', StringComparison.Ordinal);
            if (colon >= 0) parts["password"] = Decode(user[(colon + 1)..]);
            if (colon != 0) parts["user"] = Decode(colon < 0 ? user : user[..colon]);
            rest = rest[(at + 1)..];
        }

        AddHosts(parts, rest);
        return parts;
    }

    // One host, several with commas between them, each with a port or without; addresses of IPv6 stand in brackets.
    private static void AddHosts(Dictionary<string, string> parts, string text)
    {
        if (text.Length == 0) return;
        var hosts = new List<string>();
        foreach (string one in text.Split(','))
        {
            int end = one.LastIndexOf(']');
            int colon = one.IndexOf(':', Math.Max(end, 0));
            string host = Decode(colon < 0 ? one : one[..colon]).TrimStart('[').TrimEnd(']');
            if (host.Length == 0) host = "localhost";
            if (colon >= 0 && text.Contains(',', StringComparison.Ordinal)) host += one[colon..];
            else if (colon >= 0) parts["port"] = one[(colon + 1)..];
            hosts.Add(host);
        }

        parts["host"] = string.Join(',', hosts);
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text);
}
