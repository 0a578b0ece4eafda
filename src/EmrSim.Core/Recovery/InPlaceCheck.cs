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
        List<CheckResult> checks = [Digest(path, manifest, new ProgressMeter(progress, activity, "Hashing", manifest.Plain.Length), token)];
        if (checks[0].Check.Outcome == EmrOutcome.Passed)
        {
            var expected = new ExpectedContent(manifest.Tables, manifest.Source.SchemaDigest, manifest.Source.ForeignKeyViolations);
            checks.AddRange(DatabaseChecker.CheckInPlace(path, expected, progress, activity, token).Checks);
        }

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

    /// <summary>Compares the file's SHA-256 with that of the database that was backed up.</summary>
    internal static CheckResult Digest(string path, BackupManifest manifest, ProgressMeter meter, CancellationToken token)
    {
        long started = Stopwatch.GetTimestamp();
        string digest = StoredFile.Hash(path, meter, token).Sha256;
        return CheckResult.Compare(CheckNames.DatabaseChecksum, ErrorCode.RestoreVerificationFailed, "the database's SHA-256", manifest.Plain.Sha256, digest, started);
    }
}
