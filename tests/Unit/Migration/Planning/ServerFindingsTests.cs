using EmrSim.Core.Migration.Planning;
using EmrSim.Core.Postgres;
using EmrSim.Tests.Migration.Planning.Support;
using EmrSim.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmrSim.Tests.Migration.Planning;

/// <summary>M42, M43: plans for a server.</summary>
public sealed class ServerFindingsTests
{
    [Fact]
    [NotUnderWine("It needs PostgreSQL.")]
    public async Task A_server_that_can_take_it_changes_nothing_but_the_target()
    {
        using var source = new PlanSource("CREATE TABLE t(a TEXT PRIMARY KEY)") { Schema = "fresh" };
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();

        EmrMigrationPlan plan = await PlanAsync(source, database);

        Assert.Equal(source.Plan().Hash, plan.Hash);
        Assert.Equal(source.Plan().Findings, plan.Findings);
        Assert.Contains(database.Name, plan.Target);
        Assert.DoesNotContain(database.Password, plan.Target);
        Assert.Null(database.Scalar("SELECT nspname FROM pg_namespace WHERE nspname = 'fresh'"));
    }

    [Fact]
    [NotUnderWine("It needs PostgreSQL.")]
    public async Task What_a_server_lacks_is_a_finding_and_does_not_change_the_hash()
    {
        using var source = new PlanSource("CREATE TABLE t(a TEXT PRIMARY KEY)") { Schema = "used" };
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        database.Run("CREATE SCHEMA used; CREATE TABLE used.theirs(a int)");

        EmrMigrationPlan plan = await PlanAsync(source, database);

        EmrFinding found = plan.OnlyFound("TargetNotEmpty");
        Assert.Equal(EmrSeverity.Warning, found.Severity);
        Assert.Contains("theirs", found.Message);
        Assert.Equal(source.Plan().Hash, plan.Hash);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_an_error()
    {
        using var source = new PlanSource("CREATE TABLE t(a TEXT PRIMARY KEY)");

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => new MigrationPlanner(NullLoggerFactory.Instance).PlanAsync(
            source.Request, PostgresTarget.Parse($"postgres://me@127.0.0.1:{FreePort.Take()}/db"), null, null, CancellationToken.None));

        Assert.Equal(ErrorCode.PostgresUnreachable, error.ErrorCode);
    }

    private static Task<EmrMigrationPlan> PlanAsync(PlanSource source, PostgresDatabase database) =>
        new MigrationPlanner(NullLoggerFactory.Instance).PlanAsync(source.Request, PostgresTarget.Parse(database.Uri), null, null, CancellationToken.None);
}
