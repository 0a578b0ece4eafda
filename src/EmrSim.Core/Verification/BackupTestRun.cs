using System.Diagnostics;
using System.Globalization;
using EmrSim.Core.Encryption;
using EmrSim.Core.Files;
using EmrSim.Core.Progress;
using EmrSim.Core.Sqlite;
using EmrSim.Core.Stores;

namespace EmrSim.Core.Verification;

/// <summary>A place in which a tested backup's database stays.</summary>
/// <param name="Path">Where it is unpacked to.</param>
/// <param name="CheckDatabase">Whether the unpacked database is checked, too, and not only its digest.</param>
internal sealed record UnpackTarget(string Path, bool CheckDatabase);

/// <summary>One test of one backup: a chain of checks in which a failure makes those that depend on it impossible.</summary>
internal sealed class BackupTestRun(
    BackupTestRequest request, TestSubject subject, WorkFolder work, DateTimeOffset now, IProgress<OperationProgress>? progress, UnpackTarget? target = null)
{
    private static readonly TimeSpan s_clockTolerance = TimeSpan.FromMinutes(5);

    private readonly List<CheckResult> _checks = [];
    private readonly string _activity = $"Testing {subject.FileName}";
    private string? _local = subject.Store.LocalPath(subject.FileName);

    /// <summary>Runs the checks of the level.</summary>
    /// <param name="token">Ends it by cancellation or timeout.</param>
    /// <param name="cancelled">Tells the one from the other.</param>
    internal List<CheckResult> Execute(CancellationToken token, CancellationToken cancelled)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            Run(token);
        }
        catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
        {
            _checks.Add(CheckResult.Inconclusive(
                CheckNames.Timeout, ErrorCode.TestInconclusive, $"not finished within {request.Timeout}; what is not listed was not checked", started));
        }
        catch (SqliteFault fault)
        {
            throw fault.ToException(ErrorCode.SqliteError, $"The test of '{subject.StoredPath}' could not be carried out");
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, $"The test of '{subject.StoredPath}' could not be carried out", subject.StoredPath);
        }

        return _checks;
    }

    private void Run(CancellationToken token)
    {
        _checks.Add(Manifest());
        if (request.MaximumAge is { } limit) _checks.Add(Age(limit));
        if (subject.Store.LengthOf(subject.FileName) is not { } length)
        {
            _checks.Add(CheckResult.Failed(
                CheckNames.StoredFile, ErrorCode.BackupFileMissing, $"there is no file '{subject.StoredPath}'", Stopwatch.GetTimestamp()));
            return;
        }

        if (subject.Backup is { } backup && !StoredFileIsWhole(backup, length, token)) return;
        if (request.Level == EmrVerificationLevel.Checksum) return;
        if (Unpack(token) is { } plain && target is not { CheckDatabase: false }) Database(plain, token);
    }

    private CheckResult Manifest()
    {
        long started = Stopwatch.GetTimestamp();
        return subject.ManifestError switch
        {
            null => CheckResult.Passed(CheckNames.Manifest, "its digest fits, and it describes this file", started),
            { ErrorCode: ErrorCode.ManifestMissing or ErrorCode.ManifestTooNew } e =>
                CheckResult.Inconclusive(CheckNames.Manifest, e.ErrorCode, e.Message.TrimEnd('.'), started),
            { } e => CheckResult.Failed(CheckNames.Manifest, e.ErrorCode, e.Message.TrimEnd('.'), started),
        };
    }

    private CheckResult Age(TimeSpan limit)
    {
        long started = Stopwatch.GetTimestamp();
        if (subject.Backup is not { } backup)
        {
            return CheckResult.Inconclusive(CheckNames.Age, ErrorCode.TestInconclusive, "without a manifest its age is not known", started);
        }

        TimeSpan age = now - backup.CreatedUtc;
        if (age < -s_clockTolerance)
        {
            return CheckResult.Inconclusive(
                CheckNames.Age, ErrorCode.TestInconclusive, string.Create(CultureInfo.InvariantCulture, $"it is dated {-age:d\\.hh\\:mm\\:ss} in the future: a clock was wrong"), started);
        }

        string detail = string.Create(CultureInfo.InvariantCulture, $"{age:d\\.hh\\:mm\\:ss} old, at most {limit:d\\.hh\\:mm\\:ss} allowed");
        return age <= limit
            ? CheckResult.Passed(CheckNames.Age, detail, started)
            : CheckResult.Failed(CheckNames.Age, ErrorCode.BackupTooOld, detail, started);
    }

    private bool StoredFileIsWhole(EmrBackup backup, long length, CancellationToken token)
    {
        long started = Stopwatch.GetTimestamp();
        _checks.Add(CheckResult.Compare(
            CheckNames.StoredFile, ErrorCode.BackupLengthMismatch, "the stored file's length in bytes", Number(backup.StoredLength), Number(length), started));
        if (length != backup.StoredLength) return false;

        started = Stopwatch.GetTimestamp();
        string digest = Read(length, token).Sha256;
        _checks.Add(CheckResult.Compare(
            CheckNames.StoredChecksum, ErrorCode.BackupChecksumMismatch, "the stored file's SHA-256", backup.StoredSha256, digest, started));
        return digest == backup.StoredSha256;
    }

    /// <summary>Reads the stored file through. One that lies elsewhere is fetched on the way, where it is needed again.</summary>
    private ManifestPlain Read(long length, CancellationToken token)
    {
        bool fetch = _local is null && request.Level != EmrVerificationLevel.Checksum;
        string? copy = fetch ? Path.Combine(work.Path, "stored") : null;
        if (copy is not null) FreeSpace.Require(work.Path, length, "the stored file");
        var meter = new ProgressMeter(progress, _activity, fetch ? "Fetching" : "Hashing", length);
        using Stream source = subject.Store.OpenRead(subject.FileName);
        using Stream? target = copy is null ? null : PrivateFile.OpenNew(copy);
        ManifestPlain read = HashingPump.Run(source, target, long.MaxValue, meter, token);
        _local ??= copy;
        return read;
    }

    /// <summary>Unpacks the database into the work folder, where it is our own, or to where it is wanted.</summary>
    private string? Unpack(CancellationToken token)
    {
        long started = Stopwatch.GetTimestamp();
        string plain = target?.Path ?? Path.Combine(work.Path, "restored" + BackupFileName.DatabaseSuffix);
        long limit = subject.Backup?.DatabaseLength ?? long.MaxValue;
        if (subject.Backup is not null) FreeSpace.Require(Path.GetDirectoryName(plain)!, limit, "the unpacked database");
        var meter = new ProgressMeter(progress, _activity, "Unpacking", subject.Backup?.DatabaseLength ?? 0);
        try
        {
            using Stream file = _local is null ? subject.Store.OpenRead(subject.FileName) : StoredFile.OpenRead(_local);
            using AgeReader? decrypted = subject.Encrypted ? AgeFile.Decrypt(file, request.Keys, subject.StoredPath, subject.Backup?.StoredLength, token) : null;
            ManifestPlain unpacked = StoredFile.Unpack(decrypted ?? file, subject.StoredPath, plain, subject.Compression, limit, meter, token);
            if (decrypted is not null) _checks.Add(CheckResult.Passed(CheckNames.Decryption, "every part is authentic and in its place", started));
            _checks.Add(CheckResult.Passed(CheckNames.Unpack, $"{Number(unpacked.Length)} bytes", started));
            if (subject.Backup is not { } backup) return plain;
            _checks.Add(CheckResult.Compare(
                CheckNames.DatabaseChecksum, ErrorCode.BackupChecksumMismatch, "the database's SHA-256", backup.Sha256, unpacked.Sha256, started));
            return plain;
        }
        catch (EmrSimException e) when (e.ErrorCode == ErrorCode.BackupUnreadable)
        {
            _checks.Add(CheckResult.Failed(CheckNames.Unpack, e.ErrorCode, e.Message.TrimEnd('.'), started));
        }
        catch (EmrSimException e) when (IsDamage(e.ErrorCode))
        {
            _checks.Add(CheckResult.Failed(CheckNames.Decryption, e.ErrorCode, e.Message.TrimEnd('.'), started));
        }
        catch (EmrSimException e) when (IsWantOfKey(e.ErrorCode))
        {
            _checks.Add(CheckResult.Inconclusive(CheckNames.Decryption, e.ErrorCode, e.Message.TrimEnd('.'), started));
        }

        return null;
    }

    private static bool IsDamage(ErrorCode code) => code is ErrorCode.EncryptedHeaderDamaged or ErrorCode.EncryptedFileTruncated or
        ErrorCode.EncryptedFileDamaged or ErrorCode.EncryptedChunkMisplaced or ErrorCode.EncryptedTrailingData;

    // A backup is not bad because the one who looks at it has not its key.
    private static bool IsWantOfKey(ErrorCode code) => code is ErrorCode.KeyNeeded or ErrorCode.WrongKey or ErrorCode.WrongPassphrase or
        ErrorCode.InvalidIdentity or ErrorCode.SecretNotFound or ErrorCode.SecretExposed;

    private void Database(string plain, CancellationToken token)
    {
        ExpectedContent? expected = subject.Backup is { } backup
            ? new ExpectedContent(backup.Tables, subject.Source!.SchemaDigest, backup.ForeignKeyViolations)
            : null;
        bool restore = request.Level == EmrVerificationLevel.Restore;
        _checks.AddRange(DatabaseChecker.Check(plain, expected, restore, progress, _activity, token).Checks);
        // One that is too old is restored all the same: whether it can be is worth knowing, all the more when there is none that is newer.
        if (!restore || _checks.Exists(c => c.Check is { Outcome: EmrOutcome.Failed, Name: not CheckNames.Age })) return;
        if (subject.Source is { } source) _checks.AddRange(RestoredDatabase.Check(plain, source.ToFacts(), token));
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
