using EmrSim.Core.Progress;

namespace EmrSim.Tests.Support;

/// <summary>Progress that is acted upon in the middle of the work, on its own thread.</summary>
public sealed class Synchronous(Action<OperationProgress> report) : IProgress<OperationProgress>
{
    public void Report(OperationProgress value) => report(value);
}
