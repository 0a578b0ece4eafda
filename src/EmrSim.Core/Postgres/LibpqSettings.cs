using System.Globalization;
using System.Text;
using Npgsql;

namespace EmrSim.Core.Postgres;

/// <summary>Connection settings by libpq's keywords (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS).</summary>
internal static class LibpqSettings
{
    private static readonly Dictionary<string, string> s_npgsql = new(StringComparer.Ordinal)
    {
        ["host"] = "Host", ["hostaddr"] = "Host", ["dbname"] = "Database", ["user"] = "Username", ["password"] = "Password", ["passfile"] = "Passfile",
        ["sslrootcert"] = "Root Certificate", ["sslcert"] = "SSL Certificate", ["sslkey"] = "SSL Key", ["sslpassword"] = "SSL Password",
        ["connect_timeout"] = "Timeout", ["application_name"] = "Application Name", ["options"] = "Options", ["search_path"] = "Search Path",
        ["target_session_attrs"] = "Target Session Attributes", ["channel_binding"] = "Channel Binding", ["gssencmode"] = "GSS Encryption Mode",
        ["sslnegotiation"] = "SSL Negotiation", ["krbsrvname"] = "Kerberos Service Name",
    };

    // They serve ends that Npgsql has its own ways for, and none of them makes a connection less safe when it is left out.
    private static readonly HashSet<string> s_withoutEffect = new(StringComparer.Ordinal)
    {
        "client_encoding", "fallback_application_name", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout",
        "load_balance_hosts", "sslcompression", "sslsni", "gsslib", "gssdelegation",
    };

    private static readonly Dictionary<string, SslMode> s_sslModes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["disable"] = SslMode.Disable, ["allow"] = SslMode.Allow, ["prefer"] = SslMode.Prefer, ["require"] = SslMode.Require,
        ["verify-ca"] = SslMode.VerifyCA, ["verify-full"] = SslMode.VerifyFull,
    };

    /// <summary>The names of all SSL modes.</summary>
    internal static IReadOnlyCollection<string> SslModes => s_sslModes.Keys;

    /// <summary>
    /// Whether a text is of libpq's form, <c>word=value word=value</c>, and not of Npgsql's with semicolons. One pair alone is the same in both, and of words that only libpq knows
    /// any tells.
    /// </summary>
    internal static bool IsText(string text)
    {
        if (text.Contains(';', StringComparison.Ordinal)) return false;
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0) return false;
        string word = text[..equals].Trim();
        return word is "port" or "sslmode" or "require_auth" || s_withoutEffect.Contains(word) || s_npgsql.ContainsKey(word);
    }

    /// <summary>An SSL mode by libpq's name.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    internal static SslMode SslModeOf(string name) =>
        s_sslModes.TryGetValue(name, out SslMode mode) ? mode : throw new FormatException($"its SSL mode is none of {string.Join(", ", s_sslModes.Keys)}");

    /// <summary>The settings of a text; values with blanks stand in single quotes, in which a backslash escapes.</summary>
    /// <exception cref="FormatException">It has another form; the message holds nothing of it.</exception>
    internal static Dictionary<string, string> Read(string text)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        int at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
            if (at == text.Length) return settings;
            int equals = text.IndexOf('=', at);
            if (equals < 0) throw new FormatException("a word in it has no value");
            string name = text[at..equals].Trim();
            at = equals + 1;
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
            settings[name] = Value(text, ref at);
        }
    }

    /// <summary>The same for Npgsql.</summary>
    /// <exception cref="FormatException">A word is unknown.</exception>
    internal static NpgsqlConnectionStringBuilder ToNpgsql(Dictionary<string, string> settings)
    {
        var result = new NpgsqlConnectionStringBuilder { Host = "localhost" };
        foreach ((string name, string value) in settings)
        {
            switch (name)
            {
                case "sslmode":
                    result.SslMode = SslModeOf(value);
                    break;
                case "port":
                    result.Port = ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) ? port : throw new FormatException("its port is no number of a port");
                    break;
                case "host" or "dbname" or "user" or "password" when value.Length == 0:
                    // An empty value is none, as it is for libpq.
                    break;
                case "require_auth":
                    // All other names of methods are the same in both.
                    result.RequireAuth = value.Replace("scram-sha-256", "ScramSHA256", StringComparison.OrdinalIgnoreCase);
                    break;
                case "sslrootcert" when value == "system":
                    // The system's issuers are what is asked where no file is named.
                    break;
                default:
                    // A word that is unknown may be a part of a password with a blank or an ampersand in it.
                    if (s_npgsql.TryGetValue(name, out string? word)) result[word] = value;
                    else if (!s_withoutEffect.Contains(name)) throw new FormatException("a word in it is no setting that EmrSim knows; in a password, blanks and signs must be quoted or percent-encoded");
                    break;
            }
        }

        // libpq: with the system's issuers, anything less than verify-full is refused.
        if (settings.GetValueOrDefault("sslrootcert") == "system") result.SslMode = SslMode.VerifyFull;
        // The name is for the certificate, the address is where it is; Npgsql has only one of them.
        if (settings.GetValueOrDefault("host") is { Length: > 0 } host && settings.ContainsKey("hostaddr")) result.Host = host;
        return result;
    }

    private static string Value(string text, ref int at)
    {
        var value = new StringBuilder();
        bool quoted = at < text.Length && text[at] == '\'';
        if (quoted) at++;
        for (; at < text.Length; at++)
        {
            char c = text[at];
            if (quoted ? c == '\'' : char.IsWhiteSpace(c))
            {
                at++;
                return value.ToString();
            }

            if (c == '\\' && at + 1 < text.Length) c = text[++at];
            value.Append(c);
        }

        return quoted ? throw new FormatException("a quote in it has no end") : value.ToString();
    }
}
