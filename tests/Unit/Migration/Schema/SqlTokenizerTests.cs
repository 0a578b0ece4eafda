using EmrSim.Core.Migration.Schema.Parsing;

namespace EmrSim.Tests.Migration.Schema;

public sealed class SqlTokenizerTests
{
    [Theory]
    [InlineData("a\"b\"\"c\"[d]]`e```", "Word:a DoubleQuoted:b\"c QuotedName:d ! ")]
    [InlineData("'it''s' x'0aF' -- c\n/* d */ 1e5.5", "!")]
    [InlineData("'it''s' X'0aFF' -- c\n/* d */ 1e5 .5 0x1F 1_000 5.", "Text:it's Blob:0aFF Real:1e5 Real:.5 Integer:0x1F Integer:1000 Real:5. ")]
    [InlineData("a->>b||c<>d!=e==f<<1", "Word:a Operator:->> Word:b Operator:|| Word:c Operator:<> Word:d Operator:!= Word:e Operator:== Word:f Operator:<< Integer:1 ")]
    [InlineData("größe$1 :p ?2 @a", "Word:größe$1 Parameter::p Parameter:?2 Parameter:@a ")]
    [InlineData("a /* open", "Word:a ")]
    [InlineData("'open", "!")]
    [InlineData("x'0'", "!")]
    [InlineData("12abc", "!")]
    [InlineData("a ! b", "!")]
    public void Tokens_are_those_of_SQLite(string sql, string expected)
    {
        string found;
        try
        {
            found = string.Concat(SqlTokenizer.Read(sql).Where(t => t.Kind != SqlTokenKind.End).Select(t => $"{t.Kind}:{t.Value} "));
        }
        catch (SqlSyntaxException)
        {
            found = "!";
        }

        Assert.Equal(expected.EndsWith("! ", StringComparison.Ordinal) ? "!" : expected, found);
    }
}
