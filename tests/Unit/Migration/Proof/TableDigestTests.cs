using CsCheck;
using EmrSim.Core.Migration.Proof;

namespace EmrSim.Tests.Migration.Proof;

/// <summary>Digests of rows in any order.</summary>
public sealed class TableDigestTests
{
    private static readonly Gen<RowHash[]> s_rows = Gen.Select(Gen.ULong, Gen.ULong, (k, r) => new RowHash(k, new UInt128(r, k))).Array[1, 200];

    [Fact]
    public void M47_The_order_of_rows_does_not_matter() => Gen.Select(s_rows, Gen.Int).Sample((rows, seed) =>
    {
        RowHash[] shuffled = [.. rows];
        new Random(seed).Shuffle(shuffled);
        Assert.Empty(Digest(rows).DifferingFrom(Digest(shuffled)));
    });

    [Fact]
    public void M46_A_row_lost_and_another_doubled_are_seen_though_the_count_is_the_same() =>
        s_rows.Where(r => r.Length > 1 && r[0] != r[1]).Sample(rows =>
        {
            RowHash[] changed = [.. rows];
            changed[0] = changed[1];
            TableDigest left = Digest(rows), right = Digest(changed);
            Assert.Equal(left.Rows, right.Rows);
            Assert.NotEmpty(left.DifferingFrom(right));
        });

    [Fact]
    public void A_row_that_comes_twice_is_not_lost_as_by_an_exclusive_or()
    {
        var row = new RowHash(7, 99);
        Assert.NotEmpty(Digest([row, row]).DifferingFrom(Digest([])));
        Assert.NotEmpty(Digest([row, row]).DifferingFrom(Digest([new RowHash(7, 98), new RowHash(7, 98)])));
    }

    [Fact]
    public void Parts_read_by_several_threads_add_up() => Gen.Select(s_rows, s_rows).Sample((first, second) =>
    {
        TableDigest sum = Digest(first);
        sum.Add(Digest(second));
        Assert.Empty(sum.DifferingFrom(Digest([.. first, .. second])));
    });

    [Fact]
    public void Digests_of_two_comparisons_are_not_compared()
    {
        Assert.Throws<InvalidOperationException>(() => new TableDigest(1, 1024).DifferingFrom(new TableDigest(2, 1024)));
        Assert.Throws<InvalidOperationException>(() => new TableDigest(1, 1024).DifferingFrom(new TableDigest(1, 2048)));
    }

    [Theory]
    [InlineData(0, 1024)]
    [InlineData(1_000_000, 16_384)]
    [InlineData(long.MaxValue, 65_536)]
    public void Buckets_follow_the_rows(long rows, int buckets) => Assert.Equal(buckets, TableDigest.BucketsFor(rows));

    private static TableDigest Digest(RowHash[] rows)
    {
        var digest = new TableDigest(5, 1024);
        foreach (RowHash row in rows) digest.Add(row);
        return digest;
    }
}
