using System.Globalization;
using System.Numerics;
using System.Text;
using CsCheck;
using EmrSim.Core.Migration.Values;
using EmrSim.Tests.Support;
using Microsoft.Data.Sqlite;

namespace EmrSim.Tests.Migration.Values;

public sealed class NumberTextTests
{
    private static readonly Gen<double> s_real = Gen.OneOf(
        Gen.Double, Gen.Double.Unit, Gen.Long.Select(BitConverter.Int64BitsToDouble).Where(double.IsFinite), Gen.Select(Gen.Int, Gen.Int[0, 9], (n, p) => n / Math.Pow(10, p)),
        Gen.Int[-30, 30].Select(e => Math.Pow(10, e)), Gen.Const(double.MaxValue), Gen.Const(double.Epsilon));

    private static readonly Gen<string> s_decimal = Gen.Select(
        Gen.String["0123456789"], Gen.String["0123456789"], Gen.OneOf(Gen.Const(""), Gen.Int[-60, 60].Select(e => $"e{e}")), Gen.OneOf("", "-", "+"),
        (whole, fraction, exponent, sign) => sign + (whole.Length + fraction.Length == 0 ? "0" : whole) + (fraction.Length > 0 ? "." + fraction : "") + exponent);

    [Fact]
    public void A_decimal_number_is_kept_digit_by_digit() => s_decimal.Sample(
        static text =>
        {
            Assert.True(PgNumeric.TryParse(Encoding.UTF8.GetBytes(text), out PgNumeric number), text);
            (BigInteger unscaled, int scale) = Reference(text);

            Assert.Equal(Shown(unscaled, scale), number.ToString());
            Assert.Equal(Math.Max(0, scale), number.Scale);
        },
        iter: 5000);

    [Fact]
    public void A_decimal_number_survives_its_binary_form() => s_decimal.Sample(
        static text =>
        {
            Assert.True(PgNumeric.TryParse(Encoding.UTF8.GetBytes(text), out PgNumeric number));
            byte[] binary = new byte[number.ByteCount];
            number.Write(binary);

            Assert.True(PgNumeric.TryRead(binary, out PgNumeric read));
            Assert.Equal((number.ToString(), number.Scale), (read.ToString(), read.Scale));
            Assert.True(number.ValueEquals(read));
        },
        iter: 5000);

    [Fact]
    public void M4_a_number_fits_a_precision_and_scale_exactly_or_not() =>
        Gen.Select(s_decimal, Gen.Int[1, 30], Gen.Int[0, 30]).Where(c => c.Item3 <= c.Item2).Sample(
            static (text, precision, scale) =>
            {
                Assert.True(PgNumeric.TryParse(Encoding.UTF8.GetBytes(text), out PgNumeric number));
                (BigInteger unscaled, int digits) = Reference(text);
                BigInteger power = BigInteger.Pow(10, Math.Abs(scale - digits));
                BigInteger atScale = scale >= digits ? unscaled * power : unscaled / power;
                bool exact = scale >= digits || unscaled % power == 0;

                Assert.Equal(exact && BigInteger.Abs(atScale) < BigInteger.Pow(10, precision), number.Fits(precision, scale));
            },
            iter: 10000);

    [Theory]
    [InlineData("1.005", 10, 2, false)]
    [InlineData("1.5", 10, 2, true)]
    [InlineData("12345678901.999", 10, 2, false)]
    [InlineData("99999999.99", 10, 2, true)]
    [InlineData("100000000", 10, 2, false)]
    [InlineData("0.00", 2, 2, true)]
    [InlineData("0.01", 2, 2, true)]
    [InlineData("1", 2, 2, false)]
    [InlineData("0.00001", 5, 5, true)]
    public void M4_nothing_is_rounded(string text, int precision, int scale, bool fits)
    {
        Assert.True(PgNumeric.TryParse(Encoding.UTF8.GetBytes(text), out PgNumeric number));
        Assert.Equal(fits, number.Fits(precision, scale));
    }

    [Fact]
    public void M1_integers_are_exact() => Gen.OneOf(Gen.Long, Gen.OneOf(long.MinValue, long.MaxValue, 0, 10_000, -10_000, (1L << 53) + 1)).Sample(
        static value =>
        {
            var number = PgNumeric.From(value);
            Assert.Equal(value.ToString(CultureInfo.InvariantCulture), number.ToString());
            Assert.True(number.TryInteger(out long read));
            Assert.Equal(value, read);
        });

    [Fact]
    public void M2_reals_are_the_shortest_decimal_that_reads_back() => s_real.Sample(
        static value =>
        {
            if (value == 0) return;
            Assert.True(PgNumeric.TryFrom(value, out PgNumeric number));
            Assert.True(number.TryReal(out double read));
            Assert.Equal(BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits(read));
            Assert.Equal(value, double.Parse(number.ToString(), CultureInfo.InvariantCulture));
        },
        iter: 10000);

    [Fact]
    public void M3_infinities_NaN_and_minus_zero_are_no_numeric()
    {
        Assert.False(PgNumeric.TryFrom(double.PositiveInfinity, out _));
        Assert.False(PgNumeric.TryFrom(double.NegativeInfinity, out _));
        Assert.False(PgNumeric.TryFrom(double.NaN, out _));
        Assert.False(PgNumeric.TryFrom(-0.0, out _));
        Assert.True(PgNumeric.TryFrom(0.0, out PgNumeric zero));
        Assert.True(zero.IsZero);
    }

    [Theory]
    [InlineData("0.1000000000000000055511151231257827021181583404541015625")]
    [InlineData("9007199254740993")]
    [InlineData("123456789012345678901234567890123456789012345678901234567890")]
    public void A_numeric_that_is_no_shortest_decimal_is_no_real(string text)
    {
        Assert.True(PgNumeric.TryParse(Encoding.UTF8.GetBytes(text), out PgNumeric number));
        Assert.False(number.TryReal(out _));
        Assert.Equal(text == "9007199254740993", number.TryInteger(out _));
    }

    [Theory]
    [InlineData("0000000000000000C000000000")]
    [InlineData("0001000000000000")]
    [InlineData("00010000000000002710")]
    [InlineData("00")]
    public void Binary_forms_that_PostgreSQL_never_sends_are_refused(string hexadecimal) => Assert.False(PgNumeric.TryRead(Convert.FromHexString(hexadecimal), out _));

    [Theory]
    [InlineData("00000000C0000000", "NaN")]
    [InlineData("00000000D0000000", "Infinity")]
    [InlineData("00000000F0000000", "-Infinity")]
    [InlineData("0000000040000002", "0.00")]
    [InlineData("000200000000000200011388", "1.50")]
    public void Special_numbers_of_PostgreSQL_are_read(string hexadecimal, string expected)
    {
        Assert.True(PgNumeric.TryRead(Convert.FromHexString(hexadecimal), out PgNumeric number));
        Assert.Equal(expected, number.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1.2.3")]
    [InlineData("1e")]
    [InlineData("e5")]
    [InlineData(" 1")]
    [InlineData("0x10")]
    [InlineData("Inf")]
    [InlineData("1e-16384")]
    [InlineData("1e131072")]
    [InlineData("1e999999999999999999999")]
    public void What_is_no_decimal_number_or_none_of_PostgreSQL_is_none(string text) => Assert.False(PgNumeric.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void The_limits_of_numeric_are_within()
    {
        Assert.True(PgNumeric.TryParse("1e131071"u8, out PgNumeric large));
        Assert.Equal(131_072, large.WholeDigits);
        Assert.True(PgNumeric.TryParse("-1e-16383"u8, out PgNumeric small));
        Assert.Equal(16_383, small.FractionDigits);
        Assert.True(PgNumeric.TryParse("0e200"u8, out PgNumeric zero));
        Assert.True(zero.IsZero);
    }

    [Theory]
    [InlineData("0", true)]
    [InlineData("-12", true)]
    [InlineData("0.50", true)]
    [InlineData("10", true)]
    [InlineData("02134", false)]
    [InlineData("+5", false)]
    [InlineData("-0", false)]
    [InlineData("-0.0", false)]
    [InlineData("1e3", false)]
    [InlineData(".5", false)]
    [InlineData("5.", false)]
    [InlineData("-", false)]
    [InlineData("", false)]
    public void M4_a_text_becomes_a_number_only_where_it_would_come_back_as_it_is(string text, bool plain) =>
        Assert.Equal(plain, PgNumeric.TryParsePlain(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void M2_a_real_as_text_is_what_SQLite_casts_and_reads_back()
    {
        using SqliteConnection connection = TestDatabase.Open(":memory:");
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT CAST($v AS TEXT)";
        SqliteParameter parameter = command.Parameters.Add("$v", SqliteType.Real);
        byte[] text = new byte[RealText.Longest];
        Gen.OneOf(s_real, Gen.OneOf(0.0, -0.0, 1.0, -1.5, 1e15, 1e14, 999999999999999.0, 1e-4, 1e-5, 0.1 + 0.2, double.PositiveInfinity, double.NegativeInfinity)).Sample(
            value =>
            {
                parameter.Value = value;
                string expected = (string)command.ExecuteScalar()!;
                string written = Encoding.ASCII.GetString(text, 0, RealText.Write(value, text));

                if (double.IsInfinity(value))
                {
                    Assert.Equal(expected, written);
                    return;
                }

                Assert.Equal(BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits(double.Parse(written, CultureInfo.InvariantCulture)));
                if (value == 0 && double.IsNegative(value)) return;
                Assert.Equal(value, double.Parse(expected, CultureInfo.InvariantCulture));
                // SQLite's seventeenth digit is not always rounded well, and numbers beneath the normal ones have digits by a rule of its own.
                if (expected.Count(char.IsAsciiDigit) <= 15 && (value == 0 || Math.Abs(value) > 2.3e-308)) Assert.Equal(expected, written);
            },
            iter: 20000,
            threads: 1);
    }

    private static (BigInteger Unscaled, int Scale) Reference(string text)
    {
        string[] parts = text.Split('e');
        string[] digits = parts[0].TrimStart('+', '-').Split('.');
        string fraction = digits.Length > 1 ? digits[1] : "";
        BigInteger unscaled = BigInteger.Parse("0" + digits[0] + fraction, CultureInfo.InvariantCulture);
        return (text[0] == '-' ? -unscaled : unscaled, fraction.Length - (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0));
    }

    private static string Shown(BigInteger unscaled, int scale)
    {
        if (scale <= 0) return (unscaled * BigInteger.Pow(10, -scale)).ToString(CultureInfo.InvariantCulture);
        string digits = BigInteger.Abs(unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        return (unscaled < 0 ? "-" : "") + digits[..^scale] + "." + digits[^scale..];
    }
}
