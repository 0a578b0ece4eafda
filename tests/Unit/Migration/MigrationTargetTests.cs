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
        await using MigrationTarget target = await MigrationTarget.BeginAsync(session, address, "public", [], rehearse: false, default);
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
        await using MigrationTarget target = await MigrationTarget.BeginAsync(first, address, "public", [], rehearse: false, default);
        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => MigrationTarget.BeginAsync(second, address, "public", [], rehearse: false, default));
        Assert.Equal(ErrorCode.TargetLocked, error.ErrorCode);
        await using MigrationTarget elsewhere = await MigrationTarget.BeginAsync(second, address, "another", [], rehearse: false, default);
    }

    [Fact]
    public async Task A_commit_is_on_the_disk_whatever_the_database_is_set_to()
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        database.Run($"ALTER DATABASE {database.Name} SET synchronous_commit TO off");
        var address = PostgresTarget.Parse(database.Uri);
        await using PostgresSession session = await PostgresSession.OpenAsync(address, default);
        await using MigrationTarget target = await MigrationTarget.BeginAsync(session, address, "public", [], rehearse: false, default);
        Assert.Equal("on", await session.ScalarAsync<string>("SHOW synchronous_commit", default));
    }

    [Fact]
    public async Task M44_A_commit_that_waits_for_a_replica_after_its_answer_was_lost_is_neither_taken_for_done_nor_for_failed()
    {
        using PostgresCluster cluster = PostgresCluster.Start();
        using PostgresDatabase database = cluster.CreateDatabase();
        using var proxy = new TcpProxy(cluster.Port);
        var address = PostgresTarget.Parse(database.UriAt(proxy.Port));
        await using PostgresSession session = await PostgresSession.OpenAsync(address, default);
        await using MigrationTarget target = await MigrationTarget.BeginAsync(session, address, "public", [], rehearse: false, default, TimeSpan.FromSeconds(1));
        await session.ExecuteAsync("CREATE TABLE t(a int)", default);
        Replica("nobody");
        Wait.Until(
            () =>
            {
                // The setting takes a moment to be known everywhere.
                _ = Task.Run(() => PostgresCluster.Execute(cluster.Superuser, "SELECT pg_logical_emit_message(true, '', '')"));
                return Waiting("postgres") > 0;
            },
            "commits wait for the replica");
        Task commit = target.CommitAsync(default);
        Wait.Until(() => Waiting(database.Name) == 1, "this commit waits for the replica");
        proxy.Cut();

        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => commit);
        Assert.Equal(ErrorCode.CommitUnknown, error.ErrorCode);
        Assert.Contains("txid_status", error.Message, StringComparison.Ordinal);
        Replica("");
        Wait.Until(() => database.Scalar("SELECT to_regclass('t')::text") is not null, "it is committed after all");

        long Waiting(string name) => (long)PostgresCluster.Scalar(cluster.Superuser, $"SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND datname = '{name}'")!;

        void Replica(string name)
        {
            PostgresCluster.Execute(cluster.Superuser, $"ALTER SYSTEM SET synchronous_standby_names = '{name}'");
            PostgresCluster.Execute(cluster.Superuser, "SELECT pg_reload_conf()");
        }
    }
}
