using System.Globalization;
using EmrSim.Core.Migration.Schema;

namespace EmrSim.Core.Migration.Planning;

/// <summary>
/// Finds a name in PostgreSQL for everything: its own wherever PostgreSQL bears it. Names that were given come before those that are derived, and those that
/// fit before those that are cut, so that a name is changed only where there is no way around it.
/// </summary>
internal sealed class NameMapper
{
    private const int NamesShown = 5;

    private readonly SourceSchema _schema;
    private readonly FindingList _findings;
    private readonly NameMap _map = new();

    private NameMapper(SourceSchema schema, FindingList findings)
    {
        _schema = schema;
        _findings = findings;
    }

    /// <summary>The names; each that is another one than before is a finding.</summary>
    internal static NameMap Map(SourceSchema schema, FindingList findings)
    {
        var mapper = new NameMapper(schema, findings);
        mapper.NameRelations();
        foreach (SourceTable table in schema.Tables) mapper.NameColumns(table);
        foreach (SourceTable table in schema.Tables) mapper.NameIndexes(table);
        foreach (SourceTable table in schema.Tables) mapper.NameSequence(table);
        foreach (SourceTable table in schema.Tables) mapper.NameKeys(table);
        foreach (SourceTable table in schema.Tables) mapper.TellOfQuotes(table);
        return mapper._map;
    }

    /// <summary>A name made of those of a table and columns, without what PostgreSQL adds for the kind.</summary>
    internal static string Stem(string table, IEnumerable<string> columns) => string.Join('_', (string[])[table, .. columns]);

    private void NameRelations()
    {
        string[] names = [.. _schema.Tables.Select(t => t.Name), .. _schema.Views.Select(v => v.Name)];
        foreach (string name in names.OrderByDescending(PgNames.Fits))
        {
            string target = _map.Relations.Take(name, "unnamed");
            _map.SetRelation(name, target);
            TellOfChange(name, name, target);
            if (!target.StartsWith("pg_", StringComparison.Ordinal)) continue;
            _findings.Warn(
                "NameOfCatalog",
                name,
                $"'{target}' begins like the tables of PostgreSQL's own catalog, where PostgreSQL looks first.",
                "In the application's SQL write the schema before it.");
        }
    }

    private void NameColumns(SourceTable table)
    {
        var pool = new NamePool();
        IEnumerable<(SourceColumn Column, int Number)> columns = table.Columns.Select((c, i) => (c, i + 1));
        foreach ((SourceColumn column, int number) in columns.OrderByDescending(c => PgNames.Fits(c.Column.Name) && !PgNames.IsSystemColumn(c.Column.Name)))
        {
            string wanted = PgNames.IsSystemColumn(column.Name) ? column.Name + "_" : column.Name;
            string target = pool.Take(wanted, string.Create(CultureInfo.InvariantCulture, $"column{number}"));
            _map.SetColumn(table, column, target);
            TellOfChange($"{table.Name}.{column.Name}", column.Name, target);
        }
    }

    private void NameIndexes(SourceTable table)
    {
        foreach (SourceIndex index in table.Indexes) NameGiven(index.Name, index);
        if (table.PrimaryKey is { Name: { } primary } key) NameGiven(primary, key);
        foreach (SourceKey unique in table.UniqueKeys.Where(k => k.Name is not null)) NameGiven(unique.Name!, unique);
    }

    private void NameGiven(string name, object keyOrIndex)
    {
        string target = _map.Relations.Take(name, "unnamed");
        _map.Set(keyOrIndex, target);
        TellOfChange(name, name, target);
    }

    private void NameSequence(SourceTable table)
    {
        if (table.RowidAlias is not { } alias || table.Column(alias) is not { } column) return;
        // PostgreSQL names it like this by itself where it has room and nobody has the name; a table that is made later would find it taken.
        string usual = Stem(_map.Relation(table.Name), [_map.Column(table, column)]);
        string target = _map.Relations.TakeDerived(usual, "_seq");
        _map.SetSequence(table, target, target == usual + "_seq");
    }

    private void NameKeys(SourceTable table)
    {
        string name = _map.Relation(table.Name);
        if (table.PrimaryKey is { Name: null } primary) _map.Set(primary, _map.Relations.TakeDerived(name, "_pkey"));
        foreach (SourceKey unique in table.UniqueKeys.Where(k => k.Name is null))
        {
            IEnumerable<string> columns = unique.Columns.Select(c => c.Column is { } column ? _map.Column(table, table.Column(column)!) : "expr");
            _map.Set(unique, _map.Relations.TakeDerived(Stem(name, columns), "_key"));
        }
    }

    private void TellOfChange(string about, string name, string target) => TellOfChange(_findings, about, name, target, "schema");

    /// <summary>Tells of a name that is another one in PostgreSQL.</summary>
    /// <param name="findings">Where it is told.</param>
    /// <param name="about">Whose name it is.</param>
    /// <param name="name">The name.</param>
    /// <param name="target">That in PostgreSQL.</param>
    /// <param name="within">What has such a name once: the schema, or a table.</param>
    internal static void TellOfChange(FindingList findings, string about, string name, string target, string within)
    {
        if (name == target) return;
        string why =
            name.Length == 0 ? "an empty name" :
            PgNames.IsSystemColumn(name) ? "a column of the name of one of its own" :
            PgNames.Fits(name) ? $"two things of one name in a {within}" : "a name of more than 63 bytes";
        findings.Warn("Renamed", about, $"PostgreSQL has no room for {why}: '{name}' is called '{target}' there.", "Use that name in the application's SQL.");
    }

    // Most of SQLite's own rules make no difference between Name and name; PostgreSQL's do, once a name is quoted.
    private void TellOfQuotes(SourceTable table)
    {
        string[] names = [.. table.Columns.Select(c => _map.Column(table, c)).Prepend(_map.Relation(table.Name)).Where(PgNames.NeedsQuotes)];
        if (names.Length == 0) return;
        string more = names.Length > NamesShown ? string.Create(CultureInfo.InvariantCulture, $" and {names.Length - NamesShown} more") : "";
        string shown = string.Join(", ", names.Take(NamesShown).Select(n => $"\"{n}\""));
        _findings.Inform(
            "NameNeedsQuotes",
            table.Name,
            $"PostgreSQL takes {shown}{more} only in quotes: without them it folds names to lower case, and reserved words are none.",
            "Write these names in double quotes in the application's SQL.");
    }
}
