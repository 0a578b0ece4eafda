using System.Globalization;
using EmrSim.Tests.Recovery.Salvage.Support;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Recovery.Salvage;

/// <summary>
/// Of a database with 1 % of its pages overwritten every row comes back that lies wholly on other pages. Which these are is found out from the intact
/// file by a walk that shares nothing with the reader under test; that a row is in the right table is required where the way to it is whole.
/// </summary>
[NotUnderWine("it computes alone, alike on every system, and is slow there")]
public sealed class OnePercentTests : IDisposable
{
    private const string Many = "CREATE TEMP TABLE n AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 8000) SELECT n FROM c; ";
    private const string Text = "substr('Grüße aus der Ambulanz 🩺, bitte melden. ' || hex(randomblob(40)), 1, 20 + n % 90)";
    private const string Two =
        "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT NOT NULL, n INT, r REAL, b BLOB); " +
        "INSERT INTO t SELECT n, " + Text + ", n * 7, n / 3.0, randomblob(n % 60) FROM n; " +
        "CREATE TABLE u(a TEXT, b TEXT); INSERT INTO u SELECT " + Text + ", NULLIF(n % 5, 0) FROM n; CREATE INDEX i ON u(a); ";

    private readonly SalvageFixture _fixture = new();

    public static TheoryData<string, string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, int>();
            (string, string)[] kinds =
            [
                ("", Two),
                ("PRAGMA page_size=512", Two),
                ("PRAGMA page_size=1024; PRAGMA auto_vacuum=1", Two),
                ("PRAGMA page_size=32768", Two),
                ("PRAGMA encoding='UTF-16le'", Two),
                ("PRAGMA encoding='UTF-16be'; PRAGMA page_size=1024", Two),
                ("PRAGMA auto_vacuum=2; PRAGMA page_size=512", Two + "DELETE FROM t WHERE id % 11 = 0;"),
                ("PRAGMA page_size=1024", "CREATE TABLE w(k INTEGER, s TEXT, v BLOB, PRIMARY KEY(k, s)) WITHOUT ROWID; INSERT INTO w SELECT n, 's' || n, randomblob(n % 400) FROM n; CREATE INDEX wi ON w(v);" + Two),
                ("PRAGMA page_size=512", "CREATE TABLE o(id INTEGER PRIMARY KEY, a TEXT, b BLOB); INSERT INTO o SELECT n, printf('%0*d', n % 3000, n), randomblob(n % 2000) FROM n WHERE n < 4000;"),
                ("PRAGMA page_size=4096", "CREATE TABLE o(a TEXT, b BLOB); INSERT INTO o SELECT hex(randomblob(n)), randomblob(n * 9) FROM n WHERE n < 1500;"),
                ("PRAGMA page_size=1024", "CREATE TABLE t(a, b); INSERT INTO t SELECT n, randomblob(50) FROM n; ALTER TABLE t ADD COLUMN c TEXT DEFAULT 'later'; " +
                    "INSERT INTO t SELECT n, n, n FROM n; DELETE FROM t WHERE rowid BETWEEN 3000 AND 6000;"),
            ];
            foreach ((string settings, string sql) in kinds)
            {
                for (int seed = 1; seed <= 2; seed++) cases.Add(settings, sql, seed);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Every_row_of_the_undamaged_pages_comes_back(string settings, string sql, int seed)
    {
        TestDatabase.Run(_fixture.Intact, settings + ";" + Many + sql);

        await ProveAsync(seed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_row_of_the_undamaged_pages_of_the_sample_comes_back(int seed)
    {
        await _fixture.SampleAsync(20_000);

        await ProveAsync(seed);
    }

    public void Dispose() => _fixture.Dispose();

    private async Task ProveAsync(int seed)
    {
        HashSet<uint> damaged = _fixture.Overwrite(seed);
        byte[] before = File.ReadAllBytes(_fixture.Damaged);

        EmrSalvage result = await _fixture.SalvageAsync();

        Assert.Equal(before, File.ReadAllBytes(_fixture.Damaged));
        Assert.Equal("ok", TestDatabase.Scalar(_fixture.Saved, "PRAGMA integrity_check"));
        HashSet<string> aside = result.LostAndFound is null ? [] : [.. Rows.Of(_fixture.Saved, $"SELECT * FROM {result.LostAndFound}").Select(Values)];
        var intact = new IntactPages(File.ReadAllBytes(_fixture.Intact));
        int misplaced = 0;
        foreach (string table in Rows.Tables(_fixture.Intact))
        {
            uint root = Convert.ToUInt32(TestDatabase.Scalar(_fixture.Intact, $"SELECT rootpage FROM sqlite_schema WHERE name = '{table}' AND type = 'table'"), CultureInfo.InvariantCulture);
            (string rowid, string order) = table == "w" ? ("", "k, s") : ("rowid, ", "rowid");
            List<string> rows = Rows.Of(_fixture.Intact, $"SELECT {rowid}* FROM \"{table}\" ORDER BY {order}");
            List<uint[]> pages = intact.Rows(root);
            Assert.Equal(rows.Count, pages.Count);
            HashSet<string> saved = [.. Rows.Of(_fixture.Saved, $"SELECT {rowid}* FROM \"{table}\"")];
            HashSet<string> all = [.. rows];
            // Nothing is invented, and nothing is changed.
            Assert.Subset(all, saved);
            int lost = 0;
            for (int i = 0; i < rows.Count; i++)
            {
                bool whole = !pages[i].Any(damaged.Contains);
                if (!whole) lost++;
                if (!whole || saved.Contains(rows[i])) continue;
                misplaced++;
                Assert.True(aside.Contains(Stored(table == "w" ? "N|" + rows[i] : rows[i])), $"seed {seed}: {table} has lost {rows[i][..Math.Min(80, rows[i].Length)]} of the pages {string.Join(", ", pages[i])}");
            }

            EmrSalvagedTable report = result.Tables.Single(t => t.Name == table);
            Assert.Equal(saved.Count, report.Saved);
            if (lost > 0) Assert.NotEqual(0, report.Lost ?? -1);
            TestContext.Current.TestOutputHelper?.WriteLine($"{table}: {rows.Count} rows, {lost} lost, said {report}, set aside {result.SetAside}");
        }

        bool dataLost = result.Tables.Any(t => t.Lost != 0 || t.Doubtful != 0) || result.SetAside > 0;
        Assert.Equal(dataLost ? EmrOutcome.Inconclusive : EmrOutcome.Passed, result.Outcome);
        TestContext.Current.TestOutputHelper?.WriteLine($"{damaged.Count} pages overwritten, {misplaced} rows set aside instead of in place; " + string.Join("\n", result.Problems));
    }

    // The columns of lost_and_found behind the first three: the rowid, and after two more the values as they are stored.
    private static string Values(string row)
    {
        string[] parts = row.Split('|');
        return string.Join('|', parts.Skip(3).Take(1).Concat(parts.Skip(6))).TrimEnd('N', '|');
    }

    // As it is stored: a rowid that is a column too is NULL in its record, and values of NULL at the end are not told from none.
    private static string Stored(string row)
    {
        string[] parts = row.Split('|');
        if (parts.Length > 1 && parts[0] == parts[1]) parts[1] = "N";
        return string.Join('|', parts).TrimEnd('N', '|');
    }
}
