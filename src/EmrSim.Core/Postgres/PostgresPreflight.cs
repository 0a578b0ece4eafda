using System.Globalization;
using Npgsql;

namespace EmrSim.Core.Postgres;

/// <summary>What a server must be and have before a database is moved to it. It only looks.</summary>
internal static class PostgresPreflight
{
    private const int OldestVersion = 120000;
    private const int ObjectsShown = 5;

    // What belongs to an extension, as pg_stat_statements' views in public do, is in nobody's way. The sequence of an identity column goes with its table. Types are told because a
    // table makes a type of its own name.
    private const string ObjectsOfSchema =
        "SELECT c.relname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 " +
        "AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid " +
        "AND (d.deptype = 'e' OR d.deptype = 'i' AND c.relkind = 'S')) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c') " +
        "UNION ALL SELECT t.typname::text FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = $1 AND t.typtype IN ('d', 'e', 'r') " +
        "AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.objid = t.oid AND d.deptype = 'e') ORDER BY 1";

    private const string FunctionsOfSchema =
        "SELECT p.proname::text FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = $1 " +
        "UNION ALL SELECT o.oprname::text FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace WHERE n.nspname = $1 " +
        "UNION ALL SELECT c.collname::text FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace WHERE n.nspname = $1 ORDER BY 1";

    private const string Facts =
        "SELECT pg_catalog.current_setting('server_encoding'), pg_catalog.current_setting('transaction_read_only')::bool, pg_catalog.pg_is_in_recovery(), " +
        "pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'), EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1), " +
        "COALESCE((SELECT pg_catalog.has_schema_privilege(oid, 'USAGE') AND pg_catalog.has_schema_privilege(oid, 'CREATE') FROM pg_catalog.pg_namespace WHERE nspname = $1), false), " +
        "pg_catalog.pg_backend_pid(), current_user::text";

    /// <summary>Refuses what cannot work, and gives what is to be known.</summary>
    /// <param name="session">Connected.</param>
    /// <param name="schema">The schema that takes the tables.</param>
    /// <param name="token">Stops it.</param>
    /// <exception cref="EmrSimException">PostgresTooOld, PostgresNotUtf8, PostgresReadOnly, PostgresAccessDenied, TargetNotEmpty.</exception>
    internal static async Task<IReadOnlyList<EmrFinding>> CheckAsync(PostgresSession session, string schema, CancellationToken token)
    {
        if (session.Version < OldestVersion)
        {
            throw Refuse(ErrorCode.PostgresTooOld, session, $"is PostgreSQL {Show(session.Version)}, and EmrSim needs 12 or newer. Update it, or name another server.");
        }

        ServerFacts facts = (await session.RowsAsync(Facts, ServerFacts.Read, token, schema).ConfigureAwait(false))[0];
        if (facts.Encoding != "UTF8")
        {
            throw Refuse(
                ErrorCode.PostgresNotUtf8,
                session,
                $"has the encoding {facts.Encoding}, in which not every text of SQLite can be kept as it is. Make a database with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.");
        }

        if (facts.InRecovery) throw Refuse(ErrorCode.PostgresReadOnly, session, "is a standby, which takes no writes. Name the primary.");
        if (facts.ReadOnly) throw Refuse(ErrorCode.PostgresReadOnly, session, "takes no writes: default_transaction_read_only is on for this role or database. Turn it off.");
        if (facts.SchemaExists ? !facts.MayCreateInSchema : !facts.MayCreateSchema)
        {
            string needed = facts.SchemaExists
                ? $"GRANT USAGE, CREATE ON SCHEMA {PostgresNames.Quote(schema)} TO {PostgresNames.Quote(facts.User)}"
                : $"CREATE SCHEMA {PostgresNames.Quote(schema)} AUTHORIZATION {PostgresNames.Quote(facts.User)}";
            throw Refuse(ErrorCode.PostgresAccessDenied, session, $"lets '{facts.User}' make no tables in schema '{schema}'. Let its owner run: {needed}.");
        }

        await RequireEmptyAsync(session, schema, token).ConfigureAwait(false);
        if (facts.ProcessId == session.ProcessId) return [];
        return
        [
            new EmrFinding(
                EmrSeverity.Information,
                "PoolerInBetween",
                session.Target.ToString(),
                "A pooler such as PgBouncer stands in between: the process that answers is not the one that took the connection.",
                "The migration is one transaction, so the pooler's mode does not matter; its query_timeout and idle_transaction_timeout must be 0."),
        ];
    }

    /// <summary>Refuses a schema that holds anything of somebody's.</summary>
    /// <exception cref="EmrSimException">TargetNotEmpty.</exception>
    internal static async Task RequireEmptyAsync(PostgresSession session, string schema, CancellationToken token)
    {
        List<string> there = await session.RowsAsync(ObjectsOfSchema, static r => r.GetString(0), token, schema).ConfigureAwait(false);
        if (there.Count == 0) return;
        string shown = string.Join(", ", there.Take(ObjectsShown)) + (there.Count > ObjectsShown ? string.Create(CultureInfo.InvariantCulture, $" and {there.Count - ObjectsShown} more") : "");
        throw new EmrSimException(
            ErrorCode.TargetNotEmpty,
            $"Schema '{schema}' of {session.Target} is not empty: it holds {shown}. EmrSim drops nothing that it did not make. Name an empty schema with -Schema, or move away what is there.",
            session.Target.ToString());
    }

    /// <summary>Refuses a schema that holds functions, operators or collations of somebody's, which statements could take for PostgreSQL's own.</summary>
    /// <exception cref="EmrSimException">TargetNotEmpty.</exception>
    internal static async Task RequireNoFunctionsAsync(PostgresSession session, string schema, CancellationToken token)
    {
        List<string> there = await session.RowsAsync(FunctionsOfSchema, static r => r.GetString(0), token, schema).ConfigureAwait(false);
        if (there.Count == 0) return;
        throw new EmrSimException(
            ErrorCode.TargetNotEmpty,
            $"Schema '{schema}' of {session.Target} holds the function or operator '{there[0]}', and a table of the database is called like one of PostgreSQL's own, so the two could be taken for " +
            "each other. Name an empty schema with -Schema.",
            session.Target.ToString());
    }

    private static EmrSimException Refuse(ErrorCode code, PostgresSession session, string why) => new(code, $"{session.Target} {why}", session.Target.ToString());

    private static string Show(int version) => string.Create(CultureInfo.InvariantCulture, $"{version / 10000}.{version % 10000 / 100}");

    private sealed record ServerFacts(string Encoding, bool ReadOnly, bool InRecovery, bool MayCreateSchema, bool SchemaExists, bool MayCreateInSchema, int ProcessId, string User)
    {
        internal static ServerFacts Read(NpgsqlDataReader r) => new(
            r.GetString(0), r.GetBoolean(1), r.GetBoolean(2), r.GetBoolean(3), r.GetBoolean(4), r.GetBoolean(5), r.GetInt32(6), r.GetString(7));
    }
}
