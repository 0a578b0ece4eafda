namespace EmrSim.Core.Migration.Schema.Parsing;

/// <summary>What was read of a table so far.</summary>
internal sealed class TableParts
{
    internal List<ParsedColumn> Columns { get; } = [];

    internal ParsedKey? PrimaryKey { get; set; }

    internal List<ParsedKey> UniqueKeys { get; } = [];

    internal List<ParsedForeignKey> ForeignKeys { get; } = [];

    internal List<SourceCheck> Checks { get; } = [];
}
