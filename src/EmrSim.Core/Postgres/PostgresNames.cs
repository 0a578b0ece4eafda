namespace EmrSim.Core.Postgres;

/// <summary>Names and texts in statements that take no parameters, such as DDL.</summary>
internal static class PostgresNames
{
    /// <summary>An identifier as SQL, whatever characters it holds.</summary>
    internal static string Quote(string identifier) => "\"" + identifier.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    /// <summary>A text as SQL; standard_conforming_strings is on in every session of ours.</summary>
    internal static string Literal(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
}
