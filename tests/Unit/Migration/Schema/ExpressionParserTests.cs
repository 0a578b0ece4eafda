using CsCheck;
using EmrSim.Core.Migration.Schema.Parsing;
using EmrSim.Tests.Support;
using Microsoft.Data.Sqlite;

namespace EmrSim.Tests.Migration.Schema;

/// <summary>Operators bind as SQLite says: an expression without parentheses has the value of what was read of it, written with all of them.</summary>
public sealed class ExpressionParserTests
{
    private static readonly string[] s_operators =
    [
        "OR", "AND", "=", "<>", "IS", "IS NOT", "IS NOT DISTINCT FROM", "LIKE", "NOT LIKE", "GLOB", "<", "<=", ">", ">=", "&", "|", "<<", ">>", "+", "-", "*", "/", "%", "||", "BETWEEN", "NOT BETWEEN",
        "IN", "ISNULL", "NOT NULL", "COLLATE", "==", "!=",
    ];

    private static readonly string[] s_prefixes = ["", "", "", "", "NOT ", "-", "~", "+", "- ", "NOT NOT "];

    private static readonly string[] s_values = ["0", "1", "2", "7", "-3", "NULL", "'1'", "'a'", "'A'", "1.5", "x'31'", "''", "0.5"];

    [Fact]
    public void Operators_bind_as_they_do_in_SQLite()
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        int compared = 0;
        Gen.Int.Sample(
            seed =>
            {
                string sql = Sentence(new Random(seed));
                object? expected;
                try
                {
                    expected = TestDatabase.Scalar(connection, $"SELECT quote({sql})");
                }
                catch (SqliteException)
                {
                    return;
                }

                compared++;
                string written = Parenthesized.Write(ExpressionParser.Read(sql));
                Assert.True(Equals(expected, TestDatabase.Scalar(connection, $"SELECT quote({written})")), $"{sql} was read as {written}");
            },
            iter: 20_000,
            threads: 1,
            print: s => Sentence(new Random(s)));

        Assert.InRange(compared, 10_000, 20_000);
    }

    private static string Sentence(Random random)
    {
        string Operand() => s_prefixes[random.Next(s_prefixes.Length)] + s_values[random.Next(s_values.Length)];
        string sql = Operand();
        int count = random.Next(1, 6);
        for (int i = 0; i < count; i++)
        {
            string name = s_operators[random.Next(s_operators.Length)];
            sql += name switch
            {
                "BETWEEN" or "NOT BETWEEN" => $" {name} {Operand()} AND {Operand()}",
                "IN" => $" IN ({Operand()}, {Operand()})",
                "ISNULL" or "NOT NULL" => " " + name,
                "COLLATE" => " COLLATE NOCASE",
                _ => $" {name} {Operand()}",
            };
        }

        return sql;
    }
}

/// <summary>Writes what was read with parentheses around everything, for SQLite again.</summary>
internal static class Parenthesized
{
    internal static string Write(SqlNode node) => "(" + Inner(node) + ")";

    private static string Inner(SqlNode node) => node switch
    {
        IntegerNode integer => integer.Value,
        RealNode real => real.Value,
        TextNode text => $"'{text.Value}'",
        BlobNode blob => $"x'{blob.Digits}'",
        NullNode => "NULL",
        UnaryNode unary => $"{unary.Operator} {Write(unary.Operand)}",
        BinaryNode binary => $"{Write(binary.Left)} {binary.Operator} {Write(binary.Right)}",
        NullTestNode test => $"{Write(test.Operand)} IS {(test.Not ? "NOT " : "")}NULL",
        BetweenNode between => $"{Write(between.Operand)} {(between.Not ? "NOT " : "")}BETWEEN {Write(between.Low)} AND {Write(between.High)}",
        InListNode list => $"{Write(list.Operand)} {(list.Not ? "NOT " : "")}IN ({string.Join(", ", list.Items.Select(Write))})",
        PatternNode pattern => $"{Write(pattern.Operand)} {(pattern.Not ? "NOT " : "")}{pattern.Operator} {Write(pattern.Pattern)}",
        CollateNode collate => $"{Write(collate.Operand)} COLLATE {collate.Collation}",
        _ => throw new InvalidOperationException(node.ToString()),
    };
}
