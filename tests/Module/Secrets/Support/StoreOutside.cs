using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Secrets;

/// <summary>Signatures for a server, and what lies in it, without the code under test.</summary>
internal static class StoreOutside
{
    private const string Account = "emrsim";
    private const string Version = "2020-12-06";

    /// <summary>An account's signature. Its last part is the secret: it contains both characters that URLs escape.</summary>
    /// <param name="server">The server, whose key signs.</param>
    /// <param name="rights">The rights, such as <c>rl</c>.</param>
    /// <param name="expiry">Its end.</param>
    internal static (string Query, string Signature) Sign(AzuriteServer server, string rights, DateTimeOffset expiry)
    {
        for (; ; expiry = expiry.AddSeconds(-1))
        {
            string end = expiry.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            string text = $"{Account}\n{rights}\nb\nsco\n\n{end}\n\nhttps,http\n{Version}\n\n";
            string signature = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(server.Key), Encoding.UTF8.GetBytes(text)));
            if (!signature.Contains('+', StringComparison.Ordinal) || !signature.Contains('/', StringComparison.Ordinal)) continue;
            return ($"sv={Version}&ss=b&srt=sco&sp={rights}&se={Uri.EscapeDataString(end)}&spr=https,http&sig={Uri.EscapeDataString(signature)}", signature);
        }
    }

    /// <summary>Every blob of a container: its name, its headers with its metadata, and its content.</summary>
    internal static async Task<Dictionary<string, byte[]>> ReadAllAsync(AzuriteServer server, string container, string query, CancellationToken token)
    {
        using var client = new HttpClient();
        string list = await client.GetStringAsync(new Uri($"{server.Address(container)}?restype=container&comp=list&include=metadata&{query}"), token);
        var blobs = new Dictionary<string, byte[]> { [$"the list of {container}"] = Encoding.UTF8.GetBytes(list) };
        foreach (string name in XDocument.Parse(list).Descendants("Name").Select(n => n.Value))
        {
            using HttpResponseMessage answer = await client.GetAsync(new Uri($"{server.Address(container)}/{name}?{query}"), token);
            answer.EnsureSuccessStatusCode();
            byte[] content = await answer.Content.ReadAsByteArrayAsync(token);
            blobs[$"{container}/{name}"] = [.. Encoding.UTF8.GetBytes($"{answer.Headers}{answer.Content.Headers}"), .. content];
        }

        return blobs;
    }
}
