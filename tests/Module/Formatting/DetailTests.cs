using EmrSim.Tests.Support;

namespace EmrSim.Tests.Formatting;

/// <summary>How details of checks are shown.</summary>
public sealed class DetailTests
{
    [Theory]
    [InlineData("ok", "ok")]
    [InlineData("its SHA-256 {0}", "its SHA-256 0123456789ab…")]
    [InlineData("{0}, the manifest says {0}.", "0123456789ab…, the manifest says 0123456789ab….")]
    public void Digests_are_cut_to_their_first_digits(string detail, string shown)
    {
        string digest = string.Concat(Enumerable.Repeat("0123456789abcdef", 4));
        using var session = new ModuleSession();

        SessionResult result = session.Run("[EmrSim.Formatting._Format]::Detail($args[0])", string.Format(detail, digest)).ThrowOnError();

        Assert.Equal(shown, result.Output.Single().ToString());
    }
}
