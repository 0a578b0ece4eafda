using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Migration.Values;
using EmrSim.Core.Sqlite;

namespace EmrSim.Core.Migration.Planning;

/// <summary>A plan while it is made.</summary>
internal sealed class PlanDraft(SqliteDatabase database, MigrationPlanRequest request, SourceSchema schema, NameMap names, FindingList findings, IReadOnlyList<PlannedTable> tables)
{
    private readonly List<EmrMigrationStatement> _ddl = [];
    private readonly Dictionary<string, PlannedTable> _byName = tables.ToDictionary(t => t.Name, StringComparer.OrdinalIgnoreCase);
    // A table makes a type of its name, and the schema of the migration comes before PostgreSQL's own in the search path.
    private readonly HashSet<string> _hidden =
        [.. tables.Select(t => t.TargetName).Concat(schema.Views.Select(v => names.Relation(v.Name))).Where(PgNames.TypesByName.Contains)];

    internal MigrationPlanRequest Request => request;

    internal SourceSchema Schema => schema;

    internal NameMap Names => names;

    internal FindingList Findings => findings;

    internal IReadOnlyList<PlannedTable> Tables => tables;

    internal SourceRows Rows { get; } = new(database);

    /// <summary>The statements, in the order of their phases.</summary>
    internal IReadOnlyList<EmrMigrationStatement> Ddl => [.. _ddl.OrderBy(s => s.Phase)];

    internal PlannedTable? Table(string name) => _byName.GetValueOrDefault(name);

    internal void Add(EmrDdlPhase phase, string about, string sql) => _ddl.Add(new EmrMigrationStatement(phase, about, sql));

    /// <summary>A type as a statement writes it.</summary>
    internal string Sql(PgType type)
    {
        string text = type.ToString();
        return _hidden.Contains(text) ? "pg_catalog." + text : text;
    }

    internal static string Quote(string identifier) => SqliteDatabase.Quote(identifier);

    internal static string Quote(IEnumerable<PlannedColumn> columns) => string.Join(", ", columns.Select(c => Quote(c.TargetName)));

    /// <summary>SQL on one line, for a message.</summary>
    internal static string OneLine(string sql) => string.Join(' ', sql.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
