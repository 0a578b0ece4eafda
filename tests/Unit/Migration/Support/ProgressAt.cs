using EmrSim.Core.Progress;

namespace EmrSim.Tests.Migration;

/// <summary>Does something once, when a migration says that it has reached a phase.</summary>
internal sealed class ProgressAt(string phase, Action action) : IProgress<OperationProgress>
{
    public bool Reached { get; private set; }

    public void Report(OperationProgress value)
    {
        if (Reached || !value.Status.StartsWith(phase, StringComparison.Ordinal)) return;
        Reached = true;
        action();
    }
}
