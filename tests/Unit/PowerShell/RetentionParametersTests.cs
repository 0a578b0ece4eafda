using EmrSim.Core.Retention;
using EmrSim.PowerShell.Abstractions;
using EmrSim.Tests.Support;

namespace EmrSim.Tests.PowerShell;

/// <summary>What a policy is when only a part of it was said.</summary>
public sealed class RetentionParametersTests
{
    [Fact]
    public void What_is_not_given_keeps_its_default()
    {
        Assert.Equal(new RetentionPolicy(), RetentionParameters.ToPolicy(null, null, null, null, null, null));
        Assert.Equal(new RetentionPolicy { Last = 3 }, RetentionParameters.ToPolicy(3, null, null, null, null, null));
        Assert.Equal(new RetentionPolicy { Daily = 14, Yearly = 5 }, RetentionParameters.ToPolicy(null, 14, null, null, 5, null));
        Assert.Equal(new RetentionPolicy { Weekly = 0, Monthly = 0 }, RetentionParameters.ToPolicy(null, null, 0, 0, null, null));
    }

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("W. Europe Standard Time")]
    public void A_zone_is_named_as_IANA_or_as_Windows_names_it(string id)
    {
        if (id.Contains('/', StringComparison.Ordinal)) Wine.Cannot(TestZone.NoIana);
        TimeZoneInfo zone = RetentionParameters.ToPolicy(null, null, null, null, null, id).TimeZone;

        Assert.Equal(TimeSpan.FromHours(2), zone.GetUtcOffset(new DateTime(2026, 7, 1)));
    }

    [Theory]
    [InlineData(0, 0, null, ErrorCode.EmptyPolicy)]
    [InlineData(-1, 4, null, ErrorCode.InvalidArgument)]
    [InlineData(7, 4, "Mars/Olympus", ErrorCode.InvalidArgument)]
    [InlineData(7, 4, "../../etc/passwd", ErrorCode.InvalidArgument)]
    public void Nonsense_is_refused(int daily, int weekly, string? zone, ErrorCode code) =>
        Assert.Equal(code, Assert.Throws<EmrSimException>(() => RetentionParameters.ToPolicy(null, daily, weekly, 0, null, zone)).ErrorCode);

    [Theory]
    [InlineData("1d", "1.00:00:00")]
    [InlineData("12H", "12:00:00")]
    [InlineData(" 30m ", "00:30:00")]
    [InlineData("2w", "14.00:00:00")]
    [InlineData("1.06:00:00", "1.06:00:00")]
    public void An_interval_is_written_as_people_do(string text, string interval) =>
        Assert.Equal(TimeSpan.Parse(interval), new IntervalAttribute().Transform(null!, text));

    [Theory]
    [InlineData("5")]
    [InlineData(5)]
    [InlineData("d")]
    [InlineData("-1d")]
    [InlineData("1.5d")]
    [InlineData("99999999999d")]
    [InlineData("")]
    public void What_is_no_interval_is_refused(object value) =>
        Assert.Throws<System.Management.Automation.ArgumentTransformationMetadataException>(() => new IntervalAttribute().Transform(null!, value));
}
