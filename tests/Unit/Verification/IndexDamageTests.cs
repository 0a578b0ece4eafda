using EmrSim.Tests.Support;
using EmrSim.Tests.Verification.Support;

namespace EmrSim.Tests.Verification;

/// <summary>Faults of indexes one by one: each is planted, and SQLite's integrity_check bears witness that it is there.</summary>
public sealed class IndexDamageTests : IDisposable
{
    private const string Index = "CREATE INDEX i ON t(name)";

    private readonly TempFolder _folder = new();

    private string Database => _folder.File("app.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void B15_An_index_that_lacks_a_row_is_found() => AssertFound(
        Index, SchemaDamage.Stale("i", Index, "INSERT INTO t VALUES(99, 'zoe', 1)"), "wrong # of entries in index i");

    [Fact]
    public void B15_An_index_with_an_entry_too_many_is_found() => AssertFound(
        Index, SchemaDamage.Stale("i", Index, "DELETE FROM t WHERE id = 4"), "wrong # of entries in index i");

    [Fact]
    public void B15_An_index_with_a_stale_value_is_found() => AssertFound(
        Index, SchemaDamage.Stale("i", Index, "UPDATE t SET name = 'Ann' WHERE id = 1"), "index i of t does not hold the values of the table's rows");

    [Fact]
    public void B15_An_index_that_lacks_one_row_and_has_another_twice_is_found() => AssertFound(
        Index,
        SchemaDamage.Stale("i", Index, "DELETE FROM t WHERE id = 4", "INSERT INTO t VALUES(98, 'eve', 1)"),
        "index i of t does not hold the values of the table's rows");

    [Fact]
    public void B15_Doubled_keys_of_a_unique_index_are_found() => AssertFound(
        "CREATE INDEX i ON t(size)", SchemaDamage.Redefined("i", "CREATE UNIQUE INDEX i ON t(size)"), "unique index i of t holds 6 doubled keys");

    [Theory]
    [InlineData("CREATE INDEX i ON t(name DESC)")]
    [InlineData("CREATE INDEX i ON t(name COLLATE NOCASE)")]
    public void B15_An_index_in_another_order_than_it_says_is_found(string stated) =>
        AssertFound(Index, SchemaDamage.Redefined("i", stated), "index i of t is out of order in");

    [Fact]
    public void B15_Entries_in_the_wrong_place_of_an_index_are_found() => AssertFound(
        Index, page => (page[8], page[9], page[10], page[11]) = (page[10], page[11], page[8], page[9]), "index i of t is out of order in 1 places");

    [Fact]
    public void B15_A_damaged_value_in_an_index_is_found() =>
        AssertFound(Index, page => Replace(page, "eve"u8, "evE"u8), "index i of t does not hold the values of the table's rows");

    // A query reads the rowid from an entry's end, though the column has a place of its own.
    [Fact]
    public void B15_A_damaged_copy_of_the_rowid_in_an_index_is_found() =>
        AssertFound("CREATE INDEX i ON t(name, id)", page => Replace(page, [.. "eve"u8, 5], [.. "eve"u8, 6]), "row 5 missing from index i");

    // A query reads the column from its first place only.
    [Fact]
    public void B15_A_damaged_second_copy_of_a_column_in_an_index_is_found() => AssertFound(
        "CREATE INDEX i ON t(name, name COLLATE NOCASE)", page => Replace(page, "eveeve"u8, "eveevE"u8), "values differ from index i");

    [Fact]
    public void B15_An_index_whose_entries_hold_more_than_it_says_is_found() => AssertFound(
        "CREATE INDEX i ON t(name, size)", SchemaDamage.Redefined("i", Index), "row 1 missing from index i");

    // 11 is a reserved serial type that a query reads as NULL; the entry of row 7 is: 3 bytes of header, NULL, an integer of 1 byte.
    [Fact]
    public void B15_A_reserved_type_in_an_index_is_found() => AssertFound(
        "CREATE INDEX i ON t(size)", page => Replace(page, [3, 0, 1, 7], [3, 11, 1, 7]), "row 7 missing from index i");

    // SQLite before 3.29 kept the integer 2^60 in a column of REAL affinity; as a real it is the same as 2^60 + 1.
    [Fact]
    public void B15_A_damaged_integer_beyond_2_to_the_53_in_a_real_column_is_found()
    {
        TestDatabase.Run(Database, "CREATE TABLE t(id INTEGER PRIMARY KEY, at INT); CREATE INDEX i ON t(at); INSERT INTO t VALUES(1, 1 << 60)");
        SchemaDamage.Apply(Database, ["PRAGMA writable_schema=ON", "UPDATE sqlite_schema SET sql = replace(sql, 'at INT)', 'at REAL)')"]);
        Assert.Equal(EmrOutcome.Passed, Judges.Ours(Database).Outcome);

        ChangeIndexPage(page => Replace(page, [0x10, 0, 0, 0, 0, 0, 0, 0], [0x10, 0, 0, 0, 0, 0, 0, 1]));

        AssertFound("row 1 missing from index i");
    }

    [Fact]
    public void B15_A_damaged_index_of_a_table_whose_name_is_no_UTF8_is_found()
    {
        Create(Index);
        ChangeIndexPage(page => Replace(page, "eve"u8, "evE"u8));
        SchemaDamage.Apply(
            Database,
            [
                "PRAGMA writable_schema=ON",
                "UPDATE sqlite_schema SET sql = CAST(replace(CAST(sql AS BLOB), ' t(', CAST(x'20ff28' AS TEXT)) AS TEXT), tbl_name = CAST(x'ff' AS TEXT)",
                "UPDATE sqlite_schema SET name = tbl_name WHERE type = 'table'",
            ]);

        AssertFound("row 5 missing from index i");
    }

    [Fact]
    public void B15_Rows_out_of_order_are_found()
    {
        Create(Index);
        ChangePage("t", page => (page[8], page[9], page[10], page[11]) = (page[10], page[11], page[8], page[9]));

        AssertFound("out of order");
    }

    [Theory]
    [InlineData(32)]
    [InlineData(36)]
    public void B15_A_damaged_freelist_is_found(int place)
    {
        Create(Index);
        TestDatabase.Run(Database, "CREATE TABLE gone(x); INSERT INTO gone SELECT zeroblob(9000) FROM t; DROP TABLE gone");
        byte[] file = File.ReadAllBytes(Database);
        file[place + 3]++;
        File.WriteAllBytes(Database, file);

        AssertFound("");
    }

    private void AssertFound(string index, string[] damage, string finding)
    {
        Create(index);
        SchemaDamage.Apply(Database, damage);
        AssertFound(finding);
    }

    private void AssertFound(string index, Action<byte[]> damage, string finding)
    {
        Create(index);
        ChangeIndexPage(damage);
        AssertFound(finding);
    }

    private void AssertFound(string finding)
    {
        EmrBackupCheck ours = Judges.Ours(Database);
        Assert.NotEqual("ok", Judges.Sqlite(Database));
        Assert.Equal(EmrOutcome.Failed, ours.Outcome);
        Assert.Contains(finding, ours.Detail, StringComparison.Ordinal);
    }

    private void Create(string index)
    {
        TestDatabase.Run(Database, "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, size INT); " + index);
        TestDatabase.Run(
            Database,
            "INSERT INTO t VALUES(1,'ann',2),(2,'Bob',2),(3,'cid',2),(4,'dan',2),(5,'eve',2),(6,'Fay',2),(7,'gus',NULL),(8,'hal',2),(9,'Ida',NULL)");
        Assert.Equal(EmrOutcome.Passed, Judges.Ours(Database).Outcome);
    }

    private void ChangeIndexPage(Action<byte[]> change) => ChangePage("i", change);

    private void ChangePage(string name, Action<byte[]> change)
    {
        const int PageSize = 4096;
        int start = (int)((long)TestDatabase.Scalar(Database, $"SELECT rootpage FROM sqlite_schema WHERE name = '{name}'")! - 1) * PageSize;
        byte[] file = File.ReadAllBytes(Database), page = file[start..(start + PageSize)];
        change(page);
        page.CopyTo(file, start);
        File.WriteAllBytes(Database, file);
    }

    private static void Replace(byte[] page, ReadOnlySpan<byte> old, ReadOnlySpan<byte> replacement)
    {
        int place = page.AsSpan().IndexOf(old);
        Assert.True(place >= 0, "the bytes to damage are not there");
        replacement.CopyTo(page.AsSpan(place));
    }
}
