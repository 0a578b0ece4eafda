using System.Management.Automation;
using EmrSim.PowerShell.Errors;

namespace EmrSim.Tests.PowerShell;

public sealed class ErrorRegistryTests
{
    public static TheoryData<ErrorCode> Codes => [.. Enum.GetValues<ErrorCode>()];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_code_has_a_category_and_says_what_to_do_next(ErrorCode code)
    {
        ErrorRecord record = ErrorRegistry.ToRecord(new EmrSimException(code, "What happened.", "target"), null);

        Assert.Equal(code.ToString(), record.FullyQualifiedErrorId);
        Assert.Equal("target", record.TargetObject);
        Assert.EndsWith(".", record.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.True(code == ErrorCode.InternalError || record.CategoryInfo.Category != ErrorCategory.NotSpecified);
    }
}
