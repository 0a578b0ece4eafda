using System.Globalization;
using EmrSim.Core.Progress;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Samples;

/// <summary>Fills a database with personas, scenarios, sessions and turns. The n-th of each is the same whatever comes after it.</summary>
internal sealed class SampleWriter(SqliteDatabase database, int seed, ProgressMeter meter, CancellationToken token)
{
    private const int Personas = 40;
    private const int Scenarios = 60;
    private const int MinutesBetweenSessions = 10;
    private const int ShortestSession = 8;
    private const int SessionSpread = 26;
    private const int FingerprintDigits = 32;
    private const int RowsPerReport = 1_000;
    private static readonly DateTime s_first = new(2024, 1, 1, 8, 0, 0, DateTimeKind.Utc);
    private static readonly string[] s_phases = ["gate", "interview", "examination", "summary"];

    private readonly ChatText _chat = new();
    private readonly List<string> _personas = [];
    private readonly List<string> _scenarios = [];

    /// <summary>Writes all rows.</summary>
    internal void Write(long turns)
    {
        WritePersonas();
        WriteScenarios();
        using var sessionInsert = new SqliteInsert(database, "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        using var turnInsert = new SqliteInsert(database, "INSERT INTO turns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        long written = 0;
        for (long session = 0; written < turns; session++)
        {
            SampleRandom random = SampleRandom.For(seed, 's', session);
            DateTime at = s_first.AddMinutes(session * MinutesBetweenSessions).AddMilliseconds(random.Below(60_000));
            string id = WriteSession(sessionInsert, ref random, at);
            long last = Math.Min(turns, written + ShortestSession + random.Below(SessionSpread));
            for (bool student = true; written < last; written++, student = !student)
            {
                at = at.AddMilliseconds(3_000 + random.Below(40_000));
                WriteTurn(turnInsert, ref random, id, student, at);
                if (written % RowsPerReport != 0) continue;
                token.ThrowIfCancellationRequested();
                meter.Report(written);
            }
        }
    }

    private void WritePersonas()
    {
        using var insert = new SqliteInsert(database, "INSERT INTO personas VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        for (int i = 0; i < Personas; i++)
        {
            SampleRandom random = SampleRandom.For(seed, 'p', i);
            string id = random.Id();
            _personas.Add(id);
            insert.Run(
                id,
                string.Create(CultureInfo.InvariantCulture, $"Patient {i + 1}"),
                random.OneIn(5) ? null : $"{random.Of(Vocabulary.Complaints)}, {random.Of(Vocabulary.Regions)}",
                random.OneIn(8) ? (long?)null : 18L + random.Below(70),
                random.Of(["female", "male", "diverse", null]),
                _chat.Answer(ref random),
                random.Of(["calm", "anxious", "curt", "cheerful", null]),
                random.OneIn(2) ? null : "{{mood}}: {{answer}}");
        }
    }

    private void WriteScenarios()
    {
        using var insert = new SqliteInsert(database, "INSERT INTO scenarios VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        for (int i = 0; i < Scenarios; i++)
        {
            SampleRandom random = SampleRandom.For(seed, 'c', i);
            string id = string.Create(CultureInfo.InvariantCulture, $"scenario-{i + 1:000}");
            string region = random.Of(Vocabulary.Regions);
            DateTime created = s_first.AddDays(-random.Below(200));
            _scenarios.Add(id);
            insert.Run(
                id,
                $"{random.Of(Vocabulary.Complaints)} in the {region}",
                region,
                random.Of(["easy", "moderate", "hard", null]),
                random.Of(["outpatient", "ward", "télémédecine", null]),
                random.OneIn(3) ? "[]" : $$"""["{{region}}","{{random.Of(s_phases)}}"]""",
                random.OneIn(6) ? null : $$"""{"goal":"{{random.Of(Vocabulary.Feelings)}}","redFlags":[{{random.Below(9)}},{{random.Below(9)}}],"ok":true,"next":null}""",
                Stamp(created, iso: false),
                Stamp(created.AddDays(random.Below(100)), iso: true));
        }
    }

    private string WriteSession(SqliteInsert insert, ref SampleRandom random, DateTime at)
    {
        string id = random.Id();
        bool structured = random.OneIn(3);
        insert.Run(
            id,
            random.Of(_personas),
            random.Of(["text", "voice"]),
            Stamp(at, iso: random.OneIn(2)),
            random.OneIn(10) ? null : Stamp(at.AddMinutes(5 + random.Below(30)), iso: true),
            structured ? random.Hex(24) : null,
            structured ? random.Of(_scenarios) : null,
            structured ? random.Of(s_phases) : null,
            structured ? $$"""{"open":{{(random.OneIn(2) ? "true" : "false")}},"score":{{random.Below(100)}},"missing":[]}""" : null);
        return id;
    }

    private void WriteTurn(SqliteInsert insert, ref SampleRandom random, string session, bool student, DateTime at) => insert.Run(
        random.Id(),
        session,
        student ? "user" : "assistant",
        student ? _chat.Question(ref random) : _chat.Answer(ref random),
        Stamp(at, iso: !random.OneIn(4)),
        random.OneIn(3) ? 400L + random.Below(20_000) : (long?)null,
        student ? (long?)null : 50L + random.Below(3_000),
        student ? (long?)null : 5L + random.Below(400),
        student ? null : $$"""{"firstTokenMs":{{80 + random.Below(900)}},"totalMs":{{900 + random.Below(9_000)}}}""",
        random.OneIn(20) ? null : random.Hex(FingerprintDigits));

    // CURRENT_TIMESTAMP writes the one form, the application's code the other; both are UTC.
    private static string Stamp(DateTime at, bool iso) =>
        at.ToString(iso ? "yyyy-MM-dd'T'HH:mm:ss.fff'Z'" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
