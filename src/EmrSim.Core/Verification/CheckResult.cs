using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Verification;

/// <summary>A check together with the error that it stands for when it did not pass.</summary>
internal sealed record CheckResult(EmrBackupCheck Check, ErrorCode Error)
{
    internal static CheckResult Passed(string name, string detail, long started) => Make(name, EmrOutcome.Passed, detail, started, default);

    internal static CheckResult Failed(string name, ErrorCode error, string detail, long started) =>
        Make(name, EmrOutcome.Failed, detail, started, error);

    internal static CheckResult Inconclusive(string name, ErrorCode error, string detail, long started) =>
        Make(name, EmrOutcome.Inconclusive, detail, started, error);

    /// <summary>Compares two values that must be equal.</summary>
    internal static CheckResult Compare(string name, ErrorCode error, string what, string expected, string actual, long started) =>
        expected == actual
            ? Passed(name, $"{what} {actual}", started)
            : Failed(name, error, $"{what} is {actual} instead of {expected}", started);

    /// <summary>The outcome of a group: Failed wins over Inconclusive, and no checks at all prove nothing.</summary>
    internal static EmrOutcome Combine(IReadOnlyCollection<CheckResult> checks) =>
        checks.Any(c => c.Check.Outcome == EmrOutcome.Failed) ? EmrOutcome.Failed :
        checks.Count == 0 || checks.Any(c => c.Check.Outcome != EmrOutcome.Passed) ? EmrOutcome.Inconclusive :
        EmrOutcome.Passed;

    /// <summary>Logs it.</summary>
    /// <param name="logger">Where.</param>
    /// <param name="file">What was checked.</param>
    /// <param name="unless">How loudly, unless it passed.</param>
    internal void Log(ILogger logger, string file, LogLevel unless) => Logging.Log.CheckEnded(
        logger, Check.Outcome == EmrOutcome.Passed ? LogLevel.Debug : unless, Check.Name, file, Check.Outcome, Check.Detail);

    private static CheckResult Make(string name, EmrOutcome outcome, string detail, long started, ErrorCode error) =>
        new(new EmrBackupCheck(name, outcome, detail, Stopwatch.GetElapsedTime(started)), error);
}
