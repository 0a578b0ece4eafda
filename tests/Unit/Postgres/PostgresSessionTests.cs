using System.Net;
using System.Net.Sockets;
using EmrSim.Core.Postgres;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Postgres;

/// <summary>Connecting to real servers, and what is said when that fails.</summary>
[NotUnderWine("PostgreSQL is a program of Linux here.")]
public sealed class PostgresSessionTests
{
    [Fact]
    public async Task A_session_knows_its_server_and_calls_itself_EmrSim()
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        await using PostgresSession session = await OpenAsync(database.Uri);
        Assert.Equal(database.Cluster.Version, session.Version);
        Assert.Equal("EmrSim", await session.ScalarAsync<string>("SHOW application_name", default));
        Assert.Null(await session.ScalarAsync<string>("SELECT NULL::text", default));
        Assert.Equal([2, 3], await session.RowsAsync("SELECT i + $1 FROM generate_series(1, 2) i", static r => r.GetInt32(0), default, 1));
    }

    [Fact]
    public async Task A_transaction_is_prepared_whatever_the_role_is_set_to()
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        database.Run($"ALTER ROLE {database.User} SET statement_timeout TO '5s'; ALTER ROLE {database.User} SET idle_in_transaction_session_timeout TO '5s'; " +
            $"ALTER ROLE {database.User} SET standard_conforming_strings TO off; ALTER ROLE {database.User} SET TimeZone TO '<-05>5'; ALTER ROLE {database.User} SET DateStyle TO 'German'");
        await using PostgresSession session = await OpenAsync(database.Uri);
        await session.ExecuteAsync("BEGIN", default);
        await session.PrepareTransactionAsync(default);
        foreach ((string name, string value) in new[]
            { ("statement_timeout", "0"), ("idle_in_transaction_session_timeout", "0"), ("standard_conforming_strings", "on"), ("TimeZone", "UTC"), ("DateStyle", "ISO, YMD") })
        {
            Assert.Equal((name, value), (name, await session.ScalarAsync<string>("SHOW " + name, default)));
        }

        Assert.Equal(@"a\b", await session.ScalarAsync<string>(@"SELECT 'a\b'", default));
    }

    [Fact]
    public async Task A_wrong_password_is_a_failed_login_and_is_not_shown()
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        EmrSimException error = await FailAsync(database.Uri.Replace(database.Password, "wr0ng-secret", StringComparison.Ordinal));
        Assert.Equal((ErrorCode.PostgresLoginFailed, "28P01"), (error.ErrorCode, error.SqlState));
        Assert.DoesNotContain("wr0ng-secret", error.ToString(), StringComparison.Ordinal);
        Assert.Equal($"{database.User}@127.0.0.1:{database.Cluster.Port}/{database.Name}", error.Target);
    }

    [Fact]
    public async Task Without_a_password_it_is_said_that_one_is_needed()
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        // An empty file keeps one that the machine may have from being taken.
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("pass"), "");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder.File("pass"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        string uri = $"postgres://{database.User}@127.0.0.1:{database.Cluster.Port}/{database.Name}?passfile=";
        EmrSimException error = await FailAsync(uri + folder.File("pass"));
        Assert.Equal(ErrorCode.PostgresLoginFailed, error.ErrorCode);
        Assert.Contains("asks for a password", error.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.InvalidConnectionString, (await FailAsync(uri + folder.File("missing"))).ErrorCode);

        File.WriteAllText(folder.File("pass"), $"*:*:*:{database.User}:{database.Password}\n");
        await using PostgresSession session = await OpenAsync(uri + folder.File("pass"));
    }

    [Fact]
    public async Task An_unknown_role_or_database_is_said_to_be_so()
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        Assert.Equal(ErrorCode.PostgresLoginFailed, (await FailAsync($"postgres://nobody:x@127.0.0.1:{database.Cluster.Port}/{database.Name}")).ErrorCode);
        EmrSimException error = await FailAsync(database.Uri + "x");
        Assert.Equal((ErrorCode.PostgresDatabaseMissing, "3D000"), (error.ErrorCode, error.SqlState));
    }

    [Fact]
    public async Task A_role_that_may_not_connect_is_denied()
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase(), other = database.Cluster.CreateDatabase();
        other.RunAsSuperuser($"REVOKE CONNECT ON DATABASE {other.Name} FROM PUBLIC");
        EmrSimException error = await FailAsync(database.UriOf(other));
        Assert.Equal((ErrorCode.PostgresAccessDenied, "42501"), (error.ErrorCode, error.SqlState));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unreachable()
    {
        PostgresCluster.Require();
        Assert.Equal(ErrorCode.PostgresUnreachable, (await FailAsync($"postgres://a:b@127.0.0.1:{FreePort.Take()}/c")).ErrorCode);
        Assert.Equal(ErrorCode.PostgresUnreachable, (await FailAsync("postgres://a:b@nowhere.invalid/c")).ErrorCode);
    }

    [Fact]
    public async Task One_that_answers_nothing_or_something_else_is_unreachable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Assert.Equal(ErrorCode.PostgresUnreachable, (await FailAsync($"postgres://a:b@127.0.0.1:{port}/c?connect_timeout=1")).ErrorCode);
        Task serve = Task.Run(async () =>
        {
            while (true)
            {
                using TcpClient client = await listener.AcceptTcpClientAsync();
                await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
            }
        });
        EmrSimException error = await FailAsync($"postgres://a:b@127.0.0.1:{port}/c?sslmode=disable&connect_timeout=5");
        Assert.Contains(error.ErrorCode, new[] { ErrorCode.PostgresUnreachable, ErrorCode.PostgresConnectionLost });
        Assert.False(serve.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Of_several_hosts_the_one_that_answers_is_taken()
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        await using PostgresSession session = await OpenAsync(
            $"postgres://{database.User}:{database.Password}@127.0.0.1:{FreePort.Take()},127.0.0.1:{database.Cluster.Port}/{database.Name}?target_session_attrs=read-write");
        Assert.Equal(database.Name, await session.ScalarAsync<string>("SELECT current_database()::text", default));
    }

    [Fact]
    public async Task A_socket_of_Unix_is_a_host()
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        await using PostgresSession session = await OpenAsync(
            $"postgres://{database.User}:{database.Password}@{Uri.EscapeDataString(database.Cluster.Folder)}:{database.Cluster.Port}/{database.Name}");
        Assert.True(await session.ScalarAsync<bool>("SELECT inet_client_addr() IS NULL", default));
    }

    [Fact]
    public async Task A_server_without_room_for_another_connection_says_so()
    {
        using PostgresCluster cluster = PostgresCluster.Start("max_connections=8", "superuser_reserved_connections=3", "max_wal_senders=0");
        PostgresDatabase database = cluster.CreateDatabase();
        var sessions = new List<PostgresSession>();
        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(async () =>
        {
            while (true) sessions.Add(await OpenAsync(database.Uri));
        });
        foreach (PostgresSession session in sessions) await session.DisposeAsync();
        Assert.Equal((ErrorCode.PostgresTooManyConnections, "53300"), (error.ErrorCode, error.SqlState));
    }

    [Fact]
    public async Task A_stop_while_connecting_is_a_stop_and_no_error_of_the_server()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            PostgresSession.OpenAsync(PostgresTarget.Parse($"postgres://a:b@127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/c"), stop.Token));
    }

    [Fact]
    public async Task A_stop_ends_a_statement_that_runs_and_the_session_goes_on()
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        await using PostgresSession session = await OpenAsync(database.Uri);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.ExecuteAsync("SELECT pg_sleep(600)", stop.Token));
        Assert.Equal(1, await session.ScalarAsync<int>("SELECT 1", default));
    }

    [Fact]
    public async Task M44_A_server_that_ends_is_a_lost_connection_and_one_that_is_back_is_reached()
    {
        using PostgresCluster cluster = PostgresCluster.Start();
        PostgresDatabase database = cluster.CreateDatabase();
        await using PostgresSession session = await OpenAsync(database.Uri);
        Task sleep = session.ExecuteAsync("SELECT pg_sleep(600)", default);
        cluster.Stop(kill: false);
        Assert.Equal(ErrorCode.PostgresConnectionLost, (await Assert.ThrowsAsync<EmrSimException>(() => sleep)).ErrorCode);
        Assert.Equal(ErrorCode.PostgresConnectionLost, (await Assert.ThrowsAsync<EmrSimException>(() => session.ExecuteAsync("SELECT 1", default))).ErrorCode);
        Assert.Equal(ErrorCode.PostgresUnreachable, (await FailAsync(database.Uri)).ErrorCode);
        cluster.Restart();
        await using PostgresSession again = await OpenAsync(database.Uri);
        Assert.Equal(1, await again.ScalarAsync<int>("SELECT 1", default));
    }

    [Fact]
    public async Task What_a_statement_may_not_do_is_denied_and_its_values_are_not_told()
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        database.RunAsSuperuser("CREATE TABLE theirs(a text)");
        database.Run("CREATE TABLE ours(a text PRIMARY KEY); INSERT INTO ours VALUES ('secret of a patient')");
        await using PostgresSession session = await OpenAsync(database.Uri);
        Assert.Equal(ErrorCode.PostgresAccessDenied, (await Assert.ThrowsAsync<EmrSimException>(() => session.ExecuteAsync("SELECT * FROM theirs", default))).ErrorCode);
        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => session.ExecuteAsync("INSERT INTO ours SELECT a FROM ours", default));
        Assert.Equal((ErrorCode.PostgresError, "23505"), (error.ErrorCode, error.SqlState));
        Assert.DoesNotContain("secret of a patient", error.ToString(), StringComparison.Ordinal);
    }

    private static Task<PostgresSession> OpenAsync(string text) => PostgresSession.OpenAsync(PostgresTarget.Parse(text), default);

    private static Task<EmrSimException> FailAsync(string text) => Assert.ThrowsAsync<EmrSimException>(() => OpenAsync(text));
}
