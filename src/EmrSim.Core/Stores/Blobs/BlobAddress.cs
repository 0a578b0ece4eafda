using System.Net;

namespace EmrSim.Core.Stores.Blobs;

/// <summary>
/// The address of a blob store: <c>https://account.blob.core.windows.net/container/prefix</c>, a sovereign cloud's or one's own domain, or an
/// emulator's with the account as first part of the path. Knows no type of the service's library.
/// </summary>
internal sealed class BlobAddress
{
    /// <summary>How many characters a blob's name may have.</summary>
    private const int LongestBlobName = 1024;

    /// <summary>What a backup's file name may need of them: set name, stamp and suffixes.</summary>
    private const int LongestFileName = 200;

    private const int MostParts = 250;

    private BlobAddress(Uri service, string container, string prefix)
    {
        Service = service;
        Container = container;
        Prefix = prefix;
        string path = string.Join('/', prefix.Split('/').Select(Uri.EscapeDataString));
        Location = $"{service.AbsoluteUri.TrimEnd('/')}/{container}{(path.Length > 0 ? "/" : "")}{path}";
    }

    /// <summary>The service's endpoint, with the account in its path where the host does not name it.</summary>
    internal Uri Service { get; }

    internal string Container { get; }

    /// <summary>The part of the blobs' names that all of the store have, without a slash at its end; empty for none.</summary>
    internal string Prefix { get; }

    /// <summary>The whole address in its canonical form.</summary>
    internal string Location { get; }

    /// <summary>The name of a file's blob.</summary>
    internal string BlobName(string file) => Prefix.Length == 0 ? file : $"{Prefix}/{file}";

    /// <summary>The address of a file.</summary>
    internal string Locate(string file) => $"{Location}/{Uri.EscapeDataString(file)}";

    /// <summary>Whether two endpoints are the same account's.</summary>
    internal static bool IsSameService(Uri one, Uri other) =>
        Normal(one).AbsoluteUri.TrimEnd('/').Equals(Normal(other).AbsoluteUri.TrimEnd('/'), StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="ofFile">Whether its last part is the name of a file.</param>
    /// <exception cref="EmrSimException">InvalidDestination. Its message never holds the query, which is where a signature would be.</exception>
    internal static BlobAddress Parse(string address, bool ofFile = false)
    {
        RequireNoSecret(address);
        // A Uri resolves dots and turns backslashes round, so what a blob may not be named is looked for in the text as it is.
        int slash = address.IndexOf('/', address.IndexOf("//", StringComparison.Ordinal) + 2);
        string path = slash < 0 ? "" : address[(slash + 1)..];
        if (path.EndsWith('/')) path = path[..^1];
        if (!Uri.TryCreate(slash < 0 ? address : address[..slash], UriKind.Absolute, out Uri? host) || host.Host.Length == 0) throw Invalid(address, "it is no address");
        if (host.Scheme != Uri.UriSchemeHttps && !host.IsLoopback) throw Invalid(address, "over http the secret and the data would travel in clear; use https");
        if (host.HostNameType == UriHostNameType.IPv6) throw Invalid(address, "an IPv6 address names no account; use a host name, or 127.0.0.1 for an emulator");

        host = Normal(host);
        string[] parts = [.. path.Split('/').Select(p => Decode(address, p))];
        int account = IsPathStyle(host) ? 1 : 0;
        if (parts.Length <= account || parts[account].Length == 0) throw Invalid(address, "it names no container");
        if (account == 1) host = new Uri(host, parts[0]);
        string container = parts[account];
        RequireContainer(address, container);
        string[] prefix = parts[(account + 1)..];
        foreach (string part in prefix) RequirePart(address, part);
        string joined = string.Join('/', prefix);
        if (joined.Length > LongestBlobName - (ofFile ? 0 : LongestFileName) || prefix.Length > MostParts)
        {
            throw Invalid(address, $"its prefix is too long: the name of a blob has at most {LongestBlobName} characters, of which a backup's file name needs {LongestFileName}");
        }

        return new BlobAddress(host, container, joined);
    }

    private static string Decode(string address, string part)
    {
        string decoded = Uri.UnescapeDataString(part);
        if (decoded.AsSpan().ContainsAny('/', '\\')) throw Invalid(address, "a part of it contains a slash or a backslash");
        return decoded.Any(char.IsControl) || decoded.Contains('\uFFFD', StringComparison.Ordinal)
            ? throw Invalid(address, "it contains a control character, or bytes that are no UTF-8")
            : decoded;
    }

    private static void RequireContainer(string address, string name)
    {
        string? why =
            name.Length is < 3 or > 63 ? "it has less than 3 or more than 63 characters" :
            !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') ? "only lower-case letters, digits and dashes are allowed" :
            name[0] == '-' || name[^1] == '-' || name.Contains("--", StringComparison.Ordinal) ? "a dash stands only between letters or digits" : null;
        if (why is not null) throw Invalid(address, $"'{name}' cannot be the name of a container: {why}");
    }

    private static void RequirePart(string address, string part)
    {
        if (part.Length == 0) throw Invalid(address, "a part of it is empty");
        if (part is "." or "..") throw Invalid(address, "a part of it is . or ..");
        if (part[^1] == '.') throw Invalid(address, "a part of it ends with a dot, which the service drops");
    }

    private static void RequireNoSecret(string address)
    {
        int host = address.IndexOf("//", StringComparison.Ordinal) + 2;
        int path = address.IndexOf('/', host);
        if (address.AsSpan().ContainsAny('?', '#') ||
            address.Contains("sig=", StringComparison.OrdinalIgnoreCase) || address.Contains("sig%3D", StringComparison.OrdinalIgnoreCase) ||
            address.AsSpan(host, (path < 0 ? address.Length : path) - host).Contains('@'))
        {
            throw new EmrSimException(
                ErrorCode.InvalidDestination,
                $"'{WithoutSecret(address)}' was given with more than host, container and prefix. A signature or a password does not belong into an address, which " +
                "is shown and logged: give it as the store's secret. If it was one, think of it as known, and renew it.",
                WithoutSecret(address));
        }
    }

    private static EmrSimException Invalid(string address, string why) => new(
        ErrorCode.InvalidDestination, $"'{WithoutSecret(address)}' is no address of backups: {why}.", WithoutSecret(address));

    private static string WithoutSecret(string address)
    {
        int end = address.AsSpan().IndexOfAny('?', '#', '&');
        foreach (string sign in new[] { "%3F", "sig=", "sig%3D" })
        {
            int at = address.IndexOf(sign, StringComparison.OrdinalIgnoreCase);
            if (at >= 0 && (end < 0 || at < end)) end = at;
        }

        string shown = end < 0 ? address : address[..end];
        int host = shown.IndexOf("//", StringComparison.Ordinal) + 2, path = shown.IndexOf('/', Math.Min(host, shown.Length));
        int user = shown.LastIndexOf('@', (path < 0 ? shown.Length : path) - 1);
        return user >= host ? shown[..host] + shown[(user + 1)..] : shown;
    }

    // The service's library takes the account from the path only where the host is an IPv4 address or the port is one of an emulator.
    private static bool IsPathStyle(Uri host) =>
        (host.HostNameType == UriHostNameType.IPv4 && IPAddress.TryParse(host.Host, out _)) || host.Port is >= 10000 and <= 10004 or >= 11000 and <= 11004;

    private static Uri Normal(Uri uri) =>
        uri.Scheme == Uri.UriSchemeHttp && uri.Host == "localhost" ? new UriBuilder(uri) { Host = "127.0.0.1" }.Uri : uri;
}
