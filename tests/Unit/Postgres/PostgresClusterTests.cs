using System.Diagnostics;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Postgres;

/// <summary>The cluster that the other tests rely on.</summary>
[NotUnderWine("PostgreSQL is a program of Linux here.")]
public sealed class PostgresClusterTests
{
    [Fact]
    public void The_owner_of_a_database_is_no_superuser_and_may_make_tables_in_it()
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        database.Run("CREATE TABLE t(a int); INSERT INTO t VALUES (42)");
        Assert.Equal(42, database.Scalar("SELECT a FROM t"));
        Assert.Equal(false, database.Scalar("SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = current_user"));
    }

    [Theory]
    [InlineData("UTF8")]
    [InlineData("SQL_ASCII")]
    [InlineData("LATIN1")]
    public void A_database_has_the_encoding_that_was_asked_for(string encoding)
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase(encoding);
        Assert.Equal(encoding, database.Scalar("SHOW server_encoding"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_that_was_stopped_comes_back_with_its_data(bool kill)
    {
        using PostgresCluster cluster = PostgresCluster.Start();
        PostgresDatabase database = cluster.CreateDatabase();
        database.Run("CREATE TABLE t(a int)");
        cluster.Stop(kill);
        Assert.ThrowsAny<Exception>(() => database.Scalar("SELECT 1"));
        cluster.Restart();
        Assert.Equal(0L, database.Scalar("SELECT count(*) FROM t"));
    }

    [Fact]
    public void One_that_speaks_TLS_takes_nothing_else()
    {
        using PostgresCluster cluster = PostgresCluster.StartSecure();
        Assert.Equal(true, cluster.CreateDatabase().Scalar("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"));
        Assert.ThrowsAny<Exception>(() => PostgresCluster.Scalar(cluster.Superuser.Replace("Require", "Disable", StringComparison.Ordinal), "SELECT 1"));
    }

    [Fact]
    public void Nothing_of_it_stays_when_it_has_ended()
    {
        string folder;
        int server;
        using (PostgresCluster cluster = PostgresCluster.Start())
        {
            folder = cluster.Folder;
            server = int.Parse(File.ReadLines(Path.Combine(folder, "data", "postmaster.pid")).First());
            Assert.True(IsRunning(server));
        }

        Assert.False(Directory.Exists(folder));
        Assert.False(IsRunning(server));
    }

    private static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
