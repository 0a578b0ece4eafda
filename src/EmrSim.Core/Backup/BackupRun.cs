using System.Diagnostics;
using EmrSim.Core.Encryption;
using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using EmrSim.Core.Progress;
using EmrSim.Core.Sqlite;
using EmrSim.Core.Stores;
using EmrSim.Core.Verification;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Backup;

/// <summary>One backup, from the snapshot to its publication. The set's lock is held around it.</summary>
internal sealed class BackupRun : IDisposable
{
    private const int ZstdLevels = 22;
    private const int GzipLevels = 9;
    private const int UnlockedAttempts = 2;
    private const int PlaceAttempts = 3;
    private static readonly TimeSpan s_justNow = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_clockTolerance = TimeSpan.FromMinutes(5);

    private readonly BackupRequest _request;
    private readonly string _set;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly IProgress<OperationProgress>? _progress;
    private readonly CancellationToken _token;
    private readonly BackupStore _store;
    private readonly Staging _staging;
    private readonly string _activity;
    private readonly ScratchFiles _scratch = new();
    private string _source;
    private StoredForm? _form;

    internal BackupRun(
        BackupRequest request,
        string set,
        BackupStore store,
        Staging staging,
        ILogger logger,
        TimeProvider clock,
        IProgress<OperationProgress>? progress,
        CancellationToken token)
    {
        _request = request;
        _source = SqliteSource.Resolve(request.SourcePath);
        _set = set;
        _logger = logger;
        _clock = clock;
        _progress = progress;
        _token = token;
        _store = store;
        _staging = staging;
        _activity = $"Backing up {Path.GetFileName(request.SourcePath)}";
    }

    /// <summary>Refuses a compression level that the codec does not have.</summary>
    internal static void RequireLevel(BackupRequest request)
    {
        int highest = request.Compression == EmrCompression.Gzip ? GzipLevels : ZstdLevels;
        if (request.Compression == EmrCompression.None || (request.CompressionLevel >= 1 && request.CompressionLevel <= highest)) return;
        throw new EmrSimException(
            ErrorCode.InvalidArgument, $"{request.Compression} has the levels 1 to {highest}, not {request.CompressionLevel}.");
    }

    /// <summary>Runs it.</summary>
    /// <param name="started">When the whole backup began, as a timestamp of Stopwatch.</param>
    internal EmrBackup Execute(long started)
    {
        (EmrBackup? previous, bool unreadable) = Previous();

        // Before any plaintext is written: keys that do not serve are known now, and a passphrase takes memory that the rest then has again.
        AgeSession? encryption = _request.Encryption.IsEmpty ? null : new AgeSession(_request.Encryption, _token);
        _form = new StoredForm(_request.Compression, _request.CompressionLevel, encryption);
        SnapshotCopy copy;
        using (IsWritten() ? OneProcessor.Take() : null) copy = TakeSnapshot();
        string stored = StoredName(copy);
        string packed = _request.StoresTheCopy ? copy.Path : _scratch.Add(Path.Combine(_staging.Packed, stored + DurableFile.PartialSuffix));
        VerifiedCopy verified = new CopyVerification(_request, copy, _form, packed, _scratch, _progress, _activity).Run(_token);

        List<CheckResult> checks = [.. verified.Checks, ShrinkAlarm.Check(previous, unreadable, copy.Tables, _request.AllowShrink, _logger)];
        foreach (CheckResult check in checks) check.Log(_logger, stored, LogLevel.Warning);
        EmrOutcome outcome = CheckResult.Combine(checks);
        if (outcome == EmrOutcome.Failed) throw Reject(copy, packed, checks);
        if (verified.ForeignKeyViolations > 0)
        {
            string detail = checks.First(c => c.Check.Name == CheckNames.ForeignKeys).Check.Detail;
            Log.ForeignKeyViolations(_logger, _request.SourcePath, detail);
        }

        _token.ThrowIfCancellationRequested();
        PrivateFile.TakeModeFrom(_source, packed);
        var meter = new ProgressMeter(_progress, _activity, "Uploading", verified.Packed.StoredLength);
        return _store.Publish(packed, Describe(copy, verified, outcome, Stopwatch.GetElapsedTime(started)), meter.Report, _token);
    }

    /// <summary>Removes whatever was not published.</summary>
    public void Dispose()
    {
        _scratch.Dispose();
        _form?.Encryption?.Dispose();
    }

    // Who wrote just now is likely to go on.
    private bool IsWritten() => (DateTime.UtcNow - SqliteSource.WalState(_source).Written).Duration() < s_justNow;

    private string StoredName(SnapshotCopy copy) => BackupFileName.Stored(copy.Stem, _request.Compression, !_request.Encryption.IsEmpty);

    /// <summary>Copies what the path leads to, and again where it leads elsewhere by then: a link that was changed, or on Windows has got a log of its own.</summary>
    private SnapshotCopy TakeSnapshot()
    {
        for (int attempt = 1; attempt <= PlaceAttempts; attempt++)
        {
            SnapshotCopy copy = CopySource();
            string place = SqliteSource.Resolve(_request.SourcePath);
            if (place.Equals(_source, StringComparison.Ordinal)) return copy;
            _source = place;
            _scratch.Clear();
        }

        throw new EmrSimException(
            ErrorCode.DatabaseLocked,
            $"'{_request.SourcePath}' is a link, and each of the {PlaceAttempts} times that its database was copied it led elsewhere afterwards. Nothing was " +
            "published; run the backup again when the link stays as it is.",
            _request.SourcePath);
    }

    private SnapshotCopy CopySource()
    {
        string folder = _staging.Copies;
        string source = FreshWal.Is(_source) ? RebuildSource(folder) : _source;
        for (int attempt = 1; attempt <= UnlockedAttempts; attempt++)
        {
            using SqliteSnapshot unlocked = SqliteSnapshot.Begin(source, locked: false, _request.BusyTimeout, _logger, _token);
            try
            {
                SnapshotCopy copy = CopyOut(unlocked, folder);
                if (unlocked.IsOneState) return copy;
            }
            catch (Exception e) when (e is EmrSimException or SqliteFault && !unlocked.IsOneState)
            {
                // What was read while it was written may be any nonsense.
            }

            Log.SourceOpened(_logger, _request.SourcePath);
            _scratch.Clear();
        }

        using SqliteSnapshot snapshot = SqliteSnapshot.Begin(source, locked: true, _request.BusyTimeout, _logger, _token);
        SnapshotCopy copied = CopyOut(snapshot, folder);
        return snapshot.IsOneState ? copied : throw new EmrSimException(
            ErrorCode.DatabaseLocked,
            $"'{_request.SourcePath}' was written while it was locked against writing: its locks do not hold. It may lie on a network share, or this process " +
            "has opened and closed the file in another way meanwhile. Nothing was published; run the backup again, alone.",
            _request.SourcePath);
    }

    private SnapshotCopy CopyOut(SqliteSnapshot snapshot, string folder)
    {
        (string stem, DateTimeOffset created) = _store.UniqueStem(_set, _clock.GetUtcNow(), _token);
        FreeSpace.Require(folder, snapshot.Facts.Length, $"the copy of '{_request.SourcePath}'");

        string staged = _scratch.Add(Path.Combine(folder, stem + BackupFileName.DatabaseSuffix + DurableFile.PartialSuffix));
        PrivateFile.Create(staged);
        var meter = new ProgressMeter(_progress, _activity, "Copying", snapshot.Facts.Length);
        long started = Stopwatch.GetTimestamp();
        (long, DateTime) log = SqliteSource.WalState(snapshot.Database.Path);
        SnapshotCopier.Copy(snapshot, staged, _request.MaximumWalLength, meter, _token);
        Log.SnapshotCopied(
            _logger, _request.SourcePath, snapshot.Facts.PageCount, snapshot.Facts.Length, Stopwatch.GetElapsedTime(started).TotalSeconds);

        // Counted in the source's own snapshot, not in the copy: that the copy has the same rows is a check, not an assumption.
        SortedDictionary<string, long> tables = SqliteSchema.CountRows(snapshot.Database);
        return new SnapshotCopy(staged, stem, created, snapshot.Facts, tables, log != SqliteSource.WalState(snapshot.Database.Path));
    }

    private string RebuildSource(string folder)
    {
        (string stem, _) = _store.UniqueStem(_set, _clock.GetUtcNow(), _token);
        string rebuilt = _scratch.Add(Path.Combine(folder, $"{stem}{BackupFileName.DatabaseSuffix}.wal{DurableFile.PartialSuffix}"));
        foreach (string sidecar in SqliteSource.Sidecars(rebuilt)) _scratch.Add(sidecar);
        FreeSpace.Require(folder, SqliteSource.WalLength(_source), $"the log of '{_request.SourcePath}'");
        FreshWal.Rebuild(_source, rebuilt);
        Log.SourceRebuilt(_logger, _request.SourcePath);
        return rebuilt;
    }

    /// <summary>
    /// The newest backup of the set that counts as good, whether there are manifests that cannot be read, and a refusal to mix two databases in
    /// one set.
    /// </summary>
    private (EmrBackup? Newest, bool Unreadable) Previous()
    {
        EmrBackup? newest = null, newestPassed = null;
        bool unreadable = false;
        foreach (StoreEntry entry in _store.List(_set, held: true, _token))
        {
            unreadable |= entry.Error is not null;
            if (entry.Error is { } error) Log.PreviousUnreadable(_logger, _set, error.Message);
            else if (entry.Backup!.Verification.Outcome != EmrOutcome.Failed) newest = entry.Backup;
            if (entry.Backup?.Verification.Outcome == EmrOutcome.Passed) newestPassed = entry.Backup;
        }

        // What was let through only because nothing could be compared with must not become the measure, also when that was repaired since.
        if (unreadable || newestPassed?.RepairedUtc > newest?.CreatedUtc) newest = newestPassed;

        if (newest is not null && newest.CreatedUtc > _clock.GetUtcNow() + s_clockTolerance) Log.PreviousFromFuture(_logger, newest.Path, newest.CreatedUtc);
        if (newest is not null) SetOwner.Require(newest, _request, _set, _logger);
        return (newest, unreadable);
    }

    /// <summary>Keeps the refused copy as evidence, the newest one only, and says what is wrong.</summary>
    private EmrSimException Reject(SnapshotCopy copy, string packed, List<CheckResult> checks)
    {
        string kept = KeepEvidence(copy, packed);
        CheckResult first = checks.First(c => c.Check.Outcome == EmrOutcome.Failed);
        return first.Error == ErrorCode.DatabaseShrank
            ? new EmrSimException(
                ErrorCode.DatabaseShrank,
                $"'{_request.SourcePath}' is suddenly empty or much smaller: {first.Check.Detail}. Nothing was published; {kept}. " +
                "If the loss is meant, run again with -AllowShrink.",
                _request.SourcePath)
            : new EmrSimException(
                ErrorCode.VerificationFailed,
                $"The copy of '{_request.SourcePath}' failed its verification: {first.Check.Name}: {first.Check.Detail}. Nothing was published; " +
                $"{kept}. Older backups are untouched.",
                _request.SourcePath);
    }

    private string KeepEvidence(SnapshotCopy copy, string packed)
    {
        // Who asked for encryption does not want the plain database to be kept, be it a bad one.
        bool encrypted = !_request.Encryption.IsEmpty;
        string name = encrypted ? StoredName(copy) : copy.Stem + BackupFileName.DatabaseSuffix;
        string evidence = Path.Combine(_staging.Evidence, name + BackupFileName.RejectedSuffix);
        try
        {
            foreach (string old in Directory.GetFiles(_staging.Evidence).Where(IsOldEvidence)) File.Delete(old);
            DurableFile.Move(encrypted ? packed : copy.Path, evidence);
            Log.BackupRejected(_logger, _request.SourcePath, evidence);
            return $"the copy is kept as '{evidence}'";
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            // That the database is damaged must be said even where its copy cannot be kept.
            return $"the copy could not be kept as '{evidence}' ({e.Message})";
        }
    }

    private bool IsOldEvidence(string path) =>
        BackupFileName.Parse(Path.GetFileName(path)) is { } name && SetName.IsSame(name.Set, _set) &&
        name.Suffix.EndsWith(BackupFileName.RejectedSuffix, StringComparison.Ordinal);

    private BackupManifest Describe(SnapshotCopy copy, VerifiedCopy verified, EmrOutcome outcome, TimeSpan duration) => new()
    {
        FormatVersion = BackupManifest.CurrentFormat,
        Tool = BackupManifest.CurrentTool,
        Id = Guid.NewGuid(),
        Name = _set,
        File = StoredName(copy),
        CreatedUtc = copy.CreatedUtc,
        Source = ManifestSource.From(_request.Source, copy.Facts, verified.ForeignKeyViolations),
        Tables = new Dictionary<string, long>(copy.Tables),
        Plain = verified.Packed.Plain,
        Stored = new ManifestStored(
            verified.Packed.StoredLength,
            verified.Packed.StoredSha256,
            _request.Compression,
            _request.Encryption.Kind,
            _request.Encryption.Recipients.Count > 0 ? _request.Encryption.Recipients : null),
        Verification = new ManifestVerification(_request.VerificationLevel, outcome, _clock.GetUtcNow()),
        Pinned = false,
        DurationSeconds = Math.Round(duration.TotalSeconds, 3),
    };
}
