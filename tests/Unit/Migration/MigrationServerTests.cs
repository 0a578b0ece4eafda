using EmrSim.Core.Migration;
using EmrSim.Core.Postgres;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Migration;

/// <summary>M44: servers that go, or that have no room, in the middle of a migration.</summary>
[NotUnderWine("PostgreSQL runs on Linux there")]
public sealed class MigrationServerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task M44_A_server_that_is_restarted_in_any_phase_has_nothing_of_it_and_takes_the_next_run(bool crash)
    {
        using PostgresCluster cluster = PostgresCluster.Start();
        using PostgresDatabase database = cluster.CreateDatabase();
        using MigrationFixture fixture = MigrationCrashTests.Make();
        MigrationRequest request = fixture.Request with { Target = PostgresTarget.Parse(database.Uri) };
        object empty = database.Scalar(MigrationFixture.CountObjects)!;
        foreach (string phase in MigrationCrashTests.Phases)
        {
            var at = new ProgressAt(phase, () => cluster.Stop(crash));

            EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => fixture.RunAsync(request, at));

            Assert.True(at.Reached, phase);
            Assert.True(error.ErrorCode is ErrorCode.PostgresConnectionLost or ErrorCode.PostgresUnreachable, $"{phase}: {error.ErrorCode} {error.Message}");
            cluster.Restart();
            Assert.Equal(empty, database.Scalar(MigrationFixture.CountObjects));
        }

        await fixture.PassAsync(request);
    }

    [Theory]
    [InlineData("transaction")]
    [InlineData("session")]
    public async Task M43_It_goes_through_PgBouncer_and_says_that_one_stands_in_between(string mode)
    {
        using MigrationFixture fixture = MigrationCrashTests.Make();
        using PgBouncerProcess bouncer = PgBouncerProcess.Start(fixture.Database, mode);

        EmrMigration migration = await fixture.PassAsync(fixture.Request with { Target = PostgresTarget.Parse(bouncer.Uri) });

        Assert.Contains(migration.Findings, f => f.Id == "PoolerInBetween");
    }

    [Fact]
    public async Task M44_A_disk_of_the_server_that_fills_up_is_an_error_of_its_own_and_is_free_again_afterwards()
    {
        using PostgresCluster cluster = PostgresCluster.Start();
        using SmallDisk disk = SmallDisk.Mount(Path.Combine(cluster.Folder, "small"), 24);
        string space = Path.Combine(disk.Path, "space");
        using PostgresDatabase database = cluster.CreateDatabase();
        Directory.CreateDirectory(space);
        SmallDisk.GiveTo("postgres", disk.Path);
        PostgresCluster.Execute(cluster.Superuser, $"CREATE TABLESPACE small LOCATION '{space}'");
        PostgresCluster.Execute(cluster.Superuser, $"ALTER DATABASE {database.Name} SET TABLESPACE small");
        using MigrationFixture fixture = new MigrationFixture().With(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, x BLOB); INSERT INTO t(x) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) SELECT randomblob(3000) FROM n");
        MigrationRequest request = fixture.Request with { Target = PostgresTarget.Parse(database.Uri) };
        object empty = database.Scalar(MigrationFixture.CountObjects)!;

        EmrSimException error = await fixture.FailAsync(request);

        Assert.Equal(ErrorCode.PostgresDiskFull, error.ErrorCode);
        Assert.Equal(empty, database.Scalar(MigrationFixture.CountObjects));
        fixture.With("DELETE FROM t WHERE id > 1000");
        await fixture.PassAsync(request);
        database.Dispose();
        PostgresCluster.Execute(cluster.Superuser, "DROP TABLESPACE small");
    }
}
