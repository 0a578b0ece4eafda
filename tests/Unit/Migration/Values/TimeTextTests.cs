using System.Globalization;
using System.Text;
using CsCheck;
using EmrSim.Core.Migration.Values;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.Migration.Values;

public sealed class TimeTextTests
{
    private static readonly DateTimeOffset s_epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<DateTimeOffset> s_instant =
        Gen.Long[DateTimeOffset.MinValue.Ticks / 10, DateTimeOffset.MaxValue.Ticks / 10].Select(m => new DateTimeOffset(m * 10, TimeSpan.Zero));

    [Theory]
    [InlineData("2025-10-05", "2025-10-05T00:00:00Z", false)]
    [InlineData("2025-10-05 08:09", "2025-10-05T08:09:00Z", false)]
    [InlineData("2025-10-05 08:09:10", "2025-10-05T08:09:10Z", false)]
    [InlineData("2025-10-05T08:09:10.123Z", "2025-10-05T08:09:10.123Z", true)]
    [InlineData("2025-10-05T08:09:10.1", "2025-10-05T08:09:10.1Z", false)]
    [InlineData("2025-10-05T08:09:10.123456000+02:00", "2025-10-05T06:09:10.123456Z", true)]
    [InlineData("2025-10-05 08:09:10-0330", "2025-10-05T11:39:10Z", true)]
    [InlineData("2025-10-05 08:09:10+13", "2025-10-04T19:09:10Z", true)]
    [InlineData("2024-02-29T23:59:59.999999Z", "2024-02-29T23:59:59.999999Z", true)]
    [InlineData("0001-01-01", "0001-01-01T00:00:00Z", false)]
    [InlineData("9999-12-31 23:59:59.999999", "9999-12-31T23:59:59.999999Z", false)]
    public void M9_every_form_of_a_time_is_read_as_its_instant(string text, string instant, bool zoned)
    {
        Assert.True(TimeText.TryInstant(Encoding.UTF8.GetBytes(text), out long micros, out bool isZoned, out bool fine));
        Assert.Equal((Micros(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture)), zoned, false), (micros, isZoned, fine));
    }

    [Theory]
    [InlineData("2025-10-05 08:09:10.1234567")]
    [InlineData("2025-10-05T08:09:10.123456001Z")]
    public void M9_more_than_six_digits_of_a_second_are_told(string text)
    {
        Assert.True(TimeText.TryInstant(Encoding.UTF8.GetBytes(text), out long micros, out _, out bool fine));
        Assert.Equal(123456, micros % TimeText.Second);
        Assert.True(fine);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0000-00-00")]
    [InlineData("0000-01-01")]
    [InlineData("10000-01-01")]
    [InlineData("294277-01-01")]
    [InlineData("2025-02-30")]
    [InlineData("2023-02-29")]
    [InlineData("1900-02-29")]
    [InlineData("2025-13-01")]
    [InlineData("2025-1-1")]
    [InlineData("2025-01-01T24:00:00")]
    [InlineData("2025-12-31T23:59:60Z")]
    [InlineData("2025-01-01T10")]
    [InlineData("2025-01-01T10:00:00.")]
    [InlineData("2025-01-01T10:00:00.Z")]
    [InlineData("2025-01-01T10:00:0")]
    [InlineData("2025-01-01T10:00:00,5")]
    [InlineData("2025-01-01  10:00")]
    [InlineData("2025-01-01 ")]
    [InlineData("2025-01-01Z")]
    [InlineData("2025-01-01+01:00")]
    [InlineData("2025-01-01T10:00:00+14:01")]
    [InlineData("2025-01-01T10:00:00+1")]
    [InlineData("2025-01-01T10:00:00+01:0")]
    [InlineData("2025-01-01T10:00:00+01-00")]
    [InlineData("2025-01-01T10:00:00 UTC")]
    [InlineData(" 2025-01-01")]
    [InlineData("2025-01-01 10:00 ")]
    [InlineData("２０２５-01-01")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("9999-12-31T23:00:00-01:00")]
    [InlineData("now")]
    [InlineData("infinity")]
    public void M11_what_is_no_instant_is_none(string text) => Assert.False(TimeText.TryInstant(Encoding.UTF8.GetBytes(text), out _, out _, out _));

    [Fact]
    public void M10_any_instant_in_any_form_is_itself_whatever_the_zone() =>
        Gen.Select(s_instant, Gen.Int[-14 * 60, 14 * 60], Gen.Int[0, 4], Gen.Bool).Sample(
            static (instant, minutes, zone, letter) =>
            {
                TimeSpan offset = zone == 0 ? TimeSpan.Zero : zone == 4 ? TimeSpan.FromHours(minutes / 60) : TimeSpan.FromMinutes(minutes);
                if (instant.Ticks + offset.Ticks < 0 || instant.Ticks + offset.Ticks > DateTime.MaxValue.Ticks) return;
                DateTimeOffset local = instant.ToOffset(offset);
                string sign = offset < TimeSpan.Zero ? "-" : "+";
                string text = local.ToString(letter ? "yyyy-MM-ddTHH:mm:ss.FFFFFF" : "yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture) + zone switch
                {
                    0 => letter ? "Z" : "",
                    1 => sign + offset.ToString("hh\\:mm", CultureInfo.InvariantCulture),
                    2 => sign + offset.ToString("hhmm", CultureInfo.InvariantCulture),
                    3 => sign + offset.ToString("hh\\:mm", CultureInfo.InvariantCulture),
                    _ => sign + offset.ToString("hh", CultureInfo.InvariantCulture),
                };

                Assert.True(TimeText.TryInstant(Encoding.UTF8.GetBytes(text), out long micros, out bool zoned, out _), text);
                Assert.Equal((Micros(instant), zone != 0 || letter), (micros, zoned));
            },
            iter: 5000);

    [Fact]
    public void A_date_and_a_time_are_read_where_the_calendar_and_the_clock_have_them() =>
        Gen.Select(Gen.Int[0, 10000], Gen.Int[0, 13], Gen.Int[0, 32], Gen.Int[0, 25], Gen.Int[0, 61], Gen.Int[0, 61]).Sample(
            static (year, month, day, hour, minute, second) =>
            {
                string date = $"{year:0000}-{month:00}-{day:00}", time = $"{hour:00}:{minute:00}:{second:00}";
                bool isDate = DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly expected);
                bool isTime = TimeOnly.TryParseExact(time, "HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly expectedTime);

                Assert.Equal(isDate, TimeText.TryDate(Encoding.UTF8.GetBytes(date), out int days));
                Assert.Equal(isTime, TimeText.TryTime(Encoding.UTF8.GetBytes(time), out long micros, out _));
                Assert.Equal(isDate && isTime, TimeText.TryInstant(Encoding.UTF8.GetBytes(date + " " + time), out _, out _, out _));
                if (isDate) Assert.Equal(expected.DayNumber - DateOnly.FromDateTime(s_epoch.DateTime).DayNumber, days);
                if (isTime) Assert.Equal(expectedTime.Ticks / 10, micros);
            },
            iter: 20000);

    [Theory]
    [InlineData(0L, EmrTimeUnit.Seconds, "1970-01-01T00:00:00Z")]
    [InlineData(1700000000L, EmrTimeUnit.Seconds, "2023-11-14T22:13:20Z")]
    [InlineData(-1L, EmrTimeUnit.Milliseconds, "1969-12-31T23:59:59.999Z")]
    [InlineData(1700000000123L, EmrTimeUnit.Milliseconds, "2023-11-14T22:13:20.123Z")]
    [InlineData(1700000000123456L, EmrTimeUnit.Microseconds, "2023-11-14T22:13:20.123456Z")]
    [InlineData(2451545L, EmrTimeUnit.JulianDays, "2000-01-01T12:00:00Z")]
    public void M11_numbers_count_from_their_epoch(long value, EmrTimeUnit unit, string instant)
    {
        long expected = Micros(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture));

        Assert.True(TimeText.TryNumber(value, unit, out long micros));
        Assert.Equal(expected, micros);
        Assert.True(TimeText.TryNumber((double)value, unit, out micros));
        Assert.Equal(expected, micros);
    }

    [Theory]
    [InlineData(long.MaxValue, EmrTimeUnit.Seconds)]
    [InlineData(long.MinValue, EmrTimeUnit.Microseconds)]
    [InlineData(253402300800L, EmrTimeUnit.Seconds)]
    [InlineData(-62135596801L, EmrTimeUnit.Seconds)]
    [InlineData(1L, EmrTimeUnit.None)]
    public void M11_numbers_beyond_the_years_1_to_9999_are_no_times(long value, EmrTimeUnit unit)
    {
        Assert.False(TimeText.TryNumber(value, unit, out _));
        Assert.False(TimeText.TryNumber((double)value, unit, out _));
    }

    [Theory]
    [InlineData(0.1 + 0.2, EmrTimeUnit.Seconds)]
    [InlineData(1700000000.1234567, EmrTimeUnit.Seconds)]
    [InlineData(1.00001, EmrTimeUnit.Milliseconds)]
    [InlineData(1.5, EmrTimeUnit.Microseconds)]
    [InlineData(2451545.123456789, EmrTimeUnit.JulianDays)]
    [InlineData(double.PositiveInfinity, EmrTimeUnit.Seconds)]
    [InlineData(double.NaN, EmrTimeUnit.JulianDays)]
    [InlineData(1e300, EmrTimeUnit.Seconds)]
    public void M11_a_real_that_is_no_microsecond_is_no_time(double value, EmrTimeUnit unit) => Assert.False(TimeText.TryNumber(value, unit, out _));

    [Fact]
    public void M11_reals_of_seconds_and_milliseconds_are_their_microsecond() =>
        Gen.Long[-2_000_000_000_000_000, 8_000_000_000_000_000].Sample(
            static unix =>
            {
                DateTimeOffset instant = DateTimeOffset.UnixEpoch.AddTicks(unix * 10);
                Assert.True(TimeText.TryNumber(unix / 1e6, EmrTimeUnit.Seconds, out long micros));
                Assert.Equal(Micros(instant), micros);
                Assert.True(TimeText.TryNumber(unix / 1e3, EmrTimeUnit.Milliseconds, out micros));
                Assert.Equal(Micros(instant), micros);
            },
            iter: 20000);

    [Fact]
    public void M11_julian_days_are_what_SQLite_computes_for_a_millisecond()
    {
        using Microsoft.Data.Sqlite.SqliteConnection connection = TestDatabase.Open(":memory:");
        Gen.Long[DateTimeOffset.MinValue.Ticks / 10_000, DateTimeOffset.MaxValue.Ticks / 10_000].Sample(
            ms =>
            {
                var instant = new DateTimeOffset(ms * 10_000, TimeSpan.Zero);
                string text = instant.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
                double julian = (double)TestDatabase.Scalar(connection, $"SELECT julianday('{text}')")!;

                Assert.True(TimeText.TryNumber(julian, EmrTimeUnit.JulianDays, out long micros), text);
                Assert.Equal(Micros(instant), micros);
            },
            iter: 3000,
            threads: 1);
    }

    private static long Micros(DateTimeOffset instant) => (instant.UtcTicks - s_epoch.Ticks) / 10;
}
