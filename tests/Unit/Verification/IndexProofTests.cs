using System.Text.RegularExpressions;
using CsCheck;
using EmrSim.Tests.Support;
using EmrSim.Tests.Verification.Support;

namespace EmrSim.Tests.Verification;

/// <summary>
/// The promise of docs/adr/0003, on random databases. CsCheck prints the seed and the script of a failing case; the environment variable
/// CsCheck_Seed repeats it, and EMRSIM_HUNT multiplies the number of cases.
/// </summary>
[NotUnderWine("it computes alone, alike on every system, and is slow there")]
public sealed partial class IndexProofTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private int _proved;
    private int _faults;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sound_databases_of_any_shape_pass()
    {
        long cases = Iterations(400);
        GeneratedDatabase.Any.Sample(
            generated =>
            {
                string path = Create(generated, out _);
                EmrBackupCheck byProof = Judges.Ours(path), bySqlite = Judges.Ours(path, bySqliteAlone: true);
                // In UTF-16 SQLite itself finds fault with computed columns over text that is no UTF-16, straight after it has written them.
                if (Judges.Sqlite(path) == "ok" || !generated.Pragmas.Contains("UTF-16", StringComparison.Ordinal))
                {
                    Assert.True(byProof.Outcome == EmrOutcome.Passed, byProof.Detail);
                    Assert.True(bySqlite.Outcome == EmrOutcome.Passed, bySqlite.Detail);
                }

                if (Proved().IsMatch(byProof.Detail!)) Interlocked.Increment(ref _proved);
                File.Delete(path);
            },
            iter: cases);

        Assert.True(_proved > cases / 10, $"only {_proved} of {cases} databases had an index that was proved");
    }

    [Fact]
    public void B15_Whatever_integrity_check_finds_in_damaged_pages_is_found() =>
        Compare(
            Gen.Select(GeneratedDatabase.Any, PageDamage.Any.Array[1, 2].Array[12]),
            (path, sound, damage) =>
            {
                int pageSize = PageDamage.PageSize(sound);
                File.WriteAllBytes(path, damage.Aggregate(sound.ToArray(), (file, d) => d.Apply(file, pageSize)));
            });

    [Fact]
    public void B15_Whatever_integrity_check_finds_where_schema_and_trees_disagree_is_found() =>
        Compare(
            GeneratedDatabase.Any.SelectMany(g => SchemaDamage.Of(g).Array[6].Select(d => (g, d))),
            (path, sound, damage) =>
            {
                File.WriteAllBytes(path, sound);
                SchemaDamage.Apply(path, damage);
            });

    private void Compare<T>(Gen<(GeneratedDatabase Database, T[][] Damages)> cases, Action<string, byte[], T[]> damageFile)
    {
        long count = Iterations(150);
        cases.Sample(
            (generated, damages) =>
            {
                string path = Create(generated, out byte[] sound);
                foreach (T[] damage in damages)
                {
                    damageFile(path, sound, damage);
                    Compare(path, string.Join("; ", damage));
                }

                File.Delete(path);
            },
            iter: count);

        Assert.True(_faults > count, $"only {_faults} faults in {count} databases");
    }

    // Ours first: the other connection may write, where a damaged header says that there is a log.
    private void Compare(string path, string damage)
    {
        EmrBackupCheck ours = Judges.Ours(path);
        string theirs = Judges.Sqlite(path);
        if (theirs == "ok") return;
        Interlocked.Increment(ref _faults);
        Assert.True(ours.Outcome != EmrOutcome.Passed, $"Passed, {ours.Detail}, but integrity_check says: {theirs}\nafter {damage}");
    }

    private string Create(GeneratedDatabase generated, out byte[] content)
    {
        string path = _folder.File(Guid.NewGuid().ToString("N") + ".db");
        generated.Create(path);
        content = File.ReadAllBytes(path);
        return path;
    }

    private static long Iterations(long usual) =>
        usual * (long.TryParse(Environment.GetEnvironmentVariable("EMRSIM_HUNT"), out long times) ? times : 1);

    [GeneratedRegex(" [1-9][0-9]* indexes proved ")]
    private static partial Regex Proved();
}
