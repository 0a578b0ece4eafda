using EmrSim.Core.Migration.Schema.Translation;
using EmrSim.Core.Migration.Values;
using EmrSim.Tests.Support;
using Npgsql;

namespace EmrSim.Tests.Migration.Schema;

public sealed class ViewTests
{
    private static readonly TranslationColumn[] s_users =
    [
        new("id", "id", PgType.BigInt, "BINARY"), new("Name", "Name", PgType.Text, "BINARY"), new("email", "email", PgType.Text, "NOCASE"), new("active", "active", new PgType(PgKind.Boolean), "BINARY"),
        new("created_at", "created_at", new PgType(PgKind.TimestampTz), "BINARY") { Canonical = true },
    ];

    private static readonly TranslationColumn[] s_messages =
    [
        new("id", "id", PgType.BigInt, "BINARY"), new("user_id", "user_id", PgType.BigInt, "BINARY"), new("body", "body", PgType.Text, "BINARY"), new("tokens", "tokens", PgType.BigInt, "BINARY"),
        new("score", "score", PgType.DoublePrecision, "BINARY"), new("sent_at", "sent_at", new PgType(PgKind.TimestampTz), "BINARY"), new("meta", "meta", new PgType(PgKind.Jsonb), "BINARY"),
    ];

    private const string SqliteSchema =
        "CREATE TABLE users(id INTEGER PRIMARY KEY, Name TEXT, email TEXT COLLATE NOCASE, active BOOLEAN, created_at TEXT);" +
        "CREATE TABLE messages(id INTEGER PRIMARY KEY, user_id INTEGER, body TEXT, tokens INTEGER, score REAL, sent_at TEXT, meta TEXT);";

    private const string PostgresSchema =
        "CREATE TABLE users(id bigint, \"Name\" text COLLATE \"C\", email text COLLATE \"C\", active boolean, created_at timestamptz);" +
        "CREATE TABLE \"the messages\"(id bigint, user_id bigint, body text COLLATE \"C\", tokens bigint, score double precision, sent_at timestamptz, meta jsonb);";

    private const string Rows =
        "INSERT INTO users VALUES(1,'Zoë','Z@x.org',{1},'2024-01-05 10:00:00'),(2,'adam','A@X.ORG',{0},'2023-01-05 10:00:00'),(3,'Bert',NULL,NULL,NULL),(4,'adam','b@x.org',{1},'2024-01-05 10:00:01');" +
        "INSERT INTO {m} VALUES(1,1,'Hi',10,0.5,'2024-01-05 10:00:00','1'),(2,1,'hi',NULL,1.5,NULL,NULL),(3,2,'Ünder',7,NULL,'2024-01-05 10:00:00','1'),(4,9,'',3,2.5,NULL,'1'),(5,4,'hi',10,0.5,NULL,NULL);";

    // Without an order in the view, the test sorts.
    public static TheoryData<string> Views =>
    [
        "SELECT * FROM users",
        "SELECT u.*, m.id, m.body AS text FROM users u JOIN messages m ON m.user_id = u.id",
        "SELECT Name, active, users.id * 2 AS twice, users.id + tokens, active = 1, 'x', NULL AS missing, 1.5 FROM users, messages WHERE users.id = messages.user_id",
        "SELECT u.name, count(*) AS n, sum(m.tokens) AS s, avg(tokens) a, total(tokens), min(body), max(m.body) FROM users u LEFT JOIN messages m ON m.user_id = u.id GROUP BY u.name",
        "SELECT u.name || '!' AS shout, count(m.id) FROM users AS u LEFT OUTER JOIN messages AS m ON (u.id = m.user_id AND m.tokens > 5) GROUP BY shout HAVING count(*) >= 1",
        "SELECT lower(name), count(DISTINCT active) FILTER (WHERE id > 1) FROM users GROUP BY 1",
        "SELECT count(*), sum(tokens), max(tokens), sum(active) FROM messages JOIN users USING (id)",
        "SELECT count(*) FROM messages WHERE 0",
        "SELECT * FROM users JOIN messages USING (id)",
        "SELECT id FROM users WHERE email = 'a@x.org' OR email IN ('B@x.org')",
        "SELECT DISTINCT Name, active FROM users",
        "SELECT id FROM users UNION SELECT user_id FROM messages",
        "SELECT Name AS what, 1 AS kind FROM users UNION ALL SELECT body, NULL FROM messages EXCEPT SELECT 'hi', NULL",
        "SELECT id FROM users INTERSECT SELECT user_id FROM messages",
        "SELECT name, (SELECT count(*) FROM messages m WHERE m.user_id = u.id) AS n FROM users u WHERE EXISTS (SELECT 1 FROM messages WHERE user_id = u.id) OR id NOT IN (SELECT user_id FROM messages)",
        "SELECT t.n, t.name FROM (SELECT name, count(*) AS n FROM users GROUP BY name) t WHERE t.n > 1",
        "SELECT n FROM (SELECT count(*) n FROM users)",
        "SELECT iif(active, 'on', 'off') AS state, coalesce(created_at, NULL) IS NULL AS missing, created_at FROM users",
        "SELECT \"not there\" AS q, [name] FROM users",
        "SELECT id, id, id AS ID FROM users",
        "SELECT m.body  ||\n'x', m.score / 2, -score, round(score) FROM messages m",
        "SELECT 1 AS one, 'a' AS a",
        "SELECT a.id FROM users a CROSS JOIN users b INNER JOIN messages c ON c.user_id = b.id AND a.id <> b.id",
        "SELECT u.id, m.id FROM users u FULL JOIN messages m ON m.user_id = u.id",
        "SELECT CASE active WHEN 1 THEN 'yes' WHEN 0 THEN 'no' END AS a, max(id) FROM users GROUP BY active",
        "SELECT created_at, count(*) FROM users GROUP BY created_at",
        "SELECT max(created_at) FROM users",
    ];

    public static TheoryData<string> OrderedViews =>
    [
        "SELECT Name, id FROM users ORDER BY name, id DESC",
        "SELECT body FROM messages ORDER BY tokens DESC NULLS FIRST, body, id LIMIT 3 OFFSET 1",
        "SELECT id, email AS mail FROM users ORDER BY mail, 1",
        "SELECT DISTINCT Name FROM users ORDER BY Name DESC",
        "SELECT id AS x, -id AS id FROM users ORDER BY id",
        "SELECT Name FROM users UNION SELECT body FROM messages ORDER BY 1 DESC LIMIT -1",
        "SELECT id FROM users ORDER BY created_at DESC, id",
        "SELECT id FROM users ORDER BY name COLLATE NOCASE, id LIMIT 1, 2",
        "SELECT id FROM messages ORDER BY coalesce(tokens, 8), score IS NULL, id",
        "SELECT name, count(*) AS c FROM users GROUP BY name ORDER BY count(*) DESC, name",
        "SELECT tokens || '' AS t, id FROM messages ORDER BY t, id",
    ];

    [Theory]
    [NotUnderWine("PostgreSQL is a program of Linux")]
    [MemberData(nameof(Views))]
    public void M35_A_view_has_the_same_rows_on_both_sides(string select) => Compare(select, ordered: false);

    [Theory]
    [NotUnderWine("PostgreSQL is a program of Linux")]
    [MemberData(nameof(OrderedViews))]
    public void M35_A_view_with_an_order_has_the_same_rows_in_the_same_order(string select) => Compare(select, ordered: true);

    [Theory]
    [InlineData("SELECT Name, id FROM users GROUP BY Name", "not grouped")]
    [InlineData("SELECT Name, count(*) FROM users", "not grouped")]
    [InlineData("SELECT id FROM users LIMIT 1", "LIMIT without an order")]
    [InlineData("SELECT sum(score) FROM messages", "order of the rows")]
    [InlineData("SELECT group_concat(body) FROM messages", "order")]
    [InlineData("SELECT DISTINCT email FROM users", "NOCASE")]
    [InlineData("SELECT email FROM users GROUP BY email", "NOCASE")]
    [InlineData("SELECT id FROM messages ORDER BY sent_at", "several forms")]
    [InlineData("SELECT DISTINCT sent_at FROM messages", "several forms")]
    [InlineData("SELECT id FROM messages WHERE sent_at > '2024'", "times")]
    [InlineData("SELECT id, (SELECT body FROM messages WHERE user_id = users.id) FROM users", "several rows")]
    [InlineData("SELECT id FROM nowhere", "nowhere, which is not carried")]
    [InlineData("WITH c AS (SELECT 1) SELECT * FROM c", "WITH")]
    [InlineData("SELECT row_number() OVER (ORDER BY id) FROM users", "window")]
    [InlineData("SELECT * FROM users NATURAL JOIN messages", "NATURAL")]
    [InlineData("VALUES (1)", "VALUES")]
    [InlineData("SELECT id AS \"key\" FROM users WHERE \"key\" > 1", "alias key")]
    [InlineData("SELECT id FROM users, messages", "several tables")]
    [InlineData("SELECT id FROM users UNION SELECT body FROM messages", "several types")]
    [InlineData("SELECT id FROM users INTERSECT SELECT id FROM messages UNION SELECT 1", "INTERSECT")]
    [InlineData("SELECT meta FROM messages UNION SELECT NULL", "JSON")]
    [InlineData("SELECT id FROM users WHERE count(*) > 1", "count()")]
    [InlineData("SELECT id AS xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx FROM users", "cannot bear")]
    [InlineData("SELECT id FROM users WHERE id IN users", "IN before a table")]
    public void M35_A_view_that_means_something_else_is_refused_with_its_reason(string select, string reason)
    {
        Translation translation = SqlTranslator.View($"CREATE VIEW v AS {select}", Tables);

        Assert.Null(translation.Sql);
        Assert.Contains(reason, translation.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_view_gives_its_columns_for_views_over_it()
    {
        Translation first = SqlTranslator.View("CREATE VIEW v(a, b) AS SELECT email, count(*) FROM users GROUP BY email COLLATE BINARY, email || ''", Tables);
        Assert.NotNull(first.Reason);

        Translation second = SqlTranslator.View("CREATE VIEW IF NOT EXISTS main.\"my v\"(a, b) AS SELECT Name, count(*) FROM users GROUP BY Name", Tables);
        Assert.Equal("CREATE VIEW \"my v\" (\"a\", \"b\") AS SELECT \"users\".\"Name\" AS \"Name\", count(*) AS \"count(*)\" FROM \"users\" AS \"users\" GROUP BY \"users\".\"Name\"", second.Sql);

        Translation third = SqlTranslator.View("CREATE VIEW w AS SELECT a, b + 1 FROM \"my v\"", t => t == "my v" ? ("my v", second.Columns!) : t == "w" ? ("w_2", []) : null);
        Assert.Equal("CREATE VIEW \"w_2\" AS SELECT \"my v\".\"a\" AS \"a\", (\"my v\".\"b\" + 1) AS \"b + 1\" FROM \"my v\" AS \"my v\"", third.Sql);
    }

    private static void Compare(string select, bool ordered)
    {
        Translation translation = SqlTranslator.View($"CREATE VIEW v AS {select}", Tables);
        Assert.True(translation.Sql is not null, translation.Reason);
        using var folder = new TempFolder();
        using Microsoft.Data.Sqlite.SqliteConnection sqlite = TestDatabase.Open(folder.File("a.db"));
        TranslationBench.AllowTextsInDoubleQuotes(sqlite);
        TestDatabase.Run(sqlite, SqliteSchema + Rows.Replace("{m}", "messages").Replace("{1}", "1").Replace("{0}", "0") + $"CREATE VIEW v AS {select}");
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        using var postgres = new NpgsqlConnection(database.ConnectionString);
        postgres.Open();
        string rows = Rows.Replace("{m}", "\"the messages\"").Replace("{1}", "true").Replace("{0}", "false");
        TranslationBench.Rows(postgres.CreateCommand(), "SET TimeZone = 'UTC';" + PostgresSchema + rows + translation.Sql);

        List<string> left = Lines(TranslationBench.Rows(sqlite.CreateCommand(), "SELECT * FROM v"));
        List<string> right = Lines(TranslationBench.Rows(postgres.CreateCommand(), "SELECT * FROM v"));

        if (!ordered)
        {
            left.Sort(StringComparer.Ordinal);
            right.Sort(StringComparer.Ordinal);
        }

        Assert.Equal(left, right);
        Assert.Equal(Names(sqlite.CreateCommand()), Names(postgres.CreateCommand()));
        Assert.Equal(Names(sqlite.CreateCommand()), translation.Columns!.Select(c => c.TargetName));
    }

    private static string[] Names(System.Data.Common.DbCommand command)
    {
        using (command)
        {
            command.CommandText = "SELECT * FROM v LIMIT 0";
            using System.Data.Common.DbDataReader reader = command.ExecuteReader();
            return [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
        }
    }

    private static List<string> Lines(List<object?[]> rows) => [.. rows.Select(r => string.Join(" | ", r.Select(v => v switch
    {
        null => "NULL",
        bool b => b ? "1" : "0",
        DateTime t => t.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture),
        _ => Convert.ToString(v, System.Globalization.CultureInfo.InvariantCulture),
    })))];

    private static (string TargetName, IReadOnlyList<TranslationColumn> Columns)? Tables(string name) => name.ToUpperInvariant() switch
    {
        "USERS" => ("users", s_users),
        "MESSAGES" => ("the messages", s_messages),
        _ => null,
    };
}
