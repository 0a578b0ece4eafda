using System.Buffers.Binary;
using EmrSim.Tests.Recovery.Salvage.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Recovery.Salvage;

/// <summary>Damage within pages: what is read is never invented, and what is in doubt is set aside.</summary>
public sealed class PageDamageTests : IDisposable
{
    private const string Many = "CREATE TEMP TABLE n AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5000) SELECT n FROM c; ";
    private const string Table = Many + "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT, w INT); INSERT INTO t SELECT n, 'Wert äöü Nr. ' || n, n * 3 FROM n; ";

    private readonly SalvageFixture _fixture = new();

    [Fact]
    public async Task A_text_that_is_no_text_any_more_is_set_aside_with_its_row_and_its_reason()
    {
        TestDatabase.Run(_fixture.Intact, Table);
        _fixture.Damage(b => b[b.AsSpan().IndexOf("Nr. 777"u8)] = 0xff);

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.Equal((EmrOutcome.Inconclusive, 4_999L, 1L, 0L), (result.Outcome, result.Saved, result.SetAside, result.Lost));
        Assert.Equal(["I:777|T:t|I:2331"], Rows.Of(_fixture.Saved, "SELECT id, source, c2 FROM lost_and_found WHERE reason LIKE 'a text%'"));
        Assert.Equal(0L, TestDatabase.Scalar(_fixture.Saved, "SELECT count(*) FROM t WHERE id = 777"));
    }

    [Fact]
    public async Task A_record_whose_lengths_do_not_add_up_is_lost_and_the_others_of_its_page_are_saved()
    {
        TestDatabase.Run(_fixture.Intact, Table);
        // The byte before the text is the last of the header: the type of w.
        _fixture.Damage(b => b[b.AsSpan().IndexOf("Wert äöü Nr. 777"u8) - 1] = 0x0b);

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.Equal((EmrOutcome.Inconclusive, 4_999L, 0L, 1L, 1L), (result.Outcome, result.Saved, result.SetAside, result.Lost, result.PagesDamaged));
    }

    [Fact]
    public async Task Rows_of_a_page_with_a_cell_that_cannot_be_are_set_aside()
    {
        TestDatabase.Run(_fixture.Intact, Table);
        uint leaf = Leaf("t", 800);
        int rows = 0;
        _fixture.Damage(b =>
        {
            Span<byte> page = b.AsSpan((int)(leaf - 1) * 4096, 4096);
            rows = BinaryPrimitives.ReadUInt16BigEndian(page[3..]);
            BinaryPrimitives.WriteUInt16BigEndian(page[(8 + 20)..], 0xffff);
        });

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.Equal((5_000 - rows, rows - 1, 1L), (result.Saved, result.SetAside, result.Lost));
        Assert.Equal(rows - 1L, TestDatabase.Scalar(_fixture.Saved, "SELECT count(*) FROM lost_and_found WHERE reason LIKE 'its page%' AND c1 LIKE 'Wert%'"));
    }

    [Fact]
    public async Task A_count_of_cells_that_is_too_low_leaves_the_number_of_lost_rows_open()
    {
        TestDatabase.Run(_fixture.Intact, Table);
        uint leaf = Leaf("t", 800);
        _fixture.Damage(b => b[((int)(leaf - 1) * 4096) + 4] -= 10);

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.Equal((EmrOutcome.Inconclusive, null, 1L), (result.Outcome, result.Lost, result.PagesDamaged));
        Assert.InRange(result.Saved, 4_900, 4_990);
    }

    [Fact]
    public async Task A_page_that_was_written_to_another_ones_place_adds_no_rows()
    {
        TestDatabase.Run(_fixture.Intact, Table + "CREATE TABLE other(id INTEGER PRIMARY KEY, v TEXT, w INT); INSERT INTO other SELECT n, 'fremd', 0 FROM n");
        uint from = Leaf("t", 3_000), to = Leaf("t", 800), third = Leaf("t", 2_000), alien = Leaf("other", 10);
        _fixture.Damage(b =>
        {
            b.AsSpan((int)(from - 1) * 4096, 4096).CopyTo(b.AsSpan((int)(to - 1) * 4096));
            b.AsSpan((int)(alien - 1) * 4096, 4096).CopyTo(b.AsSpan((int)(third - 1) * 4096));
        });

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.Equal(EmrOutcome.Inconclusive, result.Outcome);
        HashSet<string> all = [.. Rows.Of(_fixture.Intact, "SELECT * FROM t")];
        List<string> saved = Rows.Of(_fixture.Saved, "SELECT * FROM t");
        Assert.Subset(all, saved.ToHashSet());
        Assert.Equal(saved.Count, saved.Distinct().Count());
        Assert.Equal(5_000 - saved.Count, result.Tables.Single(t => t.Name == "t").Lost);
        Assert.Equal(5_000L, TestDatabase.Scalar(_fixture.Saved, "SELECT count(*) FROM other"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_chain_of_overflow_pages_that_comes_back_to_itself_or_claims_gigabytes_ends(bool length)
    {
        TestDatabase.Run(_fixture.Intact, "PRAGMA page_size=512; CREATE TABLE t(id INTEGER PRIMARY KEY, b BLOB); INSERT INTO t VALUES (1, zeroblob(50000)), (2, x'01')");
        uint[] chain = new IntactPages(File.ReadAllBytes(_fixture.Intact)).Rows(2)[0];
        _fixture.Damage(b =>
        {
            BinaryPrimitives.WriteUInt32BigEndian(b.AsSpan((int)(chain[^1] - 1) * 512), chain[3]);
            if (!length) return;
            // The record's length, 50005 in three bytes, made almost two billion in five would shift the record: its own type is made to agree.
            int cell = (int)(chain[0] - 1) * 512;
            int at = b.AsSpan(cell, 512).IndexOf((byte[])[0x83, 0x86]);
            if (at > 0) b[cell + at] = 0xff;
        });

        EmrSalvage result = await _fixture.SalvageAsync();

        // A cell that cannot be puts the others of its page in doubt.
        Assert.Equal((EmrOutcome.Inconclusive, length ? 1L : 0L, 1L), (result.Outcome, result.SetAside, result.Lost));
        Assert.Equal(["I:2|B:01"], Rows.Of(_fixture.Saved, length ? "SELECT id, c1 FROM lost_and_found" : "SELECT * FROM t"));
    }

    [Fact]
    public async Task A_row_whose_last_overflow_page_was_never_written_is_set_aside_and_one_of_zeros_is_not()
    {
        TestDatabase.Run(
            _fixture.Intact, "PRAGMA page_size=512; CREATE TABLE t(id INTEGER PRIMARY KEY, b); INSERT INTO t VALUES (1, randomblob(2200)), (2, zeroblob(2200)), (3, printf('%02200d', 5))");
        uint[][] chains = [.. new IntactPages(File.ReadAllBytes(_fixture.Intact)).Rows(2)];
        _fixture.Damage(b =>
        {
            foreach (uint[] chain in chains) b.AsSpan((int)(chain[^1] - 1) * 512, 512).Clear();
        });

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.Equal((EmrOutcome.Inconclusive, 1L, 2L), (result.Outcome, result.Saved, result.SetAside));
        Assert.Equal(Rows.Of(_fixture.Intact, "SELECT * FROM t WHERE id = 2"), Rows.Of(_fixture.Saved, "SELECT * FROM t"));
    }

    [Fact]
    public async Task An_inner_page_that_points_at_its_own_root_ends_and_the_pages_below_are_found()
    {
        TestDatabase.Run(_fixture.Intact, "PRAGMA page_size=512; " + Table);
        _fixture.Damage(b =>
        {
            // The first child of the root is an inner page; it is made to point at the root alone.
            int root = 512, child = (int)BinaryPrimitives.ReadUInt32BigEndian(b.AsSpan(root + BinaryPrimitives.ReadUInt16BigEndian(b.AsSpan(root + 12))));
            Span<byte> page = b.AsSpan((child - 1) * 512, 512);
            Assert.Equal(5, page[0]);
            for (int i = 0; i < BinaryPrimitives.ReadUInt16BigEndian(page[3..]); i++)
            {
                BinaryPrimitives.WriteUInt32BigEndian(page[BinaryPrimitives.ReadUInt16BigEndian(page[(12 + (2 * i))..])..], 2);
            }

            BinaryPrimitives.WriteUInt32BigEndian(page[8..], 2);
        });

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.Equal((5_000L, 0L), (result.Saved, result.SetAside));
        Assert.Equal(Rows.All(_fixture.Intact), Rows.All(_fixture.Saved));
    }

    [Fact]
    public async Task Leaves_below_a_lost_root_that_could_be_of_two_tables_are_set_aside()
    {
        TestDatabase.Run(_fixture.Intact, Many + "CREATE TABLE t(a, b); CREATE TABLE u(c, d); INSERT INTO t SELECT n, 'x' || n FROM n; INSERT INTO u SELECT n, 'y' || n FROM n");
        _fixture.Damage(b => b.AsSpan(4096, 2 * 4096).Clear());

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.Equal((0L, 10_000L, null), (result.Saved, result.SetAside, result.Lost));
        Assert.Equal(5_000L, TestDatabase.Scalar(_fixture.Saved, "SELECT count(*) FROM lost_and_found WHERE c1 LIKE 'y%' AND c0 = id"));
    }

    [Fact]
    public async Task With_a_damaged_freelist_rows_that_were_deleted_are_not_brought_back_into_a_table()
    {
        TestDatabase.Run(_fixture.Intact, "PRAGMA page_size=1024; " + Table + "DELETE FROM t WHERE id BETWEEN 1000 AND 4000");
        _fixture.Damage(b =>
        {
            int trunk = (int)BinaryPrimitives.ReadUInt32BigEndian(b.AsSpan(32));
            b.AsSpan((trunk - 1) * 1024, 1024).Fill(0x77);
            b.AsSpan(1024, 1024).Fill(0x77);
        });

        EmrSalvage result = await _fixture.SalvageAsync();

        HashSet<string> all = [.. Rows.Of(_fixture.Intact, "SELECT * FROM t")];
        Assert.Subset(all, Rows.Of(_fixture.Saved, "SELECT * FROM t").ToHashSet());
        Assert.True(result.SetAside >= 1_900);
        Assert.Contains(result.Problems, p => p.Contains("free pages is damaged", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.93)]
    public async Task Of_a_truncated_file_what_is_left_is_saved(double share)
    {
        TestDatabase.Run(_fixture.Intact, Table);
        File.WriteAllBytes(_fixture.Damaged, File.ReadAllBytes(_fixture.Intact)[..(int)(new FileInfo(_fixture.Intact).Length * share)]);
        int left = (int)(new FileInfo(_fixture.Damaged).Length / 4096);
        int expected = new IntactPages(File.ReadAllBytes(_fixture.Intact)).Rows(2).Count(r => r[0] <= left);

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.Equal((EmrOutcome.Inconclusive, (long)expected), (result.Outcome, result.Saved));
        Assert.Contains(result.Problems, p => p.Contains("cut off", StringComparison.Ordinal));
        Assert.Subset(Rows.Of(_fixture.Intact, "SELECT * FROM t").ToHashSet(), Rows.Of(_fixture.Saved, "SELECT * FROM t").ToHashSet());
    }

    [Fact]
    public async Task Damage_to_an_index_alone_costs_nothing()
    {
        TestDatabase.Run(_fixture.Intact, Table + "CREATE UNIQUE INDEX i ON t(v)");
        uint root = (uint)(long)TestDatabase.Scalar(_fixture.Intact, "SELECT rootpage FROM sqlite_schema WHERE name = 'i'")!;
        _fixture.Damage(b => b.AsSpan((int)(root - 1) * 4096, 4096).Clear());

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.Equal((EmrOutcome.Passed, 5_000L), (result.Outcome, result.Saved));
        Assert.True(result.PagesDamaged > 0);
        Assert.Equal(Rows.All(_fixture.Intact), Rows.All(_fixture.Saved));
    }

    [Fact]
    public async Task A_whole_index_tells_exactly_how_many_rows_are_lost()
    {
        TestDatabase.Run(_fixture.Intact, Table + "DELETE FROM t WHERE id % 7 = 0; CREATE UNIQUE INDEX i ON t(v)");
        uint leaf = Leaf("t", 800), last = Leaf("t", 4_200);
        int rows = new IntactPages(File.ReadAllBytes(_fixture.Intact)).Rows(2).Count(r => r[0] == leaf || r[0] == last);
        _fixture.Damage(b =>
        {
            b.AsSpan((int)(leaf - 1) * 4096, 4096).Clear();
            b.AsSpan((int)(last - 1) * 4096, 4096).Fill(0xff);
        });

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.Equal(rows, result.Lost);
        Assert.Contains(result.Problems, p => p.Contains("as an index of it tells", StringComparison.Ordinal));
    }

    public void Dispose() => _fixture.Dispose();

    private uint Leaf(string table, int row)
    {
        uint root = (uint)(long)TestDatabase.Scalar(_fixture.Intact, $"SELECT rootpage FROM sqlite_schema WHERE name = '{table}'")!;
        return new IntactPages(File.ReadAllBytes(_fixture.Intact)).Rows(root)[row][0];
    }
}
