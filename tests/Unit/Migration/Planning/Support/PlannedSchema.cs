using EmrSim.Tests.Support;
using Npgsql;

namespace EmrSim.Tests.Migration.Planning.Support;

/// <summary>A schema of a real PostgreSQL in which the statements of a plan were run, in their order, by a role that is no superuser.</summary>
internal sealed class PlannedSchema : IDisposable
{
    private static readonly Lazy<PostgresDatabase> s_database = new(() => PostgresCluster.Require().CreateDatabase());

    private readonly NpgsqlConnection _connection;

    private PlannedSchema()
    {
        PostgresCluster.Require();
        _connection = new NpgsqlConnection(s_database.Value.ConnectionString);
        _connection.Open();
        string name = $"s{Guid.NewGuid():N}";
        // As the migration does it: what is made is found before PostgreSQL's own things of the same name.
        Run($"BEGIN; CREATE SCHEMA {name}; SET LOCAL search_path TO {name}, pg_catalog");
    }

    /// <summary>Runs all statements.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="rows">SQL that is run when the tables are there, and nothing else yet.</param>
    internal static PlannedSchema Of(EmrMigrationPlan plan, string rows = "")
    {
        var schema = new PlannedSchema();
        try
        {
            foreach (EmrMigrationStatement statement in plan.Ddl)
            {
                if (statement.Phase > EmrDdlPhase.Table && rows.Length > 0)
                {
                    schema.Run(rows);
                    rows = "";
                }

                schema.Make(statement);
            }

            if (rows.Length > 0) schema.Run(rows);
            return schema;
        }
        catch
        {
            schema.Dispose();
            throw;
        }
    }

    internal void Run(string sql)
    {
        using var command = new NpgsqlCommand(sql, _connection);
        command.ExecuteNonQuery();
    }

    /// <summary>The SqlState by which a statement is refused; null where it is taken.</summary>
    internal string? Refused(string sql)
    {
        Run("SAVEPOINT s");
        try
        {
            Run(sql);
            return null;
        }
        catch (PostgresException e)
        {
            Run("ROLLBACK TO SAVEPOINT s");
            return e.SqlState;
        }
    }

    /// <summary>The first column of all rows, as text.</summary>
    internal string[] Texts(string sql)
    {
        using var command = new NpgsqlCommand(sql, _connection);
        using NpgsqlDataReader reader = command.ExecuteReader();
        var texts = new List<string>();
        while (reader.Read()) texts.Add(reader.IsDBNull(0) ? "NULL" : string.Format(System.Globalization.CultureInfo.InvariantCulture, "{0}", reader.GetValue(0)));
        return [.. texts];
    }

    public void Dispose() => _connection.Dispose();

    private void Make(EmrMigrationStatement statement)
    {
        try
        {
            Run(statement.Sql);
        }
        catch (PostgresException e)
        {
            Assert.Fail($"{e.SqlState} {e.MessageText} {e.Detail}\n{statement.Phase}: {statement.Sql}");
        }
    }
}
