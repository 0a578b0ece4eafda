using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Migration.Values;

namespace EmrSim.Core.Migration.Planning;

/// <summary>Reads the types that the user gave for columns.</summary>
internal static class TypeMapReader
{
    private const int Named = 20;

    private const string Types =
        "text, varchar(n), char(n), smallint, integer, bigint, real, double precision, numeric, numeric(p,s), boolean, bytea, date, time, timestamp, timestamptz, json, jsonb, uuid";

    /// <summary>The type given for a column; null where none was.</summary>
    /// <exception cref="EmrSimException">TypeMapInvalid.</exception>
    internal static PgType? Find(SourceTable table, SourceColumn column, IReadOnlyDictionary<string, string> map)
    {
        string name = $"{table.Name}.{column.Name}";
        foreach ((string key, string type) in map)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase)) return Parse(key, type);
        }

        return null;
    }

    /// <summary>Requires that every column of a map is there, and every type known.</summary>
    /// <exception cref="EmrSimException">TypeMapInvalid: it names what is wrong and what could have been meant.</exception>
    internal static void Require(SourceSchema schema, IReadOnlyDictionary<string, string> map)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach ((string key, string type) in map)
        {
            Parse(key, type);
            if (!seen.Add(key)) throw Invalid(key, $"-TypeMap names '{key}' twice, in another case. Name it once.");
            // A table's name may hold a point.
            List<SourceTable> tables = [.. schema.Tables.Where(t => key.StartsWith(t.Name + ".", StringComparison.OrdinalIgnoreCase))];
            if (tables.Exists(t => t.Column(key[(t.Name.Length + 1)..]) is not null)) continue;
            throw tables.Count > 0
                ? Invalid(key, $"-TypeMap names '{key}', but '{tables[0].Name}' has no such column. It has {List(tables[0].Columns.Select(c => c.Name))}.")
                : Invalid(key, $"-TypeMap names '{key}', but there is no such table. Write table.column; the tables are {List(schema.Tables.Select(t => t.Name))}.");
        }
    }

    private static PgType Parse(string key, string type) => PgType.Parse(type) ?? throw Invalid(key, $"-TypeMap gives '{key}' the type '{type}', which EmrSim does not know. It knows {Types}.");

    private static string List(IEnumerable<string> names)
    {
        List<string> all = [.. names];
        string shown = string.Join(", ", all.Take(Named));
        return all.Count > Named ? $"{shown} and {all.Count - Named} more" : shown;
    }

    private static EmrSimException Invalid(string key, string message) => new(ErrorCode.TypeMapInvalid, message, key);
}
