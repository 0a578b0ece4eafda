using EmrSim.Core.Migration.Schema;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Migration.Schema;

public sealed class UnreadableSchemaTests
{
    [Theory]
    [InlineData("CREATE TABLE t_x(a)")]
    [InlineData("CREATE TABLE t(x_x)")]
    [InlineData("CREATE TABLE t(a DEFAULT 'x_x')")]
    [InlineData("CREATE TABLE t(a); CREATE INDEX x_x ON t(a)")]
    [InlineData("CREATE TABLE t(a); CREATE VIEW v AS SELECT 'x_x' FROM t")]
    public void M14_A_name_or_a_definition_that_is_no_UTF8_is_refused(string sql)
    {
        EmrSimException error = Assert.Throws<EmrSimException>(() => ReadPatched(sql));

        Assert.Equal(ErrorCode.SchemaNotUtf8, error.ErrorCode);
    }

    [Fact]
    public void M14_A_comment_of_another_encoding_is_no_obstacle()
    {
        SourceSchema schema = ReadPatched("CREATE TABLE t(a TEXT, -- _x\n b TEXT DEFAULT '--' /* x_ */, größe INT)");

        Assert.Equal(["a", "b", "größe"], schema.Tables[0].Columns.Select(c => c.Name));
    }

    [Fact]
    public void A_definition_that_is_not_understood_is_refused_with_its_SQL()
    {
        using var folder = new TempFolder();
        string path = folder.File("a.db");
        // SQLite does not mind parentheses, however many there are.
        TestDatabase.Run(path, $"CREATE TABLE t(a); CREATE INDEX deep ON t({new string('(', 1_200)}a + 1{new string(')', 1_200)})");

        EmrSimException error = Assert.Throws<EmrSimException>(() => SchemaDatabase.ReadFile(path));

        Assert.Equal(ErrorCode.SchemaNotReadable, error.ErrorCode);
        Assert.Contains("CREATE INDEX deep ON t(((", error.Message, StringComparison.Ordinal);
    }

    // Every _ that stands beside an x becomes a byte that no UTF-8 has.
    private static SourceSchema ReadPatched(string sql)
    {
        using var folder = new TempFolder();
        string path = folder.File("a.db");
        TestDatabase.Run(path, sql);
        byte[] bytes = File.ReadAllBytes(path);
        for (int i = 1; i < bytes.Length - 1; i++)
        {
            if (bytes[i] == (byte)'_' && (bytes[i - 1] == (byte)'x' || bytes[i + 1] == (byte)'x')) bytes[i] = 0xe9;
        }

        File.WriteAllBytes(path, bytes);
        return SchemaDatabase.ReadFile(path);
    }
}
