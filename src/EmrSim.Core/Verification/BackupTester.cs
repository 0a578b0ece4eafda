using System.Diagnostics;
using System.Globalization;
using EmrSim.Core.Logging;
using EmrSim.Core.Progress;
using EmrSim.Core.Stores;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Verification;

/// <summary>Tests stored backups. What could not be checked is Inconclusive, never Passed.</summary>
/// <param name="loggers">Where events go.</param>
/// <param name="clock">Tells a backup's age.</param>
public sealed class BackupTester(ILoggerFactory loggers, TimeProvider clock)
{
    // Timers count milliseconds in 32 bits.
    private static readonly TimeSpan s_longestTimeout = TimeSpan.FromDays(49);

    private readonly ILogger _logger = loggers.CreateLogger("EmrSim.Verification");

    /// <summary>Tests one backup. A bad backup is a result, not an exception.</summary>
    /// <param name="request">Which, and how deeply.</param>
    /// <param name="progress">Is told how far it has come; may be null.</param>
    /// <param name="token">Stops it within a second; the unpacked copy is removed.</param>
    /// <exception cref="EmrSimException">InvalidArgument, BackupNotFound, DiskFull, AccessDenied, IoError, NativeLibraryNotLoaded.</exception>
    public Task<BackupTestResult> TestAsync(BackupTestRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.Run(() => Test(request, progress, token), token);
    }

    private BackupTestResult Test(BackupTestRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        RequireTimeout(request.Timeout);
        long started = Stopwatch.GetTimestamp();
        DateTimeOffset startedUtc = clock.GetUtcNow();
        TestSubject subject = TestSubject.Find(request.Path, request.Access);
        Log.TestStarted(_logger, subject.StoredPath, request.Level);

        List<CheckResult> checks;
        try
        {
            checks = Check(request, subject, startedUtc, progress, token);
        }
        catch (EmrSimException e)
        {
            Record(subject, new TestEnd(startedUtc, Stopwatch.GetElapsedTime(started), request.Level, EmrOutcome.Inconclusive, [], e));
            throw;
        }

        // The result and its error say what did not pass.
        foreach (CheckResult check in checks) check.Log(_logger, subject.StoredPath, LogLevel.Information);
        var test = new EmrBackupTest
        {
            Backup = subject.Backup,
            Path = subject.StoredPath,
            Level = request.Level,
            Outcome = CheckResult.Combine(checks),
            Checks = [.. checks.Select(c => c.Check)],
            StartedUtc = startedUtc,
            Duration = Stopwatch.GetElapsedTime(started),
        };
        Log.TestEnded(_logger, subject.StoredPath, request.Level, test.Duration.TotalSeconds, test.Outcome);
        EmrSimException? error = Error(test, checks);
        Record(subject, new TestEnd(startedUtc, test.Duration, request.Level, test.Outcome, test.Checks, error));
        return new BackupTestResult(test, error);
    }

    private List<CheckResult> Check(
        BackupTestRequest request, TestSubject subject, DateTimeOffset startedUtc, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        using var timeout = new CancellationTokenSource(request.Timeout ?? System.Threading.Timeout.InfiniteTimeSpan, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, timeout.Token);
        using var work = new WorkFolder(request.WorkPath, _logger);
        return new BackupTestRun(request, subject, work, startedUtc, progress).Execute(either.Token, token);
    }

    // A store that takes no writes is tested all the same: that the history lacks the test is only warned of.
    private void Record(TestSubject subject, TestEnd end)
    {
        // What is not named like a backup belongs to no set.
        if ((subject.Backup?.Name ?? BackupFileName.Parse(subject.FileName)?.Set) is not { } set) return;
        _ = History.Append(
            subject.Store,
            new EmrHistoryEntry
            {
                StartedUtc = end.StartedUtc,
                Kind = EmrRunKind.Test,
                Name = set,
                Outcome = end.Outcome,
                Duration = end.Duration,
                File = subject.FileName,
                DatabaseLength = subject.Backup?.DatabaseLength,
                Level = end.Level,
                Error = end.Error?.ErrorCode,
                Reason = end.Error?.Message,
                Host = Environment.MachineName,
            },
            _logger);
        if (end.Level == EmrVerificationLevel.Restore) DrillFile.Append(subject.Store, Drill(subject, set, end), _logger);
    }

    private static DrillRecord Drill(TestSubject subject, string set, TestEnd end) => new()
    {
        StartedUtc = end.StartedUtc.ToUniversalTime(),
        Name = set,
        File = subject.FileName,
        BackupId = subject.Backup?.Id,
        CreatedUtc = subject.Backup?.CreatedUtc.ToUniversalTime(),
        Sha256 = subject.Backup?.Sha256,
        StoredSha256 = subject.Backup?.StoredSha256,
        Level = end.Level,
        Outcome = end.Outcome,
        DurationSeconds = Math.Round(end.Duration.TotalSeconds, 3),
        Checks = [.. end.Checks.Select(DrillCheck.From)],
        Error = end.Error?.ErrorCode.ToString(),
        Reason = end.Error?.Message,
        Host = Environment.MachineName,
        // Without the domain that it may belong to.
        Account = Environment.UserName,
        Tool = BackupManifest.CurrentTool,
    };

    private sealed record TestEnd(
        DateTimeOffset StartedUtc,
        TimeSpan Duration,
        EmrVerificationLevel Level,
        EmrOutcome Outcome,
        IReadOnlyList<EmrBackupCheck> Checks,
        EmrSimException? Error);

    private static void RequireTimeout(TimeSpan? timeout)
    {
        if (timeout is null || (timeout >= TimeSpan.Zero && timeout < s_longestTimeout)) return;
        throw new EmrSimException(
            ErrorCode.InvalidArgument, string.Create(CultureInfo.InvariantCulture, $"A timeout is from 0 to {s_longestTimeout.Days} days, not {timeout}."));
    }

    private static EmrSimException? Error(EmrBackupTest test, List<CheckResult> checks)
    {
        if (test.Outcome == EmrOutcome.Passed) return null;
        // That it is damaged says more than that it is old.
        CheckResult cause = checks.Where(c => c.Check.Outcome == test.Outcome).OrderBy(c => c.Check.Name == CheckNames.Age).First();
        string verdict = test.Outcome == EmrOutcome.Failed ? "failed" : "could not be finished";
        return new EmrSimException(
            cause.Error, $"The test of '{test.Path}' {verdict}: {cause.Check.Name}: {cause.Check.Detail}.", test.Path);
    }
}
