using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EmrSim.Core.Progress;
using EmrSim.Core.Samples;
using EmrSim.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmrSim.Tests.Samples;

/// <summary>What New-EmrSampleDatabase promises.</summary>
[NotUnderWine("it computes alone, alike on every system, and is slow there")]
public sealed class SampleDatabaseTests : IDisposable
{
    private const string AllRows =
        "SELECT 'p', * FROM personas UNION ALL SELECT 'c', scenario_id, title, region, difficulty, setting, tags_json, scenario_json, created_at || updated_at " +
        "FROM scenarios";

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task The_same_seed_gives_the_same_rows_in_any_culture()
    {
        string here = await MakeAsync("here.db", 3_000);
        CultureInfo before = CultureInfo.CurrentCulture;
        string[] others = ["tr-TR", "ar-SA", "th-TH", "fa-IR"];
        foreach (string culture in others)
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            try
            {
                Assert.Equal(Rows(here), Rows(await MakeAsync(culture + ".db", 3_000)));
            }
            finally
            {
                CultureInfo.CurrentCulture = before;
            }
        }
    }

    [Fact]
    public async Task Rows_stay_the_same_from_version_to_version()
    {
        // Figures and rehearsals of different versions are compared; whoever changes the rows changes this digest knowingly.
        string path = await MakeAsync("app.db", 500);

        string digest = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Rows(path)))));

        Assert.StartsWith("EB7CE91570E34C3DC7B86D795A8019455DABA4B175EEBE0610", digest);
    }

    [Fact]
    public async Task Another_seed_gives_other_rows() =>
        Assert.Empty(Rows(await MakeAsync("one.db", 200, seed: 1)).Intersect(Rows(await MakeAsync("two.db", 200, seed: 2))));

    [Fact]
    public async Task A_larger_sample_begins_with_the_smaller_one()
    {
        string small = await MakeAsync("small.db", 200);
        string large = await MakeAsync("large.db", 2_000);

        Assert.Empty(Turns(small).Except(Turns(large)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_001)]
    public async Task It_has_as_many_turns_as_were_asked_for_and_all_belong_to_sessions(long turns)
    {
        string path = await MakeAsync("app.db", turns);

        Assert.Equal(turns, TestDatabase.Scalar(path, "SELECT count(*) FROM turns"));
        Assert.Equal(0L, TestDatabase.Scalar(path, "SELECT count(*) FROM turns WHERE session_id NOT IN (SELECT id FROM sessions)"));
        Assert.Equal(0L, TestDatabase.Scalar(path, "SELECT count(*) FROM sessions WHERE persona_id NOT IN (SELECT id FROM personas)"));
        Assert.Equal("ok", TestDatabase.Scalar(path, "PRAGMA integrity_check"));
        Assert.Equal("wal", TestDatabase.Scalar(path, "PRAGMA journal_mode"));
    }

    [Theory]
    [InlineData("SELECT count(*) FROM turns WHERE created_at LIKE '____-__-__ __:__:__'")]
    [InlineData("SELECT count(*) FROM turns WHERE created_at LIKE '____-__-__T__:__:__.___Z'")]
    [InlineData("SELECT count(*) FROM turns WHERE fingerprint IS NULL")]
    [InlineData("SELECT count(*) FROM turns WHERE timings_json IS NULL")]
    [InlineData("SELECT count(*) FROM turns WHERE json_valid(timings_json)")]
    [InlineData("SELECT count(*) FROM turns WHERE text GLOB '*[^ -~]*' AND length(text) < length(CAST(text AS BLOB))")]
    [InlineData("SELECT count(*) FROM turns WHERE text LIKE '%' || char(10) || '%'")]
    [InlineData("SELECT count(*) FROM turns WHERE text = ''")]
    [InlineData("SELECT count(*) FROM turns WHERE text = '\\N'")]
    [InlineData("SELECT count(*) FROM turns WHERE unicode(text) > 65535")]
    [InlineData("SELECT count(*) FROM sessions WHERE json_valid(sps_gate_json)")]
    [InlineData("SELECT count(*) FROM sessions WHERE ended_at IS NULL")]
    public async Task It_holds_what_real_data_hold(string count) =>
        Assert.NotEqual(0L, TestDatabase.Scalar(await MakeAsync("app.db", 20_000), count));

    [Theory]
    [InlineData("SELECT count(*) FROM turns WHERE length(id) <> 21 OR id GLOB '*[^0-9A-Za-z_-]*'")]
    [InlineData("SELECT count(*) - count(DISTINCT id) FROM turns")]
    [InlineData("SELECT count(*) FROM turns WHERE datetime(created_at) IS NULL")]
    [InlineData("SELECT count(*) FROM scenarios WHERE NOT json_valid(tags_json) OR NOT json_valid(scenario_json)")]
    [InlineData("SELECT count(*) FROM sessions WHERE datetime(ended_at) < datetime(started_at)")]
    public async Task It_holds_nothing_that_the_application_would_not_write(string count) =>
        Assert.Equal(0L, TestDatabase.Scalar(await MakeAsync("app.db", 5_000), count));

    [Fact]
    public async Task An_existing_file_stays_as_it_is_unless_it_may_be_replaced()
    {
        string path = await MakeAsync("app.db", 10);
        byte[] before = File.ReadAllBytes(path);

        EmrSimException refusal = await Assert.ThrowsAsync<EmrSimException>(() => MakeAsync("app.db", 20));

        Assert.Equal(ErrorCode.TargetExists, refusal.ErrorCode);
        Assert.Equal(before, File.ReadAllBytes(path));
        await MakeAsync("app.db", 20, overwrite: true);
        Assert.Equal(20L, TestDatabase.Scalar(path, "SELECT count(*) FROM turns"));
    }

    [Fact]
    public async Task A_folder_is_never_replaced()
    {
        Directory.CreateDirectory(_folder.File("app.db"));

        EmrSimException refusal = await Assert.ThrowsAsync<EmrSimException>(() => MakeAsync("app.db", 10, overwrite: true));

        Assert.Equal(ErrorCode.TargetExists, refusal.ErrorCode);
    }

    [Fact]
    public async Task A_database_that_is_in_use_is_not_replaced_even_when_asked()
    {
        string path = TestDatabase.Create(_folder.File("app.db"), rows: 10);
        using SqliteConnection writer = TestDatabase.Open(path);
        TestDatabase.AddPatients(writer, 5);

        EmrSimException refusal = await Assert.ThrowsAsync<EmrSimException>(() => MakeAsync("app.db", 10, overwrite: true));

        Assert.Equal(ErrorCode.TargetExists, refusal.ErrorCode);
        Assert.Equal(15L, TestDatabase.Scalar(writer, "SELECT count(*) FROM patients"));
    }

    [Fact]
    public async Task A_stop_leaves_nothing()
    {
        using var stop = new CancellationTokenSource();
        var progress = new StopAt(stop);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new SampleEngine(NullLoggerFactory.Instance)
            .CreateAsync(new SampleRequest(_folder.File("app.db"), 3_000_000, 1, false), progress, stop.Token));

        Assert.Empty(_folder.Files());
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> MakeAsync(string name, long turns, int seed = 1, bool overwrite = false) =>
        (await new SampleEngine(NullLoggerFactory.Instance).CreateAsync(new SampleRequest(_folder.File(name), turns, seed, overwrite), null, default)).FullName;

    private static List<string> Turns(string path) => Read(path, "SELECT * FROM turns");

    private static List<string> Rows(string path) => [.. Turns(path), .. Read(path, "SELECT * FROM sessions"), .. Read(path, AllRows)];

    private static List<string> Read(string path, string query)
    {
        using SqliteConnection connection = TestDatabase.Open(path);
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = query;
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "∅" : reader.GetValue(i).ToString())));
        }

        return rows;
    }

    private sealed class StopAt(CancellationTokenSource stop) : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value) => stop.Cancel();
    }
}
