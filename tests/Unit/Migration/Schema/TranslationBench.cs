using System.Globalization;
using EmrSim.Core.Migration.Schema;
using EmrSim.Core.Migration.Schema.Translation;
using EmrSim.Core.Migration.Values;
using EmrSim.Tests.Support;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace EmrSim.Tests.Migration.Schema;

/// <summary>The same nasty rows in SQLite and in PostgreSQL, where an expression can be asked for both results.</summary>
internal sealed class TranslationBench : IDisposable
{
    internal static readonly IReadOnlyList<TranslationColumn> Columns =
    [
        new("id", "id", PgType.BigInt, "BINARY"), new("s", "s", PgType.Text, "BINARY"), new("t", "T 2", PgType.Text, "BINARY"),
        new("c", "c", PgType.Text, "NOCASE"), new("p", "p", PgType.Text, "RTRIM"), new("n", "n", PgType.BigInt, "BINARY"),
        new("m", "m", PgType.BigInt, "BINARY"), new("k", "k", new PgType(PgKind.Integer), "BINARY"), new("r", "r", PgType.DoublePrecision, "BINARY"),
        new("q", "q", PgType.DoublePrecision, "BINARY"), new("b", "b", new PgType(PgKind.Boolean), "BINARY"), new("d", "d", new PgType(PgKind.Date), "BINARY"),
        new("e", "e", new PgType(PgKind.Date), "BINARY"), new("z", "z", PgType.Bytea, "BINARY"), new("y", "y", new PgType(PgKind.Numeric, 10, 2), "BINARY"),
        new("u", "u", new PgType(PgKind.Uuid), "BINARY") { Canonical = true, Affinity = SqliteAffinity.Text },
    ];

    private static readonly string[] s_texts =
    [
        "''", "'a'", "'A'", "'abc'", "'ABC'", "'aBd'", "'abc '", "'  abc'", "'Zürich'", "'zÜrich'", "'é'", "'É'", "'ß'", "'10'", "'2'", "'-5'", "' 5'", "'1e3'", "'a%b'", "'a_b'",
        "'a\\b'", "'it''s'", "'tab\ta'", "'a\nb'", "'🩺a'", "'[x]'", "'a.b'", "'null'", "'true'", "'2024-01-05'", "'_'", "'Ab-Cd'", "'bca'", "'x]y'", "NULL",
    ];

    private static readonly string[] s_integers =
    [
        "0", "1", "-1", "2", "3", "7", "-10", "100", "2147483647", "2147483648", "-2147483648", "-2147483649", "9007199254740992", "9007199254740993", "9223372036854775807",
        "-9223372036854775808", "63", "NULL", "0", "1", "5", "-3",
    ];

    private static readonly string[] s_small = ["0", "1", "-1", "5", "2147483647", "-2147483648", "NULL", "12"];

    private static readonly string[] s_reals =
    [
        "0.0", "1.0", "0.5", "-0.5", "1.5", "2.5", "-2.5", "0.1", "0.2", "0.3", "0.30000000000000004", "1e15", "-1e18", "1e300", "5e-324", "9007199254740992.0", "3.999999", "-0.25",
        "0.49999999999999994", "4503599627370497.5", "NULL", "9.2233720368547758e18", "2.0",
    ];

    private readonly TempFolder _folder = new();
    private readonly PostgresDatabase _database;

    internal TranslationBench(int rows = 120)
    {
        _database = PostgresCluster.Require().CreateDatabase();
        Sqlite = TestDatabase.Open(_folder.File("bench.db"));
        AllowTextsInDoubleQuotes(Sqlite);
        Postgres = new NpgsqlConnection(_database.ConnectionString);
        Postgres.Open();
        TestDatabase.Run(
            Sqlite,
            "CREATE TABLE t(id INTEGER PRIMARY KEY, s TEXT, t TEXT, c TEXT COLLATE NOCASE, p TEXT COLLATE RTRIM, n INTEGER, m INTEGER, k INTEGER, r REAL, q REAL, b BOOLEAN, d DATE, " +
            "e DATE, z BLOB, y NUMERIC, u TEXT)");
        Run("CREATE TABLE t(id bigint, s text COLLATE \"C\", \"T 2\" text COLLATE \"C\", c text COLLATE \"C\", p text, n bigint, m bigint, k integer, r double precision, q double precision, " +
            "b boolean, d date, e date, z bytea, y numeric(10,2), u uuid)");
        var random = new Random(20_240_105);
        for (int i = 0; i < rows; i++) Insert(i, random);
    }

    internal SqliteConnection Sqlite { get; }

    internal NpgsqlConnection Postgres { get; }

    /// <summary>Many builds of SQLite let a name in double quotes be a text; ours does so in the schema of a database only.</summary>
    internal static void AllowTextsInDoubleQuotes(SqliteConnection connection)
    {
        const int DoubleQuotedTextsInQueries = 1013;
        Assert.Equal(SQLitePCL.raw.SQLITE_OK, SQLitePCL.raw.sqlite3_db_config(connection.Handle, DoubleQuotedTextsInQueries, 1, out _));
    }

    internal void Run(string sql)
    {
        using var command = new NpgsqlCommand(sql, Postgres);
        command.ExecuteNonQuery();
    }

    /// <summary>Runs both, and says where they differ; null where they do not, or where PostgreSQL stops as it may.</summary>
    internal string? Difference(string sqlite, string postgres, out bool stopped)
    {
        stopped = false;
        List<object?[]> right;
        try
        {
            right = Rows(Postgres.CreateCommand(), postgres);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.NumericValueOutOfRange)
        {
            stopped = true;
            return null;
        }
        catch (PostgresException e)
        {
            return $"PostgreSQL says {e.SqlState} {e.MessageText}";
        }

        List<object?[]> left;
        try
        {
            left = Rows(Sqlite.CreateCommand(), sqlite);
        }
        catch (SqliteException e) when (e.Message.Contains("integer overflow", StringComparison.Ordinal))
        {
            // abs() of the least integer: no side has to have a value.
            stopped = true;
            return null;
        }
        catch (SqliteException e)
        {
            return $"SQLite says {e.Message}";
        }

        if (left.Count != right.Count) return $"{left.Count} rows beside {right.Count}";
        for (int i = 0; i < left.Count; i++)
        {
            for (int j = 0; j < left[i].Length; j++)
            {
                if (!Same(left[i][j], right[i][j])) return $"row {i + 1}, column {j + 1}: {Show(left[i][j])} beside {Show(right[i][j])}";
            }
        }

        return null;
    }

    internal static List<object?[]> Rows(System.Data.Common.DbCommand command, string sql)
    {
        using (command)
        {
            command.CommandText = sql;
            using System.Data.Common.DbDataReader reader = command.ExecuteReader();
            var rows = new List<object?[]>();
            while (reader.Read()) rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i))]);
            return rows;
        }
    }

    internal static bool Same(object? left, object? right) => (left, right) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        (long l, bool r) => l == (r ? 1 : 0),
        (long l, int r) => l == r,
        (long l, long r) => l == r,
        // Where a branch is whole and another not, the number is the same in another type.
        (long l, double r) => Math.Abs(l) <= 1L << 53 && l == r,
        (double l, double r) => l == r,
        (double or long, decimal r) => Convert.ToDecimal(left, CultureInfo.InvariantCulture) == r,
        (string l, string r) => l == r,
        (string l, Guid r) => l == r.ToString("D"),
        (string l, DateTime r) => l == r.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        (string l, DateOnly r) => l == r.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        (byte[] l, byte[] r) => l.AsSpan().SequenceEqual(r),
        _ => false,
    };

    public void Dispose()
    {
        Sqlite.Dispose();
        Postgres.Dispose();
        _database.Dispose();
        _folder.Dispose();
    }

    private void Insert(int id, Random random)
    {
        string Pick(string[] from) => from[random.Next(from.Length)];
        string? real1 = Pick(s_reals);
        string? real2 = Pick(s_reals);
        string blob = Pick(["00", "ff", "61", "", "6162", "7f80"]);
        bool noBlob = random.Next(5) == 0;
        string text1 = Pick(s_texts);
        string text2 = random.Next(4) == 0 ? text1 : Pick(s_texts);
        string uuid = Pick(["'0b54a5a0-0000-4000-8000-00000000000f'", "'ffffffff-ffff-4fff-8fff-ffffffffffff'", "NULL"]);
        string shared = string.Join(", ", id, text1, text2, Pick(s_texts), Pick(s_texts), Pick(s_integers), Pick(s_integers), Pick(s_small));
        string dates = $"{Pick(["'2024-01-05'", "'1999-12-31'", "'2024-02-29'", "NULL"])}, {Pick(["'2024-01-05'", "'2000-01-01'", "NULL"])}";
        string number = Pick(["0", "1.5", "-2.25", "10", "99999999.99", "NULL", "0.1"]);
        int bit = random.Next(3);
        TestDatabase.Run(
            Sqlite,
            $"INSERT INTO t VALUES({shared}, {real1}, {real2}, {(bit == 2 ? "NULL" : bit)}, {dates}, {(noBlob ? "NULL" : $"x'{blob}'")}, {number}, {uuid})");
        Run($"INSERT INTO t VALUES({shared}, {real1}, {real2}, {(bit == 2 ? "NULL" : bit == 1 ? "true" : "false")}, {dates}, {(noBlob ? "NULL" : $"'\\x{blob}'")}, {number}, {uuid})");
    }

    private static string Show(object? value) => value switch
    {
        null => "NULL",
        byte[] bytes => $"x'{Convert.ToHexString(bytes)}'",
        double real => $"real {real.ToString("R", CultureInfo.InvariantCulture)}",
        _ => $"{value.GetType().Name} '{Convert.ToString(value, CultureInfo.InvariantCulture)}'",
    };
}
