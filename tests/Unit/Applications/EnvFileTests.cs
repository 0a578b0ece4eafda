using System.Text;
using EmrSim.Core.Applications;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Applications;

/// <summary>Env files, as dotenv reads them.</summary>
public sealed class EnvFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("A=plain", "plain")]
    [InlineData("  A = spaced  ", "spaced")]
    [InlineData("export A=exported", "exported")]
    [InlineData("A: colon", "colon")]
    [InlineData("A=value # comment", "value")]
    [InlineData("A='single # no comment' # comment", "single # no comment")]
    [InlineData("A=\"double\"", "double")]
    [InlineData("A=`back \"and\" 'tick'`", "back \"and\" 'tick'")]
    [InlineData("A='C:\\new\\app.db'", "C:\\new\\app.db")]
    [InlineData("A=\"C:\\new\\app.db\"", "C:\new\\app.db")]
    [InlineData("A=C:\\new\\app.db", "C:\\new\\app.db")]
    [InlineData("A=first\nA=last", "last")]
    [InlineData("A=${HOME}/app.db", "${HOME}/app.db")]
    [InlineData("A='two\nlines'", "two\nlines")]
    [InlineData("#A=commented\n\nB=1\nA=after", "after")]
    [InlineData("A=x\r\nB=2\r\n", "x")]
    [InlineData("A=x=y", "x=y")]
    [InlineData("A=", null)]
    [InlineData("A=''", null)]
    [InlineData("A", null)]
    [InlineData("# A=1", null)]
    [InlineData("", null)]
    public void A_variable_has_the_value_that_dotenv_gives_it(string text, string? value)
    {
        File.WriteAllText(_folder.File(".env"), text);

        Assert.Equal(value, EnvFile.Read(_folder.File(".env"))["A"]);
        Assert.Equal(value ?? "", Node(text));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_file_with_a_mark_or_in_UTF_16_is_read(bool utf8, bool isUtf16)
    {
        File.WriteAllText(_folder.File(".env"), "A=Ü1\r\nB=2", utf8 ? new UTF8Encoding(true) : new UnicodeEncoding(false, true));

        EnvFile env = EnvFile.Read(_folder.File(".env"));

        Assert.Equal(("Ü1", "2", isUtf16), (env["A"], env["B"], env.IsUtf16));
    }

    [Theory]
    [InlineData("SQLITE_PATH=data/app.db", "Sqlite data/app.db SQLITE_PATH")]
    [InlineData("DB_PATH=./app.db\nSQLITE_PATH=", "Sqlite app.db DB_PATH")]
    [InlineData("DB_PATH=old.db\nSQLITE_PATH=new.db\nDATABASE_URL=file:other.db", "Sqlite new.db SQLITE_PATH")]
    [InlineData("DATABASE_URL=file:./dev.db?connection_limit=1", "Sqlite dev.db DATABASE_URL")]
    [InlineData("DATABASE_URL=file:../shared/dev.db", "Sqlite ../shared/dev.db DATABASE_URL")]
    [InlineData("SQLITE_PATH=file:dev.db", "Sqlite dev.db SQLITE_PATH")]
    [InlineData("DATABASE_URL=postgres://emr:geheim@db/emr", "PostgreSql - DATABASE_URL")]
    [InlineData("DATABASE_URL=postgresql://db/emr", "PostgreSql - DATABASE_URL")]
    [InlineData("DB_TYPE=postgres\nPG_PASSWORD=geheim", "PostgreSql - DB_TYPE")]
    [InlineData("DB_TYPE=sqlite\nSQLITE_PATH=app.db", "Sqlite app.db SQLITE_PATH")]
    [InlineData("DB_TYPE=postgres\nSQLITE_PATH=app.db", "PostgreSql app.db DB_TYPE SQLITE_PATH names a SQLite database too")]
    [InlineData("SQLITE_PATH=:memory:", "Sqlite - SQLITE_PATH keeps its data in its memory")]
    [InlineData("SQLITE_PATH=\"data\\new.db\"", "Sqlite - SQLITE_PATH line break")]
    [InlineData("SQLITE_PATH=${DATA}/app.db", "Sqlite ${DATA}/app.db SQLITE_PATH leaves as it is")]
    [InlineData("SQLITE_PATH='data/Übung [1] app.db'", "Sqlite data/Übung [1] app.db SQLITE_PATH")]
    [InlineData("DATABASE_URL=mysql://db/emr", "")]
    [InlineData("PORT=3002", "")]
    public void The_database_is_found_in_the_order_of_the_reference_application(string text, string expected)
    {
        File.WriteAllText(_folder.File(".env"), text);

        EnvDatabase? database = EnvDatabase.Of(EnvFile.Read(_folder.File(".env")));

        string path = database?.Path is null ? "-" : Path.GetRelativePath(_folder.Path, database.Path).Replace('\\', '/');
        string said = database is null ? "" : $"{database.Engine} {path} {database.Variable}";
        Assert.StartsWith(said, expected, StringComparison.Ordinal);
        Assert.Contains(expected[said.Length..].Trim(), database?.Finding ?? "", StringComparison.Ordinal);
        Assert.Equal(expected.Length > said.Length, database?.Finding is not null);
    }

    [Fact]
    public void An_absolute_path_stays_what_it_is()
    {
        string path = _folder.File("elsewhere", "app.db");
        File.WriteAllText(_folder.File(".env"), $"DATABASE_URL='file:{path}'");

        Assert.Equal(path, EnvDatabase.Of(EnvFile.Read(_folder.File(".env")))!.Path);
    }

    [Fact]
    public void A_missing_env_file_is_an_error() =>
        Assert.Equal(ErrorCode.ApplicationEnvFileNotFound, Assert.Throws<EmrSimException>(() => EnvFile.Read(_folder.File(".env"))).ErrorCode);

    [Fact]
    public void What_is_far_too_long_is_no_env_file()
    {
        File.WriteAllText(_folder.File(".env"), new string('#', 1024 * 1024 + 1));

        Assert.Equal(ErrorCode.ApplicationEnvFileNotFound, Assert.Throws<EmrSimException>(() => EnvFile.Read(_folder.File(".env"))).ErrorCode);
    }

    // The expression and the rules of dotenv itself, run by Node.js where that is there.
    private static string Node(string text)
    {
        string node = ExternalTool.Require("node");
        const string Parse = """
            const LINE = /(?:^|^)\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?(?:$|$)/mg
            const obj = {}; let lines = require('fs').readFileSync(0, 'utf8').replace(/\r\n?/mg, '\n'), match
            while ((match = LINE.exec(lines)) != null) {
              let value = (match[2] || '').trim(); const maybeQuote = value[0]
              value = value.replace(/^(['"`])([\s\S]*)\1$/mg, '$2')
              if (maybeQuote === '"') value = value.replace(/\\n/g, '\n').replace(/\\r/g, '\r')
              obj[match[1]] = value
            }
            process.stdout.write(obj.A || '')
            """;
        return ExternalTool.Run(node, ["-e", Parse], text);
    }
}
