using System.Text;
using CsCheck;
using EmrSim.Core.Migration.Values;
using EmrSim.Core.Sqlite;

namespace EmrSim.Tests.Migration.Values;

public sealed class WordTextTests
{
    private static readonly string[] s_words = ["true", "t", "yes", "on", "false", "f", "no", "off"];

    [Fact]
    public void M8_words_for_true_and_false_are_read_in_any_case()
    {
        foreach (string word in s_words)
        {
            foreach (string written in (string[])[word, word.ToUpperInvariant(), char.ToUpperInvariant(word[0]) + word[1..]])
            {
                Assert.True(BooleanText.TryParse(Encoding.UTF8.GetBytes(written), out bool value), written);
                Assert.Equal(Array.IndexOf(s_words, word) < 4, value);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("maybe")]
    [InlineData("1")]
    [InlineData("0")]
    [InlineData("y")]
    [InlineData("n")]
    [InlineData("o")]
    [InlineData("of")]
    [InlineData("tru")]
    [InlineData("trues")]
    [InlineData(" true")]
    [InlineData("on ")]
    [InlineData("nope")]
    [InlineData("\u0014")]
    public void M8_other_words_are_none(string text) => Assert.False(BooleanText.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void A_UUID_is_what_Guid_reads_in_its_hyphened_form() =>
        Gen.Select(Gen.Guid, Gen.Int[-1, 35], Gen.Char["0-9a-gA-G{ "], Gen.Bool).Sample(
            static (guid, at, letter, upper) =>
            {
                char[] text = (upper ? guid.ToString("D").ToUpperInvariant() : guid.ToString("D")).ToCharArray();
                if (at >= 0) text[at] = letter;
                byte[] utf8 = Encoding.UTF8.GetBytes(text);
                Span<byte> bytes = stackalloc byte[16];

                bool expected = Guid.TryParseExact(new string(text), "D", out Guid read) && !text.Contains('{') && !text.Contains(' ');
                Assert.Equal(expected, UuidText.TryParse(utf8, bytes));
                if (expected) Assert.Equal(read.ToByteArray(bigEndian: true), bytes.ToArray());
                Assert.Equal(expected && read.ToString("D") == new string(text), UuidText.IsCanonical(utf8));
            },
            iter: 5000);

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcdef0123456789abcdef")]
    [InlineData("{01234567-89ab-cdef-0123-456789abcdef}")]
    [InlineData("01234567-89ab-cdef-0123-456789abcde")]
    [InlineData("0123456-789ab-cdef-0123-456789abcdef")]
    public void Other_forms_of_a_UUID_are_none(string text) => Assert.False(UuidText.TryParse(Encoding.UTF8.GetBytes(text), new byte[16]));

    [Fact]
    public void M14_halves_of_surrogate_pairs_are_found_where_they_are() =>
        Gen.Select(Gen.Char.Array[0, 40], Gen.Bool).Sample(
            static (letters, bigEndian) =>
            {
                byte[] bytes = (bigEndian ? Encoding.BigEndianUnicode : Encoding.Unicode).GetBytes("x");
                bytes = [.. letters.SelectMany(c => bigEndian ? (byte[])[(byte)(c >> 8), (byte)c] : [(byte)c, (byte)(c >> 8)])];
                int expected = -1;
                for (int i = 0; i < letters.Length && expected < 0; i++)
                {
                    if (char.IsHighSurrogate(letters[i]) && i + 1 < letters.Length && char.IsLowSurrogate(letters[i + 1])) i++;
                    else if (char.IsSurrogate(letters[i])) expected = 2 * i;
                }

                Assert.Equal(expected < 0, Utf16Text.IsWellFormed(bytes, bigEndian, out int at));
                if (expected >= 0) Assert.Equal(expected, at);
                Assert.False(Utf16Text.IsWellFormed([.. bytes, 65], bigEndian, out _));
            },
            iter: 5000);
}
