using EmrSim.Core.Migration.Schema;

namespace EmrSim.Core.Migration.Planning;

/// <summary>Refuses a request that names what is not there, before hours are spent on reading.</summary>
internal static class RequestKeys
{
    private const int NamesShown = 20;

    /// <exception cref="EmrSimException">InvalidArgument, TypeMapInvalid.</exception>
    internal static void Require(MigrationPlanRequest request, SourceSchema schema)
    {
        RequireSchemaName(request.Schema);
        TypeMapReader.Require(schema, request.TypeMap);
        if (request.PartitionBy.Keys.GroupBy(k => k, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { Key: var twice })
        {
            throw Invalid($"-PartitionBy names '{twice}' twice, in another case. Name it once.", twice);
        }

        foreach (string table in request.PartitionBy.Keys.Where(k => !schema.Tables.Any(t => t.Name.Equals(k, StringComparison.OrdinalIgnoreCase))))
        {
            throw Invalid($"-PartitionBy names the table '{table}', which is not there. There are: {List(schema.Tables.Select(t => t.Name))}.", table);
        }
    }

    // https://www.postgresql.org/docs/current/sql-createschema.html: names that begin with pg_ are the system's own.
    private static void RequireSchemaName(string name)
    {
        if (!PgNames.Fits(name)) throw Invalid($"'{name}' is no name of a schema: PostgreSQL wants 1 to {PgNames.Longest} bytes.", name);
        if (name.StartsWith("pg_", StringComparison.Ordinal) || name == "information_schema") throw Invalid($"The schema '{name}' is PostgreSQL's own. Name another one with -Schema.", name);
    }

    private static string List(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return string.Join(", ", all.Take(NamesShown)) + (all.Length > NamesShown ? ", …" : "");
    }

    private static EmrSimException Invalid(string message, string target) => new(ErrorCode.InvalidArgument, message, target);
}
