using CsCheck;
using EmrSim.Core.Postgres;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Postgres;

/// <summary>Names and texts in statements that take no parameters.</summary>
[NotUnderWine("PostgreSQL is a program of Linux here.")]
public sealed class PostgresNamesTests
{
    [Fact]
    public async Task M38_Any_name_and_any_text_arrive_as_they_are()
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        await using PostgresSession session = await PostgresSession.OpenAsync(PostgresTarget.Parse(database.Uri), default);
        Gen<string> texts = Gen.OneOf("\"", "'", "\\", "$1", "--", "/*", ";", "@a", ":a", "é", "🩺", " ", "\n", "x").Array[1, 12].Select(string.Concat);
        await texts.Array[60].SampleAsync(
            async some =>
            {
                foreach (string text in some)
                {
                    List<(string Name, string Value)> row = await session.RowsAsync(
                        $"SELECT {PostgresNames.Literal(text)} AS {PostgresNames.Quote(text)}", r => (r.GetName(0), r.GetString(0)), default);
                    Assert.Equal([(text, text)], row);
                }
            },
            iter: 1,
            threads: 1);
    }
}
