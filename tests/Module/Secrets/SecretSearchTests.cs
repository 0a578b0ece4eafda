using System.Net;
using System.Text;
using System.Text.Json;

namespace EmrSim.Tests.Secrets;

/// <summary>The search of <see cref="WholeRunTests"/> finds what it is there to find.</summary>
public sealed class SecretSearchTests
{
    private const string Passphrase = "grün & <0123456789abcdef> \"it's\" $x `%";
    private const string Key = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";
    private const string Signature = "FCU4ac/xE7lyULf/8+4OO7gZ/nJlF9UcmRZTdzf7ctM=";

    public static TheoryData<string, string> Leaks
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string secret in new[] { Passphrase, Key, Signature })
            {
                string[] forms =
                [
                    secret, secret[..20], Uri.EscapeDataString(secret), LowerEscapes(Uri.EscapeDataString(secret)),
                    WebUtility.UrlEncode(secret), WebUtility.HtmlEncode(secret), JsonSerializer.Serialize(secret),
                    Convert.ToHexString(Encoding.UTF8.GetBytes(secret)),
                    Convert.ToBase64String(Encoding.UTF8.GetBytes($"basic:{secret}")), Convert.ToBase64String(Encoding.UTF8.GetBytes($"user:{secret}@")),
                    Convert.ToBase64String(Encoding.UTF8.GetBytes($"x:{secret}")), Convert.ToBase64String(Encoding.Unicode.GetBytes($"-EncodedCommand {secret}")),
                ];
                foreach (string form in forms) data.Add(secret, $"before {form} after");
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Leaks))]
    public void A_secret_is_found_in_every_form_in_both_encodings_at_any_place(string secret, string text)
    {
        var search = new SecretSearch(new Dictionary<string, string> { ["secret"] = secret, ["other"] = "something else altogether" });

        Assert.Equal(["secret"], search.In(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(["secret"], search.In([0xff, .. Encoding.Unicode.GetBytes(text)]));
    }

    [Fact]
    public void What_only_resembles_a_secret_is_not_found()
    {
        var search = new SecretSearch(new Dictionary<string, string> { ["passphrase"] = Passphrase, ["key"] = Key });

        Assert.Empty(search.In(Encoding.UTF8.GetBytes($"{Passphrase[..19]} {Key[..19]} {Key[1..20]}")));
    }

    private static string LowerEscapes(string url) =>
        url.Replace("%2B", "%2b", StringComparison.Ordinal).Replace("%2F", "%2f", StringComparison.Ordinal).Replace("%3D", "%3d", StringComparison.Ordinal)
            .Replace("%3C", "%3c", StringComparison.Ordinal).Replace("%3E", "%3e", StringComparison.Ordinal).Replace("%C3%BC", "%c3%bc", StringComparison.Ordinal);
}
