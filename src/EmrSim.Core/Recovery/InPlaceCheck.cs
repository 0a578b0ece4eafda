using System.Diagnostics;
using System.Globalization;
using EmrSim.Core.Progress;
using EmrSim.Core.Stores;
using EmrSim.Core.Verification;

namespace EmrSim.Core.Recovery;

/// <summary>Checks a restored database in its place: it is byte for byte the one that was backed up, and SQLite agrees.</summary>
internal static class InPlaceCheck
{
    /// <summary>Runs all checks.</summary>
    /// <param name="path">The database, which nobody uses.</param>
    /// <param name="manifest">What it must be.</param>
    /// <param name="progress">Is told which check runs.</param>
    /// <param name="activity">The progress' activity.</param>
    /// <param name="token">Cancels in the middle of a check.</param>
    /// <returns>Passed, or Inconclusive where a check could not run, and what was checked in a line.</returns>
    /// <exception cref="EmrSimException">RestoreVerificationFailed.</exception>
    internal static (EmrOutcome Outcome, string Detail) Run(string path, BackupManifest manifest, IProgress<OperationProgress>? progress, string activity, CancellationToken token)
    {
        List<CheckResult> checks = SideBySide ? RunAtOnce(path, manifest, progress, activity, token) : RunInTurn(path, manifest, progress, activity, token);

        if (checks.Find(c => c.Check.Outcome == EmrOutcome.Failed)?.Check is { } bad)
        {
            throw new EmrSimException(ErrorCode.RestoreVerificationFailed, $"'{path}' is not what was backed up: {bad.Name}: {bad.Detail}.", path);
        }

        EmrOutcome outcome = CheckResult.Combine(checks);
        string detail = outcome == EmrOutcome.Passed
            ? string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", checks.Select(c => c.Check.Name))}: {manifest.Tables.Values.Sum()} rows in {manifest.Tables.Count} tables")
            : string.Join("; ", checks.Where(c => c.Check.Outcome != EmrOutcome.Passed).Select(c => $"{c.Check.Name}: {c.Check.Detail}"));
        return (outcome, detail);
    }

    // On Windows the moment in which SQLite takes its locks is an error to whoever reads the file there, at 1 GB.
    private static bool SideBySide => !OperatingSystem.IsWindows() && Environment.ProcessorCount > 1;

    private static List<CheckResult> RunInTurn(string path, BackupManifest manifest, IProgress<OperationProgress>? progress, string activity, CancellationToken token)
    {
        CheckResult digest = Digest(path, manifest, new ProgressMeter(progress, activity, "Hashing", manifest.Plain.Length), token);
        return digest.Check.Outcome == EmrOutcome.Passed ? [digest, .. Content(path, manifest, progress, activity, token)] : [digest];
    }

    private static List<CheckResult> RunAtOnce(string path, BackupManifest manifest, IProgress<OperationProgress>? progress, string activity, CancellationToken token)
    {
        long started = Stopwatch.GetTimestamp();
        // Closing it would drop SQLite's locks, so it stays open until SQLite has closed the database.
        using FileStream file = StoredFile.OpenRead(path);
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(token);
        Task<CheckResult> digest = Task.Run(() => Compare(manifest, StoredFile.Hash(file, new ProgressMeter(null, activity, "", 0), failed.Token).Sha256, started), CancellationToken.None);
        try
        {
            IReadOnlyList<CheckResult> content = Content(path, manifest, progress, activity, token);
            return [digest.GetAwaiter().GetResult(), .. content];
        }
        finally
        {
            failed.Cancel();
            ((IAsyncResult)digest).AsyncWaitHandle.WaitOne();
        }
    }

    private static IReadOnlyList<CheckResult> Content(string path, BackupManifest manifest, IProgress<OperationProgress>? progress, string activity, CancellationToken token)
    {
        var expected = new ExpectedContent(manifest.Tables, manifest.Source.SchemaDigest, manifest.Source.ForeignKeyViolations);
        return DatabaseChecker.CheckInPlace(path, expected, progress, activity, token).Checks;
    }

    /// <summary>Compares the file's SHA-256 with that of the database that was backed up.</summary>
    internal static CheckResult Digest(string path, BackupManifest manifest, ProgressMeter meter, CancellationToken token)
    {
        long started = Stopwatch.GetTimestamp();
        return Compare(manifest, StoredFile.Hash(path, meter, token).Sha256, started);
    }

    private static CheckResult Compare(BackupManifest manifest, string digest, long started) => CheckResult.Compare(
        CheckNames.DatabaseChecksum, ErrorCode.RestoreVerificationFailed, "the database's SHA-256", manifest.Plain.Sha256, digest, started);
}
