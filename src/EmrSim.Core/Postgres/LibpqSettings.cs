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
        ["target_session_attrs"] = "Target Session Attributes",
    };

    private static readonly Dictionary<string, SslMode> s_sslModes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["disable"] = SslMode.Disable, ["allow"] = SslMode.Allow, ["prefer"] = SslMode.Prefer, ["require"] = SslMode.Require,
        ["verify-ca"] = SslMode.VerifyCA, ["verify-full"] = SslMode.VerifyFull,
    };

    /// <summary>The names of all SSL modes.</summary>
    internal static IReadOnlyCollection<string> SslModes => s_sslModes.Keys;

    /// <summary>Whether a text is of libpq's form, <c>word=value word=value</c>, and not of Npgsql's with semicolons.</summary>
    internal static bool IsText(string text) => !text.Contains(';', StringComparison.Ordinal) && text.Contains("dbname", StringComparison.Ordinal);

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
                case "target_session_attrs":
                    result.TargetSessionAttributes = value;
                    break;
                case "client_encoding" or "gssencmode" or "channel_binding" or "fallback_application_name" or "keepalives":
                    // Npgsql has its own ways there, which serve the same end.
                    break;
                default:
                    if (!s_npgsql.TryGetValue(name, out string? word)) throw new FormatException($"'{name}' in it is no setting that EmrSim knows");
                    result[word] = value;
                    break;
            }
        }

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
