using EmrSim.Core.Migration.Schema;

namespace EmrSim.Core.Migration.Planning;

/// <summary>The names that things get in PostgreSQL.</summary>
internal sealed class NameMap
{
    private readonly Dictionary<string, string> _relations = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(string Table, string Column), string> _columns = [];
    private readonly Dictionary<object, string> _objects = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, (string Name, bool IsUsual)> _sequences = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The names of tables, views, indexes, keys and sequences, which share one space in a schema of PostgreSQL.</summary>
    internal NamePool Relations { get; } = new();

    /// <summary>A table or a view, by its name in SQLite.</summary>
    internal string Relation(string name) => _relations[name];

    /// <summary>A column.</summary>
    internal string Column(SourceTable table, SourceColumn column) => _columns[(table.Name, column.Name)];

    /// <summary>A key or an index.</summary>
    internal string Of(SourceKey key) => _objects[key];

    /// <summary>A key or an index.</summary>
    internal string Of(SourceIndex index) => _objects[index];

    /// <summary>The sequence of a table's identity column, where it is not the one that PostgreSQL would choose itself; else null.</summary>
    internal string? UnusualSequence(SourceTable table) => _sequences.TryGetValue(table.Name, out (string Name, bool IsUsual) sequence) && !sequence.IsUsual ? sequence.Name : null;

    internal void SetRelation(string name, string target) => _relations[name] = target;

    internal void SetColumn(SourceTable table, SourceColumn column, string target) => _columns[(table.Name, column.Name)] = target;

    internal void Set(object keyOrIndex, string target) => _objects[keyOrIndex] = target;

    internal void SetSequence(SourceTable table, string target, bool isUsual) => _sequences[table.Name] = (target, isUsual);
}
