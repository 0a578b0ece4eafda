namespace EmrSim.Tests.Support;

/// <summary>A database of a <see cref="PostgresCluster"/>, and the role that owns it and nothing else.</summary>
public sealed record PostgresDatabase(PostgresCluster Cluster, string Name, string User, string Password) : IDisposable
{
    /// <summary>What opens it as its owner.</summary>
    public string ConnectionString => Cluster.ConnectionString(Name, User, Password);

    /// <summary>What opens it with all rights.</summary>
    public string Superuser => Cluster.ConnectionString(Name, PostgresCluster.SuperuserName, Cluster.SuperuserPassword);

    /// <summary>The same as <see cref="ConnectionString"/> as a URI.</summary>
    public string Uri => UriAt(Cluster.Port);

    /// <summary>The same through a proxy.</summary>
    public string UriAt(int port) => $"postgres://{User}:{Password}@127.0.0.1:{port}/{Name}";

    /// <summary>What opens another database as the owner of this one.</summary>
    public string UriOf(PostgresDatabase other) => Uri[..^Name.Length] + other.Name;

    /// <summary>Runs statements as its owner.</summary>
    public void Run(string sql) => PostgresCluster.Execute(ConnectionString, sql);

    /// <summary>Runs statements with all rights.</summary>
    public void RunAsSuperuser(string sql) => PostgresCluster.Execute(Superuser, sql);

    /// <summary>The first value of a query, by its owner; null where it is NULL or there is no row.</summary>
    public object? Scalar(string sql) => PostgresCluster.Scalar(ConnectionString, sql) is var value && value is DBNull ? null : value;

    /// <summary>Drops it. What is not dropped goes with the cluster.</summary>
    public void Dispose() => PostgresCluster.Execute(Cluster.Superuser, $"DROP DATABASE IF EXISTS {Name}{(Cluster.Version >= 130000 ? " WITH (FORCE)" : "")}");
}
