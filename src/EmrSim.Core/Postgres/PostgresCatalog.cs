namespace EmrSim.Core.Postgres;

/// <summary>What a schema of a PostgreSQL database holds. It is read from the system catalogs, which any role may see, and holds no type of SQLite's side.</summary>
/// <param name="Schema">The schema.</param>
/// <param name="Tables">The tables, in the order of their names. A partitioned one is one table; what belongs to an extension is left out.</param>
/// <param name="Others">Views, materialized views and foreign tables.</param>
internal sealed record PostgresCatalog(string Schema, IReadOnlyList<PostgresTable> Tables, IReadOnlyList<PostgresOther> Others)
{
    /// <summary>Reads it. Within a transaction all of it is of one state, but for the sequences, which know no transactions.</summary>
    /// <exception cref="EmrSimException">PostgresSchemaMissing; PostgresAccessDenied where a sequence may not be read; what else PostgreSQL says.</exception>
    internal static async Task<PostgresCatalog> ReadAsync(PostgresSession session, string schema, CancellationToken token)
    {
        bool exists = await session.ScalarAsync<bool>(CatalogSql.SchemaExists, token, schema).ConfigureAwait(false);
        return exists
            ? await new CatalogReader(session, schema, token).ReadAsync().ConfigureAwait(false)
            : throw new EmrSimException(ErrorCode.PostgresSchemaMissing, $"{session.Target} has no schema '{schema}'. Name another one with -Schema; its case counts.", session.Target.ToString());
    }

    /// <summary>A table by its name; null where there is none.</summary>
    internal PostgresTable? Table(string name) => Tables.FirstOrDefault(t => t.Name == name);
}

/// <summary>What is no table.</summary>
/// <param name="Kind">view, materialized view, foreign table.</param>
/// <param name="Name">Its name.</param>
/// <param name="Sql">The query of a view; null for others.</param>
internal sealed record PostgresOther(string Kind, string Name, string? Sql);
