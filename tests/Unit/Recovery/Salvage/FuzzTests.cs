using EmrSim.Tests.Recovery.Salvage.Support;
using EmrSim.Tests.Support;
using Microsoft.Data.Sqlite;

namespace EmrSim.Tests.Recovery.Salvage;

/// <summary>
/// Damage of every kind at random. Whatever the bytes are, there is a sound new database or an error with a code, in bounded memory and time; and where
/// whole pages were overwritten, no table has a row that was not there before.
/// </summary>
[NotUnderWine("it computes alone, alike on every system, and is slow there")]
public sealed class FuzzTests : IDisposable
{
    private const int Rounds = 100;

    private readonly SalvageFixture _fixture = new();

    public static TheoryData<string> Settings => ["PRAGMA page_size=512", "PRAGMA page_size=1024; PRAGMA auto_vacuum=1", "PRAGMA encoding='UTF-16le'", "PRAGMA journal_mode=WAL"];

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Random_damage_never_crashes_it(string settings)
    {
        int seed = Random.Shared.Next();
        await FuzzAsync(settings, seed, Rounds, Mangle, checkRows: false);
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Pages_overwritten_at_random_never_add_a_row(string settings)
    {
        int seed = Random.Shared.Next();
        await FuzzAsync(settings, seed, Rounds / 2, Overwrite, checkRows: true);
    }

    [Theory]
    [InlineData("-wal", "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0")]
    [InlineData("-journal", "PRAGMA cache_size=2")]
    public async Task A_damaged_log_never_crashes_it(string suffix, string settings)
    {
        Make("PRAGMA page_size=512");
        int seed = Random.Shared.Next();
        byte[] main, log;
        using (SqliteConnection writer = TestDatabase.Open(_fixture.Intact))
        {
            TestDatabase.Run(writer, settings + "; BEGIN; UPDATE o SET b = randomblob(900); UPDATE t SET v = v || ' neu'" + (suffix == "-wal" ? "; COMMIT" : ""));
            (main, log) = (Shared(_fixture.Intact), Shared(_fixture.Intact + suffix));
        }

        Assert.True(log.Length > 10_000);
        for (int round = 0; round < Rounds; round++)
        {
            File.WriteAllBytes(_fixture.Damaged, main);
            File.WriteAllBytes(_fixture.Damaged + suffix, Mangle(new Random(unchecked(seed + round)), (byte[])log.Clone()));
            Exception? crash = await Record.ExceptionAsync(() => _fixture.SalvageAsync());
            Assert.True(crash is null or EmrSimException { ErrorCode: ErrorCode.SalvageNothingFound }, $"seed {seed}, round {round}: {crash}");
        }
    }

    public void Dispose() => _fixture.Dispose();

    private async Task FuzzAsync(string settings, int seed, int rounds, Func<Random, byte[], byte[]> damage, bool checkRows)
    {
        Make(settings);
        byte[] intact = File.ReadAllBytes(_fixture.Intact);
        Dictionary<string, HashSet<string>> tables = Rows.Tables(_fixture.Intact).ToDictionary(t => t, t => Rows.Of(_fixture.Intact, $"SELECT * FROM \"{t}\"").ToHashSet());
        for (int round = 0; round < rounds; round++)
        {
            var random = new Random(unchecked(seed + round));
            File.WriteAllBytes(_fixture.Damaged, damage(random, (byte[])intact.Clone()));
            string what = $"seed {seed}, round {round}, {settings}";
            try
            {
                EmrSalvage result = await _fixture.SalvageAsync();
                Assert.NotEqual(EmrOutcome.Failed, result.Outcome);
                Assert.True(result.PagesRead <= intact.Length / 512, what);
                HashSet<string> there = [.. Rows.Tables(_fixture.Saved)];
                Assert.All(result.Tables, t => Assert.True(t.Saved == 0 || there.Contains(t.Name), $"{what}: {t} is not there"));
                foreach (EmrSalvagedTable table in result.Tables.Where(t => there.Contains(t.Name)))
                {
                    List<string> rows = Rows.Of(_fixture.Saved, $"SELECT * FROM {Quote(table.Name)}");
                    Assert.True(table.Saved == rows.Count, $"{what}: {table} has {rows.Count}");
                    if (checkRows && tables.TryGetValue(table.Name, out HashSet<string>? before)) Assert.True(rows.TrueForAll(before.Contains), $"{what}: {table} has invented {rows.FirstOrDefault(r => !before.Contains(r))} " + string.Join(", ", result.Problems));
                }
            }
            catch (EmrSimException e)
            {
                Assert.True(e.ErrorCode is ErrorCode.SalvageNothingFound or ErrorCode.SourceEmpty, $"{what}: {e}");
            }
            catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
            {
                Assert.Fail($"{what}: {e}");
            }
        }
    }

    private static byte[] Shared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private void Make(string settings) => TestDatabase.Run(
        _fixture.Intact,
        settings + "; CREATE TEMP TABLE n AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 300) SELECT n FROM c; " +
        "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT NOT NULL, w REAL DEFAULT 2.5); INSERT INTO t SELECT n, 'Wert äöü ' || n, n / 3.0 FROM n; " +
        "CREATE TABLE w(k TEXT PRIMARY KEY, v BLOB) WITHOUT ROWID; INSERT INTO w SELECT 'k' || n, randomblob(n) FROM n; CREATE INDEX wi ON w(v); " +
        "CREATE TABLE o(a, b, UNIQUE (a)); INSERT INTO o SELECT n, randomblob(n * 20) FROM n WHERE n % 10 = 0; CREATE UNIQUE INDEX ti ON t(v); CREATE VIEW x AS SELECT * FROM t; " +
        "CREATE TABLE gone(a, b); INSERT INTO gone SELECT n, 'gelöscht ' || n FROM n; DELETE FROM gone WHERE a > 5; CREATE VIRTUAL TABLE f USING fts5(b); INSERT INTO f VALUES ('the cat'), ('a dog')");

    // Flips, runs of other bytes, pages in the place of others, fields of pages set to what hurts most, a cut: one to twenty of these.
    private static byte[] Mangle(Random random, byte[] bytes)
    {
        for (int i = random.Next(1, 21); i > 0; i--)
        {
            int at = random.Next(bytes.Length), length = Math.Min(random.Next(1, 600), bytes.Length - at);
            switch (random.Next(7))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: random.NextBytes(bytes.AsSpan(at, length)); break;
                case 2: bytes.AsSpan(at, length).Fill((byte)random.Next(256)); break;
                case 3: bytes.AsSpan(random.Next(bytes.Length - length), length).CopyTo(bytes.AsSpan(at)); break;
                case 4: bytes[(at / 512 * 512) + random.Next(Math.Min(12, bytes.Length - (at / 512 * 512)))] = (byte)random.Next(256); break;
                case 5: bytes[at] = (byte)random.Next(0x80, 0x100); break;
                default: if (random.Next(10) == 0) bytes = bytes[..Math.Max(1, at)]; break;
            }
        }

        return bytes;
    }

    private static byte[] Overwrite(Random random, byte[] bytes)
    {
        int pageSize = new IntactPages(bytes).PageSize, count = bytes.Length / pageSize;
        for (int i = random.Next(1, 1 + Math.Max(1, count / 5)); i > 0; i--)
        {
            Span<byte> page = bytes.AsSpan(random.Next(count) * pageSize, pageSize);
            // The few last bytes of a value on an overflow page of zeros cannot be told from zeros; a tree's page can.
            if (random.Next(3) == 0 && page[0] is 2 or 5 or 10 or 13) page.Clear();
            else random.NextBytes(page);
        }

        return bytes;
    }

    private static string Quote(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
}
