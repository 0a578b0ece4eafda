using Xunit.v3;

namespace EmrSim.Tests.Support;

/// <summary>Leaves tests out of the run under Wine (build.sh, <c>run_wine</c>) and of no other. docs/windows.md lists them.</summary>
/// <param name="reason">Why they are senseless or too slow there.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class NotUnderWineAttribute(string reason) : Attribute, ITraitAttribute
{
    public string Reason { get; } = reason;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Wine", "no")];
}
