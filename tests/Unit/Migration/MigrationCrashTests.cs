using EmrSim.Core.Migration;
using EmrSim.Core.Postgres;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Migration;

/// <summary>M44: whatever ends a migration before its commit, PostgreSQL has nothing of it, and the next run works.</summary>
[NotUnderWine("PostgreSQL runs on Linux there")]
public sealed class MigrationCrashTests
{
    private const int Kills = 100;
    private const int Rows = 4000;
    private const int LatestMilliseconds = 700;

    private const string Schema =
        "CREATE TABLE p(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE); CREATE TABLE c(id INTEGER PRIMARY KEY, p INTEGER REFERENCES p(id), x TEXT); CREATE INDEX c_x ON c(x);" +
        "CREATE VIEW v AS SELECT id, name FROM p;";

    /// <summary>What a migration of <see cref="Make"/> says of itself, phase by phase.</summary>
    internal static readonly string[] Phases =
        ["Looking at the server", "Tables", "Copying p", "Copying c", "Keys", "Indexes", "ForeignKeys", "Validate", "Gathering statistics", "Proving p", "Proving c"];

    [Fact]
    public async Task M44_A_kill_at_any_instant_leaves_nothing_or_everything()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        using MigrationFixture fixture = Make();
        long empty = fixture.Objects;
        int nothing = 0, everything = 0, after = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            string where = $"kill {kill} of seed {seed}";
            using PostgresDatabase target = PostgresCluster.Require().CreateDatabase();
            using (OtherProcess migration = OtherProcess.Start("migrate", fixture.Source, target.ConnectionString))
            {
                if (migration.ReadLine() is not null) after++;
                Thread.Sleep(random.Next(LatestMilliseconds));
                migration.Kill();
            }

            // The server may still be committing, or rolling back, for its client that is gone.
            WaitUntilAlone(target);
            long objects = (long)target.Scalar(MigrationFixture.CountObjects)!;
            if (objects == empty)
            {
                nothing++;
                if (kill % 10 == 0) await fixture.PassAsync(fixture.Request with { Target = PostgresTarget.Parse(target.ConnectionString) });
            }
            else
            {
                everything++;
                Assert.True(Rows == (long)target.Scalar("SELECT count(*) FROM c WHERE p IS NOT NULL")!, where);
                Assert.True(objects > empty + 5, where);
            }
        }

        // A kill that never hits anything proves nothing.
        Assert.InRange(nothing, Kills / 4, Kills);
        Assert.Equal(Kills, after);
        Assert.Equal(Kills, nothing + everything);
    }

    [Fact]
    public async Task M44_A_stop_in_any_phase_leaves_nothing_and_the_next_run_works()
    {
        using MigrationFixture fixture = Make();
        long empty = fixture.Objects;
        foreach (string phase in Phases)
        {
            using var stop = new CancellationTokenSource();
            var at = new ProgressAt(phase, stop.Cancel);

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.RunAsync(progress: at, token: stop.Token));

            Assert.True(at.Reached, phase);
            Assert.Equal(empty, fixture.Objects);
        }

        await fixture.PassAsync();
    }

    [Fact]
    public async Task M44_A_connection_that_is_cut_in_any_phase_is_an_error_of_its_own_and_leaves_nothing()
    {
        using MigrationFixture fixture = Make();
        long empty = fixture.Objects;
        foreach (string phase in Phases)
        {
            using var proxy = new TcpProxy(PostgresCluster.Require().Port);
            var at = new ProgressAt(phase, () => proxy.Upstream = static (_, _) => false);
            MigrationRequest request = fixture.Request with { Target = PostgresTarget.Parse(fixture.Database.UriAt(proxy.Port)) };

            EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => fixture.RunAsync(request, at));

            Assert.True(at.Reached, phase);
            Assert.True(error.ErrorCode is ErrorCode.PostgresConnectionLost or ErrorCode.PostgresUnreachable, $"{phase}: {error.ErrorCode} {error.Message}");
            Assert.Equal(empty, fixture.Objects);
        }

        await fixture.PassAsync();
    }

    [Fact]
    public async Task M44_An_answer_to_the_commit_that_is_lost_is_asked_for_again()
    {
        using MigrationFixture fixture = Make();
        using var proxy = new TcpProxy(PostgresCluster.Require().Port);
        bool committing = false, cut = false;
        proxy.Upstream = (bytes, _) =>
        {
            // The request passes; what the server answers does not.
            committing |= bytes.AsSpan().IndexOf("COMMIT\0"u8) >= 0;
            return true;
        };
        proxy.Downstream = (_, _) =>
        {
            if (!committing || cut) return true;
            cut = true;
            return false;
        };

        await fixture.PassAsync(fixture.Request with { Target = PostgresTarget.Parse(fixture.Database.UriAt(proxy.Port)) });

        Assert.True(cut);
        Assert.Equal((long)Rows, fixture.Ask("SELECT count(*) FROM c"));
    }

    /// <summary>Two tables of a few thousand rows, keys, an index and a view.</summary>
    internal static MigrationFixture Make() => new MigrationFixture().With(
        $"PRAGMA foreign_keys=OFF; {Schema} INSERT INTO p(name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT 'p' || i FROM n;" +
        $"INSERT INTO c(p, x) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Rows}) SELECT 1 + i % 500, hex(randomblob(50)) FROM n");

    private static void WaitUntilAlone(PostgresDatabase database) => Wait.Until(
        () => (long)database.Scalar("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'")! == 0,
        "the server has noticed");
}
