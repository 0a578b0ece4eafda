using System.Collections.Concurrent;
using EmrSim.Core.Migration.Schema.Translation;
using EmrSim.Core.Migration.Values;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Migration.Schema;

/// <summary>What is translated has the same result in SQLite and in PostgreSQL, for every row.</summary>
[NotUnderWine("PostgreSQL is a program of Linux")]
public sealed class TranslationProofTests
{
    private const int Sentences = 40_000;

    [Fact]
    public void M35_Conditions_hold_for_the_same_rows_on_both_sides() => Prove(
        (sentence, depth) => sentence.Condition(depth),
        sql => SqlTranslator.Condition(sql, TranslationBench.Columns),
        sql => $"SELECT CASE WHEN {sql} THEN 1 WHEN ({sql}) IS NULL THEN NULL ELSE 0 END FROM t ORDER BY id");

    [Fact]
    public void M29_Expressions_have_the_same_values_on_both_sides() => Prove(
        (sentence, depth) => sentence.Any(depth),
        sql => SqlTranslator.Expression(sql, TranslationBench.Columns, null),
        sql => $"SELECT {sql} FROM t ORDER BY id");

    [Fact]
    public void M29_M33_What_is_translated_for_an_index_can_be_indexed_and_computed()
    {
        using var bench = new TranslationBench(rows: 0);
        PgType[] types = [PgType.Text, PgType.BigInt, PgType.DoublePrecision, new(PgKind.Boolean)];
        int made = 0;
        for (int seed = 0; seed < 400; seed++)
        {
            string sql = new SqlSentence(seed).Any(seed % 4);
            if (SqlTranslator.Expression(sql, TranslationBench.Columns, null).Sql is { } key) made += Make(bench, $"CREATE INDEX i ON t (({key})); DROP INDEX i");
            foreach (PgType type in types)
            {
                if (SqlTranslator.Expression(sql, TranslationBench.Columns, type).Sql is { } computed)
                    made += Make(bench, $"CREATE TABLE c(LIKE t, g {type} GENERATED ALWAYS AS ({computed}) STORED); DROP TABLE c");
            }
        }

        Assert.InRange(made, 400, 2_000);
    }

    private static int Make(TranslationBench bench, string sql)
    {
        try
        {
            bench.Run(sql);
            return 1;
        }
        catch (Npgsql.PostgresException e) when (e.SqlState == Npgsql.PostgresErrorCodes.NumericValueOutOfRange)
        {
            // A constant that has no value.
            return 0;
        }
    }

    [Fact]
    public void The_bench_notices_a_translation_that_is_wrong()
    {
        using var bench = new TranslationBench();

        Assert.NotNull(bench.Difference("SELECT n / 2 FROM t ORDER BY id", "SELECT n / 2.0 FROM t ORDER BY id", out _));
        Assert.NotNull(bench.Difference("SELECT s < 'b' FROM t ORDER BY id", "SELECT s < 'b' COLLATE \"en-x-icu\" FROM t ORDER BY id", out _));
        Assert.NotNull(bench.Difference("SELECT upper(s) FROM t ORDER BY id", "SELECT upper(s COLLATE \"en-x-icu\") FROM t ORDER BY id", out _));
        Assert.NotNull(bench.Difference("SELECT round(r) FROM t ORDER BY id", "SELECT round(r) FROM t ORDER BY id", out _));
        Assert.NotNull(bench.Difference("SELECT max(n, m) FROM t ORDER BY id", "SELECT GREATEST(n, m) FROM t ORDER BY id", out _));
    }

    private static void Prove(Func<SqlSentence, int, string> make, Func<string, Translation> translate, Func<string, string> ask)
    {
        using var bench = new TranslationBench();
        int compared = 0;
        int stops = 0;
        var reasons = new ConcurrentDictionary<string, int>();
        var differences = new ConcurrentBag<string>();
        // The same sentences every time; whoever looks for more of them takes other seeds.
        for (int seed = 0; seed < Sentences; seed++)
        {
            string sql = make(new SqlSentence(seed), 1 + (seed % 3));
            Translation translation = translate(sql);
            if (translation.Sql is null)
            {
                reasons.AddOrUpdate(translation.Reason!, 1, (_, n) => n + 1);
                continue;
            }

            string? difference = bench.Difference(ask(sql), $"SELECT {translation.Sql} FROM t ORDER BY id", out bool stopped);
            if (stopped) stops++;
            else compared++;
            if (difference is not null) differences.Add($"{sql}\n  {translation.Sql}\n  {difference}");
        }

        string summary = $"{compared} compared, {stops} stopped, refused: {string.Join("; ", reasons.OrderByDescending(r => r.Value).Take(25).Select(r => $"{r.Value} {r.Key}"))}";
        // The sentence says all that is needed; the shortest says it best.
        Assert.True(differences.IsEmpty, string.Join("\n", differences.OrderBy(d => d.Length).Take(12)));
        Assert.True(compared > Sentences / 5, summary);
        TestContext.Current.TestOutputHelper?.WriteLine(summary);
    }
}
