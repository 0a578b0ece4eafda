using System.Text;
using CsCheck;
using EmrSim.Core.Migration.Planning;

namespace EmrSim.Tests.Migration.Planning;

/// <summary>Names within PostgreSQL's limits.</summary>
public sealed class NamePoolTests
{
    [Fact]
    public void A_name_that_fits_stays_as_it_is()
    {
        var pool = new NamePool();

        Assert.Equal("displayName", pool.Take("displayName", "x"));
        Assert.Equal("displayname", pool.Take("displayname", "x"));
        Assert.Equal("with \" quote", pool.Take("with \" quote", "x"));
    }

    [Fact]
    public void M38_a_name_is_cut_between_code_points_at_63_bytes()
    {
        string name = new NamePool().Take(new string('a', 61) + "😀", "x");

        Assert.Equal(new string('a', 61), name);
    }

    [Fact]
    public void M38_names_that_are_alike_after_the_cut_are_told_apart_by_a_digest_of_the_whole()
    {
        string first = new string('n', 63) + "1", second = new string('n', 63) + "2";
        var pool = new NamePool();

        string[] names = [pool.Take(first, "x"), pool.Take(second, "x")];

        Assert.Equal(new string('n', 63), names[0]);
        Assert.Matches("^n{54}_[0-9a-f]{8}$", names[1]);
        var other = new NamePool();
        other.Take("something else", "x");
        other.Take(new string('n', 63), "x");
        Assert.Equal(names[1], other.Take(second, "x"));
    }

    [Fact]
    public void A_derived_name_keeps_its_label_and_gets_a_number_where_it_is_taken()
    {
        var pool = new NamePool();

        Assert.Equal("turns_pkey", pool.TakeDerived("turns", "_pkey"));
        Assert.Equal("turns1_pkey", pool.TakeDerived("turns", "_pkey"));
        Assert.EndsWith("_pkey", pool.TakeDerived(new string('t', 80), "_pkey"));
    }

    [Fact]
    public void M38_an_empty_name_and_one_of_zeros_get_another()
    {
        var pool = new NamePool();

        Assert.Equal("column1", pool.Take("", "column1"));
        Assert.Equal("ab", pool.Take("a\0b", "column2"));
        Assert.Equal("column3", pool.Take("\0", "column3"));
    }

    [Fact]
    public void Whatever_is_taken_no_name_comes_twice_or_is_too_long() => Gen.Select(Gen.String[Gen.Char["ab\"Ä\0 "], 0, 90].Array[0, 30], Gen.Bool).Sample((names, derived) =>
    {
        var pool = new NamePool();
        string[] taken = [.. names.Select(n => derived ? pool.TakeDerived(n.Replace("\0", ""), "_fkey") : pool.Take(n, "x"))];
        Assert.Equal(taken.Length, taken.Distinct().Count());
        Assert.All(taken, t => Assert.InRange(Encoding.UTF8.GetByteCount(t), 1, 63));
        Assert.DoesNotContain(taken, t => t.Contains('\0'));
        var again = new NamePool();
        Assert.Equal(taken, names.Select(n => derived ? again.TakeDerived(n.Replace("\0", ""), "_fkey") : again.Take(n, "x")));
    });

    [Theory]
    [InlineData("name", false)]
    [InlineData("createdAt", true)]
    [InlineData("user", true)]
    [InlineData("order", true)]
    [InlineData("references", true)]
    [InlineData("two words", true)]
    [InlineData("1st", true)]
    [InlineData("größe", true)]
    [InlineData("_a1$", false)]
    public void M38_it_is_known_which_names_need_quotes(string name, bool needs) => Assert.Equal(needs, PgNames.NeedsQuotes(name));
}
