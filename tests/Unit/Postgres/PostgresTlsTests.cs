using EmrSim.Core.Postgres;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Postgres;

/// <summary>M43: encrypted connections, and those that were to be and are not.</summary>
[NotUnderWine("PostgreSQL is a program of Linux here.")]
public sealed class PostgresTlsTests : IClassFixture<PostgresTlsTests.SecureCluster>
{
    private readonly PostgresDatabase _database;

    public PostgresTlsTests(SecureCluster fixture) => _database = fixture.Database;

    [Theory]
    [InlineData("127.0.0.1", "prefer")]
    [InlineData("127.0.0.1", "require")]
    [InlineData("127.0.0.1", "verify-ca")]
    [InlineData("localhost", "verify-full")]
    public async Task What_the_certificate_proves_is_enough(string host, string mode)
    {
        await using PostgresSession session = await OpenAsync(host, mode, mode.StartsWith("verify", StringComparison.Ordinal) ? _database.Cluster.RootCertificatePath : null);
        Assert.True(await session.ScalarAsync<bool>("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", default));
    }

    [Theory]
    [InlineData("127.0.0.1", "verify-full", true)]
    [InlineData("localhost", "verify-full", false)]
    [InlineData("127.0.0.1", "verify-ca", false)]
    public async Task A_certificate_of_another_name_or_of_an_unknown_issuer_is_refused(string host, string mode, bool isIssuerKnown)
    {
        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => OpenAsync(host, mode, isIssuerKnown ? _database.Cluster.RootCertificatePath : null));
        Assert.Equal(ErrorCode.PostgresTlsFailed, error.ErrorCode);
        Assert.DoesNotContain(_database.Password, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_issuers_that_is_missing_or_is_none_is_refused()
    {
        Assert.Equal(ErrorCode.InvalidConnectionString, (await Assert.ThrowsAsync<EmrSimException>(() => OpenAsync("localhost", "verify-full", "/nowhere/root.pem"))).ErrorCode);
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("root.pem"), "This is none.");
        Assert.Equal(ErrorCode.PostgresTlsFailed, (await Assert.ThrowsAsync<EmrSimException>(() => OpenAsync("localhost", "verify-full", folder.File("root.pem")))).ErrorCode);
    }

    [Fact]
    public async Task A_server_that_takes_encrypted_connections_only_is_told_apart_from_a_wrong_password()
    {
        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => OpenAsync("127.0.0.1", "disable", null));
        Assert.Equal(ErrorCode.PostgresTlsFailed, error.ErrorCode);
        Assert.Contains("encrypted connections only", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("require")]
    [InlineData("verify-full")]
    public async Task A_server_that_does_not_encrypt_is_refused_where_that_is_asked_for(string mode)
    {
        using PostgresDatabase plain = PostgresCluster.Require().CreateDatabase();
        EmrSimException error = await Assert.ThrowsAsync<EmrSimException>(() => PostgresSession.OpenAsync(PostgresTarget.Parse(plain.Uri + "?sslmode=" + mode), default));
        Assert.Equal(ErrorCode.PostgresTlsFailed, error.ErrorCode);
    }

    private Task<PostgresSession> OpenAsync(string host, string mode, string? root) => PostgresSession.OpenAsync(
        PostgresTarget.Parse(_database.Uri.Replace("127.0.0.1", host, StringComparison.Ordinal) + $"?sslmode={mode}" + (root is null ? "" : "&sslrootcert=" + Uri.EscapeDataString(root))),
        default);

    /// <summary>One for all of these tests.</summary>
    public sealed class SecureCluster : IDisposable
    {
        private readonly Lazy<PostgresDatabase> _database = new(() => PostgresCluster.StartSecure().CreateDatabase());

        // A fixture may not skip: the tests do, when they ask for it.
        public PostgresDatabase Database => _database.Value;

        public void Dispose()
        {
            if (_database.IsValueCreated) _database.Value.Cluster.Dispose();
        }
    }
}
