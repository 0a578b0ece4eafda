using CsCheck;
using EmrSim.Core.Postgres;
using Npgsql;

namespace EmrSim.Tests.Postgres;

/// <summary>What a connection string means, whoever's form it has, and that nothing of it that is secret is shown.</summary>
public sealed class PostgresTargetTests
{
    private const string Password = "p@ss w:rd/%&='\"\\;";

    [Theory]
    [InlineData("postgres://anna:geheim@db.example:6543/app?sslmode=verify-full")]
    [InlineData("postgresql://anna@db.example:6543/app?password=geheim&sslmode=verify-full")]
    [InlineData("POSTGRES://anna:geheim@db.example:6543/app?sslmode=verify-full&keepalives=1&client_encoding=UTF8")]
    [InlineData("postgres:///app?host=db.example&port=6543&user=anna&password=geheim&sslmode=verify-full")]
    [InlineData("host=db.example port=6543 dbname=app user=anna password=geheim sslmode=verify-full")]
    [InlineData("  port = 6543 host = 'db.example' dbname='app' user=anna\tpassword='geheim'  sslmode=verify-full ")]
    [InlineData("Host=db.example;Port=6543;Database=app;Username=anna;Password=geheim;SSL Mode=VerifyFull")]
    [InlineData("Server=db.example;port=6543;Database=app;User Id=anna;Password=geheim;SslMode=VerifyFull;Pooling=true;Multiplexing=true")]
    public void All_forms_say_the_same(string text)
    {
        var target = PostgresTarget.Parse(text);
        var settings = new NpgsqlConnectionStringBuilder(target.ConnectionString);
        Assert.Equal(("db.example", 6543, "app", "anna", "geheim", SslMode.VerifyFull), (settings.Host, settings.Port, settings.Database, settings.Username, settings.Password, settings.SslMode));
        Assert.Equal("anna@db.example:6543/app", target.ToString());
        Assert.Equal("EmrSim", settings.ApplicationName);
        Assert.True(settings.TcpKeepAlive && settings.TcpKeepAliveTime > 0);
        Assert.False(settings.Pooling || settings.Multiplexing || settings.IncludeErrorDetail || settings.PersistSecurityInfo);
    }

    [Fact]
    public void The_parts_say_the_same_too()
    {
        var target = PostgresTarget.Of("db.example", 6543, "app", "anna", Password, "verify-full");
        var settings = new NpgsqlConnectionStringBuilder(target.ConnectionString);
        Assert.Equal((Password, SslMode.VerifyFull), (settings.Password, settings.SslMode));
        Assert.Equal("anna@db.example:6543/app", target.ToString());
        Assert.Equal("db.example:5432/", PostgresTarget.Of("db.example", null, null, null, null, null).ToString());
    }

    [Theory]
    [InlineData("disable", SslMode.Disable)]
    [InlineData("allow", SslMode.Allow)]
    [InlineData("prefer", SslMode.Prefer)]
    [InlineData("require", SslMode.Require)]
    [InlineData("verify-ca", SslMode.VerifyCA)]
    [InlineData("verify-full", SslMode.VerifyFull)]
    [InlineData(null, SslMode.Prefer)]
    public void The_modes_of_TLS_are_those_of_libpq(string? name, SslMode mode)
    {
        string query = name is null ? "" : "?sslmode=" + name;
        Assert.Equal(mode, new NpgsqlConnectionStringBuilder(PostgresTarget.Parse("postgres://a@b/c" + query).ConnectionString).SslMode);
        Assert.Equal(mode, new NpgsqlConnectionStringBuilder(PostgresTarget.Of("b", null, null, null, null, name).ConnectionString).SslMode);
    }

    [Fact]
    public void What_makes_a_connection_safer_is_never_left_out()
    {
        var settings = new NpgsqlConnectionStringBuilder(PostgresTarget.Parse(
            "postgres://a@b/c?sslmode=verify-ca&sslrootcert=/etc/root%20ca.pem&channel_binding=require&gssencmode=disable&sslnegotiation=direct&require_auth=scram-sha-256").ConnectionString);
        Assert.Equal(("/etc/root ca.pem", ChannelBinding.Require, GssEncryptionMode.Disable, SslNegotiation.Direct, "ScramSHA256"),
            (settings.RootCertificate, settings.ChannelBinding, settings.GssEncryptionMode, settings.SslNegotiation, settings.RequireAuth));
        // The system's issuers are never asked for less than the whole proof.
        Assert.Equal(SslMode.VerifyFull, new NpgsqlConnectionStringBuilder(PostgresTarget.Parse("postgres://a@b/c?sslrootcert=system").ConnectionString).SslMode);
    }

    [Theory]
    [InlineData("postgres://a@[::1]:6543/c", "::1", "a@::1:6543/c")]
    [InlineData("postgres://a@%2Fvar%2Frun%2Fpostgresql/c", "/var/run/postgresql", "a@/var/run/postgresql:5432/c")]
    [InlineData("postgres:///c?host=/tmp/x&user=a", "/tmp/x", "a@/tmp/x:5432/c")]
    [InlineData("host=/tmp/x user=a", "/tmp/x", "a@/tmp/x:5432/a")]
    [InlineData("postgres://a@h1:1,h2:2/c", "h1:1,h2:2", "a@h1:1,h2:2/c")]
    [InlineData("postgres://a@h/gr%C3%B6%C3%9Fe", "h", "a@h:5432/größe")]
    [InlineData("postgres://", "localhost", "localhost:5432/")]
    [InlineData("host=h", "h", "h:5432/")]
    public void Hosts_are_addresses_sockets_or_several(string text, string host, string shown)
    {
        var target = PostgresTarget.Parse(text);
        Assert.Equal((host, shown), (new NpgsqlConnectionStringBuilder(target.ConnectionString).Host, target.ToString()));
    }

    [Fact]
    public void Any_password_comes_through_in_any_form_and_is_never_shown()
    {
        Gen.Char[' ', '\u024F'].Where(c => !char.IsControl(c)).Array[1, 30].Select(c => new string(c)).Sample(password =>
        {
            string quoted = password.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
            foreach (PostgresTarget target in new[]
            {
                PostgresTarget.Parse($"postgres://user:{Uri.EscapeDataString(password)}@host/db"),
                PostgresTarget.Parse(new NpgsqlConnectionStringBuilder { Host = "host", Username = "user", Database = "db", Password = password }.ConnectionString),
                PostgresTarget.Of("host", null, "db", "user", password, null),
                password.Contains(';', StringComparison.Ordinal) ? null : PostgresTarget.Parse($"host=host dbname=db user=user password='{quoted}'"),
            }.OfType<PostgresTarget>())
            {
                Assert.Equal(password, new NpgsqlConnectionStringBuilder(target.ConnectionString).Password);
                Assert.Equal("user@host:5432/db", target.ToString());
            }
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("geheim")]
    [InlineData("mysql://anna:geheim@db/app")]
    [InlineData("sqlite:///geheim.db")]
    [InlineData("postgres://anna:geheim@db:x/app")]
    [InlineData("postgres://anna:geheim@db:99999/app")]
    [InlineData("postgres://anna:geheim/geheim@db/app")]
    [InlineData("postgres://anna:12/geheim@db/app")]
    [InlineData("postgres://anna:12?geheim=1@db/app")]
    [InlineData("postgres://anna:pw@db/app?geheim")]
    [InlineData("postgres://anna:pw@db/app?geheim=1")]
    [InlineData("postgres://anna:pw@db/app?sslmode=geheim")]
    [InlineData("postgres://anna:pw@db/app?connect_timeout=geheim")]
    [InlineData("host=db dbname=app user=anna password=ge heim=1")]
    [InlineData("host=db dbname=app user=anna password=pw geheim")]
    [InlineData("host=db dbname=app password='geheim")]
    [InlineData("host=db password=geheim;port=5432")]
    [InlineData("Username=anna password=geheim;Host=db")]
    [InlineData("Host=db Database=app Username=anna Password=geheim")]
    [InlineData("Database=app;Username=anna;Password=geheim")]
    [InlineData("Host=db;Password=pw;geheim=1")]
    [InlineData("Host=db;Port=geheim")]
    [InlineData("Data Source=geheim.db")]
    public void Anything_else_is_refused_and_nothing_of_it_is_shown(string text)
    {
        EmrSimException error = Assert.Throws<EmrSimException>(() => PostgresTarget.Parse(text));
        Assert.Equal(ErrorCode.InvalidConnectionString, error.ErrorCode);
        Assert.DoesNotContain("geheim", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres://anna:geheim@db/app", null)]
    [InlineData("db", "sometimes")]
    public void Parts_that_make_no_sense_are_refused(string server, string? sslMode)
    {
        EmrSimException error = Assert.Throws<EmrSimException>(() => PostgresTarget.Of(server, null, null, null, null, sslMode));
        Assert.Equal(ErrorCode.InvalidConnectionString, error.ErrorCode);
        Assert.DoesNotContain("geheim", error.ToString(), StringComparison.Ordinal);
    }
}
