using EmrSim.Core.Postgres;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Postgres;

/// <summary>M42 and M43: what a server must be before a database is moved to it.</summary>
[NotUnderWine("PostgreSQL is a program of Linux here.")]
public sealed class PostgresPreflightTests
{
    [Theory]
    [InlineData("public")]
    [InlineData("not_there_yet")]
    public async Task An_empty_database_of_an_ordinary_role_is_good(string schema)
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        Assert.Empty(await CheckAsync(database.Uri, schema));
    }

    [Theory]
    [InlineData("SQL_ASCII")]
    [InlineData("LATIN1")]
    public async Task Another_encoding_than_UTF8_is_refused(string encoding)
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase(encoding);
        Assert.Contains(encoding, (await RefuseAsync(ErrorCode.PostgresNotUtf8, database.Uri)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CREATE TABLE here(a int)")]
    [InlineData("CREATE VIEW here AS SELECT 1 AS a")]
    [InlineData("CREATE MATERIALIZED VIEW here AS SELECT 1 AS a")]
    [InlineData("CREATE SEQUENCE here")]
    [InlineData("CREATE TYPE here AS (a int)")]
    [InlineData("CREATE TYPE here AS ENUM ('a')")]
    public async Task A_schema_that_holds_anything_is_refused_and_left_alone(string ddl)
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        database.Run(ddl);
        EmrSimException error = await RefuseAsync(ErrorCode.TargetNotEmpty, database.Uri);
        Assert.Contains("here", error.Message, StringComparison.Ordinal);
        Assert.Equal(true, database.Scalar("SELECT EXISTS (SELECT FROM pg_class WHERE relname = 'here') OR EXISTS (SELECT FROM pg_type WHERE typname = 'here')"));
        Assert.Empty(await CheckAsync(database.Uri, "another"));
    }

    [Fact]
    public async Task Of_many_objects_five_are_named_and_an_extension_s_are_none()
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        database.RunAsSuperuser("CREATE TABLE theirs(a int); ALTER EXTENSION plpgsql ADD TABLE theirs");
        Assert.Empty(await CheckAsync(database.Uri, "public"));
        database.Run("CREATE TABLE a(x int); CREATE TABLE b(x int); CREATE TABLE c(x int); CREATE TABLE d(x int); CREATE TABLE e(x int); CREATE TABLE f(x int); CREATE TABLE g(x int)");
        Assert.Contains("it holds a, b, c, d, e and 2 more", (await RefuseAsync(ErrorCode.TargetNotEmpty, database.Uri)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_may_make_nothing_is_told_what_to_ask_for()
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase(), other = database.Cluster.CreateDatabase();
        other.RunAsSuperuser("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
        string uri = database.UriOf(other);
        Assert.Contains($"GRANT USAGE, CREATE ON SCHEMA \"public\" TO \"{database.User}\"", (await RefuseAsync(ErrorCode.PostgresAccessDenied, uri)).Message, StringComparison.Ordinal);
        Assert.Contains("CREATE SCHEMA \"new\" AUTHORIZATION", (await RefuseAsync(ErrorCode.PostgresAccessDenied, uri, "new")).Message, StringComparison.Ordinal);
        other.RunAsSuperuser($"GRANT USAGE, CREATE ON SCHEMA public TO {database.User}");
        Assert.Empty(await CheckAsync(uri, "public"));
    }

    [Fact]
    public async Task A_role_that_may_only_read_is_refused()
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        database.Run($"ALTER ROLE {database.User} SET default_transaction_read_only TO on");
        await RefuseAsync(ErrorCode.PostgresReadOnly, database.Uri);
    }

    [Theory]
    [InlineData("transaction")]
    [InlineData("session")]
    public async Task A_PgBouncer_in_between_is_noticed(string mode)
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        using PgBouncerProcess bouncer = PgBouncerProcess.Start(database, mode);
        EmrFinding finding = Assert.Single(await CheckAsync(bouncer.Uri, "public"));
        Assert.Equal(("PoolerInBetween", EmrSeverity.Information), (finding.Id, finding.Severity));
    }

    [Theory]
    [InlineData("transaction")]
    [InlineData("session")]
    public async Task A_transaction_with_copies_goes_through_PgBouncer(string mode)
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        using PgBouncerProcess bouncer = PgBouncerProcess.Start(database, mode);
        await using (PostgresSession session = await PostgresSession.OpenAsync(PostgresTarget.Parse(bouncer.Uri), default))
        {
            await session.ExecuteAsync("BEGIN", default);
            await session.PrepareTransactionAsync(default);
            await session.ExecuteAsync("CREATE TABLE t(a int)", default);
            await using CopyIn copy = await session.CopyInAsync("COPY t FROM STDIN (FORMAT binary)", default);
            copy.Write([0, 1, 0, 0, 0, 4, 0, 0, 0, 42]);
            await copy.CompleteAsync();
            Assert.Single((await PostgresCatalog.ReadAsync(session, "public", default)).Tables);
            await session.ExecuteAsync("COMMIT", default);
        }

        Assert.Equal(42, database.Scalar("SELECT a FROM t"));
    }

    private static async Task<IReadOnlyList<EmrFinding>> CheckAsync(string uri, string schema)
    {
        await using PostgresSession session = await PostgresSession.OpenAsync(PostgresTarget.Parse(uri), default);
        return await PostgresPreflight.CheckAsync(session, schema, default);
    }

    private static async Task<EmrSimException> RefuseAsync(ErrorCode code, string uri, string schema = "public")
    {
        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => CheckAsync(uri, schema));
        Assert.Equal(code, error.ErrorCode);
        return error;
    }
}
