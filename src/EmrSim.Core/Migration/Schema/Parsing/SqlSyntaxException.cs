namespace EmrSim.Core.Migration.Schema.Parsing;

/// <summary>SQL that is not understood. It never leaves the folder: a schema that needs it is refused, an expression is not translated.</summary>
internal sealed class SqlSyntaxException(string message) : Exception(message);
