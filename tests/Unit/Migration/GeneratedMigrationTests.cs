using System.Globalization;
using CsCheck;
using EmrSim.Core.Migration;
using EmrSim.Tests.Support;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace EmrSim.Tests.Migration;

/// <summary>Every storage class in every declared type, through whole migrations, and back by an oracle that knows nothing of how EmrSim reads or proves values.</summary>
[NotUnderWine("PostgreSQL runs on Linux there")]
public sealed class GeneratedMigrationTests
{
    private const int Columns = 3;

    private static readonly string[] s_types =
    [
        "", "INTEGER", "INT", "SMALLINT", "unsigned big int", "TEXT", "VARCHAR(5)", "CHAR(3)", "CLOB", "REAL", "DOUBLE PRECISION", "FLOAT", "NUMERIC", "NUMERIC(10, 2)", "DECIMAL(5)", "BLOB",
        "byte[]", "BOOLEAN", "DATE", "DATETIME", "TIMESTAMP", "timestamp without time zone", "TIME", "UUID", "JSON", "JSONB",
    ];

    private static readonly string[] s_values =
    [
        "NULL", "NULL", "0", "1", "-1", "2", "9007199254740993", "9223372036854775807", "-9223372036854775808", "1700000000", "1700000000123", "0.1", "0.1 + 0.2", "-0.0", "1.0", "1e100", "5e-324",
        "9e999", "-9e999", "1.005", "12345678901.999", "2460000.5", "''", "'a'", "'abc '", "'longer than that'", "'ä🩺'", "'\\N'", "char(9, 10, 13, 34, 39, 92)", "'1'", "'007'", "'1.50'", "'1e5'", "'true'", "'f'",
        "'maybe'", "'2025-03-30'", "'2025-03-30 02:30:00'", "'2025-03-30T02:30:00.123456Z'", "'2025-03-30T04:30:00+02:00'", "'2025-03-30 02:30:00.1234567'", "'0000-00-00'", "'24:00:00'", "'08:15'", "'23:59:59.5'",
        "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "'{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}'", "'{\"b\": [1, null], \"a\": \"x\"}'", "'[1, 2'", "'null'", "x''", "x'00ff'", "x'61'", "CAST(x'6100' AS TEXT)", "CAST(x'61ff' AS TEXT)",
    ];

    // Most columns hold values of a few kinds, else nothing would ever be more than a text.
    private static readonly Gen<string[]> s_column =
        from few in Gen.OneOf(s_values).Array[1, 3]
        from rows in Gen.OneOf(few).Array[6]
        select rows;

    [Fact]
    public async Task Whatever_a_column_is_declared_and_holds_arrives_as_it_is_or_is_named()
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        int passed = 0, rejected = 0, refused = 0;
        await Gen.Select(Gen.OneOf(s_types).Array[Columns], s_column.Array[Columns], Gen.Enum<EmrMapping>(), Gen.Enum<EmrMisfitAction>(), Gen.Bool).SampleAsync(
            async generated =>
            {
                (string[] types, string[][] values, EmrMapping mapping, EmrMisfitAction action, bool utf16) = generated;
                using var fixture = new MigrationFixture(database);
                fixture.With(Script(types, values, utf16));
                database.Run("DROP TABLE IF EXISTS t");
                MigrationRequest request = fixture.Request with { Plan = fixture.Plan with { Mapping = mapping, OnMisfit = action } };
                MigrationResult result;
                try
                {
                    result = await fixture.RunAsync(request);
                }
                catch (EmrSimException e) when (e.ErrorCode == ErrorCode.MigrationNotPossible)
                {
                    refused++;
                    return;
                }

                Check(fixture.Source, database, result.Migration.RejectPath is { } file ? File.ReadAllLines(file) : []);
                if (result.Error is null) passed++;
                else rejected++;
            },
            iter: 300,
            threads: 1);

        // All three ways must have been taken, or this proves little.
        Assert.InRange(passed, 50, 300);
        Assert.InRange(rejected, 10, 300);
        Assert.InRange(refused, 10, 300);
    }

    private static string Script(string[] types, string[][] values, bool utf16) =>
        (utf16 ? "PRAGMA encoding = 'UTF-16le';" : "") +
        $"CREATE TABLE t(id INTEGER PRIMARY KEY, {string.Join(", ", types.Select((t, i) => $"c{i} {t}"))});" +
        string.Concat(Enumerable.Range(0, values[0].Length).Select(row => $"INSERT INTO t VALUES ({row + 1}, {string.Join(", ", values.Select(v => utf16 ? v[row].Replace("CAST(x'61ff' AS TEXT)", "'b'", StringComparison.Ordinal) : v[row]))});"));

    private static void Check(string source, PostgresDatabase database, string[] rejects)
    {
        using SqliteConnection from = TestDatabase.Open(source);
        using SqliteCommand read = from.CreateCommand();
        read.CommandText = "SELECT * FROM t ORDER BY id";
        using SqliteDataReader stored = read.ExecuteReader();
        Dictionary<long, ArrivedValue[]> arrived = Arrived(database);
        while (stored.Read())
        {
            long id = stored.GetInt64(0);
            string[] reasons = [.. rejects.Where(r => r.StartsWith(string.Create(CultureInfo.InvariantCulture, $"-- id={id}: "), StringComparison.Ordinal))];
            if (!arrived.Remove(id, out ArrivedValue[]? row))
            {
                Assert.NotEmpty(reasons);
                continue;
            }

            for (int i = 0; i < Columns; i++)
            {
                object? value = stored.GetValue(i + 1) is var v && v is DBNull ? null : v;
                bool named = row[i].Text is null && reasons.Any(r => r.Contains(string.Create(CultureInfo.InvariantCulture, $": c{i} "), StringComparison.Ordinal));
                Assert.True(named || row[i].Is(value), $"row {id}, c{i}: {value} became {row[i]}");
            }
        }

        Assert.Empty(arrived);
    }

    private static Dictionary<long, ArrivedValue[]> Arrived(PostgresDatabase database)
    {
        using var connection = new NpgsqlConnection(database.ConnectionString);
        connection.Open();
        string columns = string.Join(", ", Enumerable.Range(0, Columns).Select(i => $"pg_typeof(c{i})::text, c{i}::text"));
        using var command = new NpgsqlCommand($"SET TimeZone TO 'UTC'; SET DateStyle TO ISO; SELECT id, {columns} FROM t", connection);
        using NpgsqlDataReader reader = command.ExecuteReader();
        var rows = new Dictionary<long, ArrivedValue[]>();
        while (reader.Read())
        {
            rows.Add(reader.GetInt64(0), [.. Enumerable.Range(0, Columns).Select(i => new ArrivedValue(reader.GetString(1 + (2 * i)), reader.IsDBNull(2 + (2 * i)) ? null : reader.GetString(2 + (2 * i))))]);
        }

        return rows;
    }
}
