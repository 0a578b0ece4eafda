using System.Globalization;
using System.Text;
using CsCheck;
using EmrSim.Core.Migration.Values;
using EmrSim.Tests.Support;
using Npgsql;
using NpgsqlTypes;

namespace EmrSim.Tests.Migration.Values;

/// <summary>What is read as a value of PostgreSQL is one to PostgreSQL itself, and the same one.</summary>
[NotUnderWine("it needs PostgreSQL")]
public sealed class PostgresAgreesTests
{
    private static readonly Gen<string> s_string = Gen.OneOf(
        "a", "ä", "🩺", "\\u0061", "\\u0000", "\\ud83e", "\\ude7a", "\\ud83e\\ude7a", "\\\\u0000", "\\n", "\\x", "\u0001", "\u007f", " ").Array[0, 3].Select(p => $"\"{string.Concat(p)}\"");

    private static readonly Gen<string> s_json = Gen.Recursive<string>((depth, inner) => depth > 3 ? s_string : Gen.Frequency(
        (3, s_string),
        (3, Gen.OneOf("0", "-0", "01", "1.", ".5", "1e5", "-1.5E+3", "1e131071", "1e131072", "1e-16383", "1e-16384", "0e131072", "1e999999999999", "tru", "true", "null", "", "NaN", "+1")),
        (2, inner.Array[0, 3].Select(v => $"[{string.Join(",", v)}]")),
        (2, Gen.Select(s_string, inner).Array[0, 3].Select(p => $"{{{string.Join(", ", p.Select(x => $"{x.Item1} :{x.Item2}"))}}}"))));

    [Fact]
    public void M18_PostgreSQL_takes_for_json_and_jsonb_what_is_taken_here() => With(connection => s_json.Sample(
        text =>
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(text);
            bool fits = JsonText.FitsJsonb(utf8, out string? why);

            Assert.Equal(Takes(connection, "json", text), JsonText.IsValid(utf8));
            // A key that comes twice is taken, and one of the two is lost.
            Assert.Equal(Takes(connection, "jsonb", text), fits || why!.Contains("twice", StringComparison.Ordinal));
        },
        iter: 400,
        threads: 1));

    [Fact]
    public void M9_M11_PostgreSQL_reads_the_same_instant() => With(connection => Gen.Select(
        Gen.Long[DateTimeOffset.MinValue.Ticks / 10, DateTimeOffset.MaxValue.Ticks / 10], Gen.OneOf("", "Z", "+13:45", "-0330", "+05"), Gen.OneOf(" ", "T"), Gen.Int[0, 6]).Sample(
        (micros, zone, separator, digits) =>
        {
            string text = new DateTime(micros * 10, DateTimeKind.Unspecified).ToString($"yyyy-MM-dd'{separator}'HH:mm:ss" + (digits > 0 ? "." + new string('f', digits) : ""), CultureInfo.InvariantCulture) + zone;
            if (!TimeText.TryInstant(Encoding.UTF8.GetBytes(text), out long read, out _, out _)) return;

            using var command = new NpgsqlCommand("SELECT (extract(epoch FROM $1::text::timestamptz) * 1000000)::numeric::int8", connection);
            command.Parameters.Add(new NpgsqlParameter { Value = text });
            Assert.Equal((long)command.ExecuteScalar()! - 946_684_800_000_000, read);
        },
        iter: 300,
        threads: 1));

    [Fact]
    public void M4_PostgreSQL_sends_the_same_bytes_of_a_number() => With(connection => Gen.OneOf(
        Gen.Double.Where(double.IsFinite).Select(d => d.ToString("R", CultureInfo.InvariantCulture)),
        Gen.Long.Select(l => l.ToString(CultureInfo.InvariantCulture)),
        Gen.Select(Gen.Int, Gen.String["0123456789"], (whole, fraction) => $"{whole}.{fraction}0"),
        Gen.OneOf("0", "0.00", "-0", "1e131071", "-1e-16383", "10000", "0.0001", "123456789012345678901234567890.5", "1e131072", "1e-16384")).Sample(
        text =>
        {
            bool isNumber = PgNumeric.TryParse(Encoding.ASCII.GetBytes(text), out PgNumeric number);
            Assert.Equal(Takes(connection, "numeric", text), isNumber);
            if (!isNumber) return;

            using var command = new NpgsqlCommand("SELECT numeric_send($1::text::numeric), $1::text::numeric::text", connection);
            command.Parameters.Add(new NpgsqlParameter { Value = text });
            using NpgsqlDataReader reader = command.ExecuteReader();
            Assert.True(reader.Read());
            byte[] binary = new byte[number.ByteCount];
            number.Write(binary);
            Assert.Equal(Convert.ToHexString((byte[])reader[0]), Convert.ToHexString(binary));
            Assert.Equal(reader.GetString(1), number.ToString());
        },
        iter: 300,
        threads: 1));

    [Fact]
    public void PostgreSQL_reads_the_same_UUIDs_and_booleans() => With(connection =>
    {
        foreach (string word in (string[])["true", "T", "yes", "ON", "false", "f", "No", "off"])
        {
            Assert.True(BooleanText.TryParse(Encoding.ASCII.GetBytes(word), out bool value));
            Assert.Equal(value, Scalar(connection, "boolean", word));
        }

        byte[] bytes = new byte[16];
        var guid = Guid.NewGuid();
        Assert.True(UuidText.TryParse(Encoding.ASCII.GetBytes(guid.ToString("D").ToUpperInvariant()), bytes));
        Assert.Equal(Scalar(connection, "uuid", guid.ToString("D")), new Guid(bytes, bigEndian: true));
    });

    private static void With(Action<NpgsqlConnection> test)
    {
        using PostgresDatabase database = PostgresCluster.Require().CreateDatabase();
        using var connection = new NpgsqlConnection(database.ConnectionString);
        connection.Open();
        using (var zone = new NpgsqlCommand("SET TimeZone = 'UTC'", connection)) zone.ExecuteNonQuery();
        test(connection);
    }

    private static object? Scalar(NpgsqlConnection connection, string type, string text)
    {
        using var command = new NpgsqlCommand($"SELECT $1::text::{type}", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = text, NpgsqlDbType = NpgsqlDbType.Text });
        return command.ExecuteScalar();
    }

    private static bool Takes(NpgsqlConnection connection, string type, string text)
    {
        using var command = new NpgsqlCommand($"SELECT ($1::text::{type}) IS NOT NULL", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = text, NpgsqlDbType = NpgsqlDbType.Text });
        try
        {
            return (bool)command.ExecuteScalar()!;
        }
        catch (PostgresException)
        {
            return false;
        }
    }
}
