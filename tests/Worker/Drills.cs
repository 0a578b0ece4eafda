using EmrSim.Core.Progress;
using EmrSim.Core.Verification;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmrSim.Tests.Worker;

/// <summary>A drill in a process that a test kills in the middle.</summary>
internal static class Drills
{
    /// <summary>Tests a backup at level Restore, and says and waits where a phase begins.</summary>
    internal static int Run(string backup, string work, string phase)
    {
        Program.Say("ready");
        var request = new BackupTestRequest(backup, EmrVerificationLevel.Restore) { WorkPath = work };
        BackupTestResult result = new BackupTester(NullLoggerFactory.Instance, TimeProvider.System)
            .TestAsync(request, new Stop(phase), CancellationToken.None).GetAwaiter().GetResult();
        Program.Say(result.Test.Outcome.ToString());
        return 0;
    }

    private sealed class Stop(string phase) : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value)
        {
            if (!value.Status.StartsWith(phase, StringComparison.Ordinal)) return;
            Program.Say(phase);
            Program.WaitForTheEnd();
        }
    }
}
