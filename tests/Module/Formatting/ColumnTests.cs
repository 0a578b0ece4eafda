using EmrSim.Tests.Support;

namespace EmrSim.Tests.Formatting;

/// <summary>How names are fitted into tables.</summary>
public sealed class ColumnTests
{
    [Theory]
    [InlineData("app", 10, "app")]
    [InlineData("0123456789", 10, "0123456789")]
    [InlineData("0123456789a", 10, "01234…789a")]
    [InlineData("0123456789a", 9, "0123…789a")]
    [InlineData("0123456789a", 2, "0…")]
    [InlineData("012🩺567🩺0", 8, "012…🩺0")]
    public void A_name_that_is_too_long_is_cut_in_its_middle(string name, int width, string shown)
    {
        using var session = new ModuleSession();

        SessionResult result = session.Run("[EmrSim.Formatting._Column]::Cut($args[0], $args[1])", name, width).ThrowOnError();

        Assert.Equal(shown, result.Output.Single().ToString());
        Assert.True(shown.Length <= width);
    }

    [Theory]
    [InlineData(50, int.MaxValue, 30)]
    [InlineData(50, 20, 20)]
    [InlineData(75, 20, 10)]
    [InlineData(500, 20, 10)]
    public void A_host_without_a_screen_is_taken_for_one_of_80_columns(int others, int most, int width)
    {
        using var session = new ModuleSession();

        SessionResult result = session.Run("[EmrSim.Formatting._Column]::Fit($args[0], $null, $args[1], $args[2])", new string('x', 95), others, most).ThrowOnError();

        Assert.Equal(width, result.Output.Single().ToString()!.Length);
    }
}
