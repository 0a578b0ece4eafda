using System.Text;
using System.Text.Json;
using CsCheck;
using EmrSim.Core.Migration.Values;

namespace EmrSim.Tests.Migration.Values;

public sealed class JsonTextTests
{
    private static readonly Gen<string> s_string = Gen.OneOf(
        "", "a", "b", "c", "\\u0061", "ä", "🩺", "\\ud83e\\udE7a", "\\\"", "\\\\", "\\/", "\\n\\r\\t\\b\\f", "\u007f", "x y", "\\u00e4", "long long long long long long long key").Select(s => $"\"{s}\"");

    private static readonly Gen<string> s_scalar = Gen.OneOf(
        s_string, Gen.Int.Select(i => $"{i}"), Gen.OneOf("true", "false", "null", "0", "-0", "0.10", "1e5", "1E-5", "-1.5e+300", "12345678901234567890123"));

    private static readonly Gen<string> s_space = Gen.OneOf("", "", "", " ", "\n\t\r ");

    private static readonly Gen<string> s_json = Gen.Recursive<string>((depth, inner) => depth > 4 ? s_scalar : Gen.OneOf(
        s_scalar,
        Gen.Select(inner.Array[0, 4], s_space, (values, space) => $"[{space}{string.Join("," + space, values)}{space}]"),
        Gen.Select(Gen.Select(s_string, inner).Array[0, 4], s_space, (pairs, space) => $"{space}{{{space}{string.Join(space + "," + space, pairs.Select(p => $"{p.Item1}{space}:{space}{p.Item2}"))}{space}}}")));

    [Fact]
    public void M18_JSON_is_what_another_reader_takes_for_JSON_too() => s_json.Sample(
        static json =>
        {
            Assert.True(JsonText.IsValid(Encoding.UTF8.GetBytes(json)), json);
            Assert.Equal(!HasKeyTwice(JsonDocument.Parse(json).RootElement), JsonText.FitsJsonb(Encoding.UTF8.GetBytes(json), out string? why));
            Assert.Equal(HasKeyTwice(JsonDocument.Parse(json).RootElement), why?.Contains("twice", StringComparison.Ordinal) ?? false);
        },
        iter: 3000);

    [Fact]
    public void M18_JSON_with_a_wrong_byte_is_judged_as_another_reader_judges_it() =>
        Gen.Select(s_json, Gen.Int[0, 2], Gen.Int[0, 200], Gen.OneOf(Gen.OneOf("{}[]\",:\\u0e+-.1 tfn".ToCharArray()), Gen.Char['\0', '~'])).Sample(
            static (json, kind, where, letter) =>
            {
                int at = where % (json.Length + 1);
                string changed = kind switch
                {
                    0 => json.Insert(at, letter.ToString()),
                    1 => at == json.Length ? json : json.Remove(at, 1),
                    _ => json[..at] + letter + json[Math.Min(json.Length, at + 1)..],
                };
                byte[] utf8 = Encoding.UTF8.GetBytes(changed);
                if (changed.Any(char.IsSurrogate) && !HasOnlyPairs(changed)) return;

                Assert.Equal(IsJson(utf8), JsonText.IsValid(utf8));
            },
            iter: 20000);

    [Theory]
    [InlineData("{\"a\":\"\\u0000\"}", "\\u0000")]
    [InlineData("{\"\\u0000\":1}", "\\u0000")]
    [InlineData("[\"\\ud83e\"]", "surrogate")]
    [InlineData("[\"\\ud83ex\"]", "surrogate")]
    [InlineData("[\"\\ud83e\\n\"]", "surrogate")]
    [InlineData("[\"\\ud83e\\ud83e\\ude7a\"]", "surrogate")]
    [InlineData("[\"\\ude7a\\ud83e\"]", "surrogate")]
    [InlineData("[1e131072]", "numeric")]
    [InlineData("[1e-16384]", "numeric")]
    [InlineData("[1e99999999999999]", "numeric")]
    [InlineData("{\"a\":{\"b\":1,\"b\":2}}", "\"b\" twice")]
    [InlineData("{\"a\":1,\"\\u0061\":2}", "twice")]
    [InlineData("{\"a\":1,\"b\":{\"a\":1},\"a\":2}", "\"a\" twice")]
    [InlineData("{\"a\":1,", "no JSON")]
    public void M18_what_jsonb_refuses_or_loses_is_named(string json, string reason)
    {
        Assert.False(JsonText.FitsJsonb(Encoding.UTF8.GetBytes(json), out string? why));
        Assert.Contains(reason, why, StringComparison.Ordinal);
        Assert.Equal(reason != "no JSON", JsonText.IsValid(Encoding.UTF8.GetBytes(json)));
    }

    [Fact]
    public void M18_a_key_that_comes_twice_in_a_large_object_is_found()
    {
        string keys = string.Join(",", Enumerable.Range(0, 1000).Select(i => $"\"k{i}\":{{\"k\":{i}}}"));

        Assert.True(JsonText.FitsJsonb(Encoding.UTF8.GetBytes($"{{{keys}}}"), out _));
        Assert.False(JsonText.FitsJsonb(Encoding.UTF8.GetBytes($"{{{keys},\"k7\":1}}"), out string? why));
        Assert.Contains("twice", why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_thousand_levels_are_read_and_no_more()
    {
        Assert.True(JsonText.FitsJsonb(Encoding.UTF8.GetBytes(new string('[', 1000) + new string(']', 1000)), out _));
        Assert.False(JsonText.IsValid(Encoding.UTF8.GetBytes(new string('[', 1001) + new string(']', 1001))));
        Assert.False(JsonText.IsValid(Encoding.UTF8.GetBytes(new string('[', 100_000))));
    }

    [Theory]
    [InlineData("5B22C32822 5D")]
    [InlineData("5B22EDA08022 5D")]
    [InlineData("EFBBBF5B5D")]
    [InlineData("5B22002 25D")]
    public void Bytes_that_are_no_text_are_no_JSON(string hexadecimal) => Assert.False(JsonText.IsValid(Convert.FromHexString(hexadecimal.Replace(" ", "", StringComparison.Ordinal))));

    private static bool HasKeyTwice(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().Any(HasKeyTwice),
        JsonValueKind.Object => element.EnumerateObject().GroupBy(p => p.Name).Any(g => g.Count() > 1) || element.EnumerateObject().Any(p => HasKeyTwice(p.Value)),
        _ => false,
    };

    private static bool HasOnlyPairs(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text;

    private static bool IsJson(byte[] utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
