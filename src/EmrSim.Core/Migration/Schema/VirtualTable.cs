using EmrSim.Core.Migration.Schema.Parsing;

namespace EmrSim.Core.Migration.Schema;

/// <summary>A virtual table, as its statement says: CREATE VIRTUAL TABLE name USING module(arguments).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Module">Its module in lower case; empty where that cannot be read.</param>
/// <param name="Arguments">What the module was told; null where that cannot be read.</param>
internal sealed record VirtualTable(string Name, string Module, IReadOnlyList<string>? Arguments)
{
    // Their rows are those of other tables, or of nothing that is stored: https://sqlite.org/fts5.html#the_fts5vocab_virtual_table_module
    private static readonly HashSet<string> s_derived = new(StringComparer.Ordinal) { "fts5vocab", "fts4aux", "fts3tokenize", "dbstat" };

    /// <summary>
    /// Whether the only copy of its rows is its own: not so where the texts of a full-text index are in another table, or nowhere. Null where its
    /// statement does not tell.
    /// </summary>
    internal bool? HasOwnRows => s_derived.Contains(Module) ? false : Module switch
    {
        _ when Arguments is null => null,
        "fts4" => !Arguments.Any(a => KeyOf(a) == "content"),
        "fts5" when !Arguments.Any(IsContentOfFts5) => true,
        // What is not indexed may be kept beside an index without content: https://sqlite.org/fts5.html#the_contentless_unindexed_option
        "fts5" => Arguments.Any(a => KeyOf(a)?.StartsWith("contentless_u", StringComparison.Ordinal) == true) ? null : false,
        _ => true,
    };

    /// <summary>Whether it keeps the sizes of its texts, unless it was told not to.</summary>
    internal bool HasSizes => Arguments is not null && !Arguments.Any(a => KeyOf(a) is { Length: > 2 } key && (key == "matchinfo" || ("columnsize".StartsWith(key, StringComparison.Ordinal) && !IsOne(a))));

    /// <summary>Reads a statement.</summary>
    internal static VirtualTable Read(string name, string sql)
    {
        string module = ModuleOf(sql);
        try
        {
            return new VirtualTable(name, module, ArgumentsOf(sql));
        }
        catch (SqlSyntaxException)
        {
            return new VirtualTable(name, module, null);
        }
    }

    // fts5 takes a key by its first letters, and no other key begins as this one does.
    private static bool IsContentOfFts5(string argument) => KeyOf(argument) is { Length: > 0 } key && "content".StartsWith(key, StringComparison.Ordinal);

    private static bool IsOne(string argument) => argument[(argument.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim(' ', '\'', '"') == "1";

    private static string? KeyOf(string argument)
    {
        int equals = argument.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? null : argument[..equals].Trim().ToLowerInvariant();
    }

    // What is between the parentheses is the module's own language, and need not be read for its name; but a name may have one, too.
    private static string ModuleOf(string sql) => TryModuleOf(sql) ?? TryModuleOf(sql.Split('(')[0]) ?? "";

    private static string? TryModuleOf(string sql)
    {
        try
        {
            var reader = new TokenReader(sql);
            while (!reader.AtEnd && !reader.Accept("USING")) reader.Take();
            return reader.AtEnd ? null : reader.Name().ToLowerInvariant();
        }
        catch (SqlSyntaxException)
        {
            return null;
        }
    }

    private static List<string> ArgumentsOf(string sql)
    {
        var reader = new TokenReader(sql);
        while (!reader.Accept("USING")) reader.Take();
        reader.Name();
        var arguments = new List<string>();
        if (!reader.AcceptOperator("(")) return arguments;
        while (!reader.IsOperator(")"))
        {
            int start = reader.Current.Start;
            while (!reader.IsOperator(",") && !reader.IsOperator(")"))
            {
                if (reader.IsOperator("(")) reader.Parentheses();
                else reader.Take();
            }

            arguments.Add(reader.Since(start));
            reader.AcceptOperator(",");
        }

        return arguments;
    }
}
