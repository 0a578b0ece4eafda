using EmrSim.Core.Migration;
using EmrSim.Core.Postgres;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Migration;

/// <summary>The target as one transaction.</summary>
[NotUnderWine("PostgreSQL is a program of Linux here.")]
public sealed class MigrationTargetTests
{
    [Fact]
    public async Task M43_Limits_of_time_that_a_role_is_given_do_not_end_a_migration()
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        database.Run($"ALTER ROLE {database.User} SET statement_timeout TO '100ms'; ALTER ROLE {database.User} SET idle_in_transaction_session_timeout TO '100ms'");
        var address = PostgresTarget.Parse(database.Uri);
        await using PostgresSession session = await PostgresSession.OpenAsync(address, default);
        await using MigrationTarget target = await MigrationTarget.BeginAsync(session, address, "public", rehearse: false, default);
        await session.ExecuteAsync("CREATE TABLE t AS SELECT 1 AS a FROM pg_catalog.pg_sleep(0.5)", default);
        await Task.Delay(500);
        await target.CommitAsync(default);
        database.Run("SET statement_timeout TO 0");
        Assert.Equal(1L, database.Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task M42_Of_two_migrations_into_one_schema_the_second_is_refused()
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        var address = PostgresTarget.Parse(database.Uri);
        await using PostgresSession first = await PostgresSession.OpenAsync(address, default), second = await PostgresSession.OpenAsync(address, default);
        await using MigrationTarget target = await MigrationTarget.BeginAsync(first, address, "public", rehearse: false, default);
        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => MigrationTarget.BeginAsync(second, address, "public", rehearse: false, default));
        Assert.Equal(ErrorCode.TargetLocked, error.ErrorCode);
        await using MigrationTarget elsewhere = await MigrationTarget.BeginAsync(second, address, "another", rehearse: false, default);
    }
}
