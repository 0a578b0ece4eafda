using System.Diagnostics;
using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using EmrSim.Core.Progress;
using EmrSim.Core.Sqlite;
using EmrSim.Core.Stores;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Verification;

/// <summary>Makes the manifest of a backup anew, from its stored file alone, where it is lost or damaged.</summary>
/// <param name="loggers">Where events go.</param>
/// <param name="clock">Says when.</param>
public sealed class ManifestRepair(ILoggerFactory loggers, TimeProvider clock)
{
    private const string PinReason = "as its damaged manifest said";

    private readonly ILogger _logger = loggers.CreateLogger("EmrSim.Verification");

    /// <summary>Checks the stored file and writes its manifest, under the lock of its set. What fails a check gets none.</summary>
    /// <param name="request">Which.</param>
    /// <param name="progress">Is told how far it has come; may be null.</param>
    /// <param name="token">Stops it before the manifest is written; the unpacked copy is removed.</param>
    /// <returns>The backup. Its verification is Inconclusive where a check could not run.</returns>
    /// <exception cref="EmrSimException">
    /// BackupNotFound, InvalidArgument, TargetExists where the manifest can be read, ManifestTooNew, ManifestMismatch, BackupFileMissing, SetLocked,
    /// VerificationFailed, BackupUnreadable and the codes of encrypted files, SqliteError, DiskFull, AccessDenied, IoError, and what a service says.
    /// </exception>
    public Task<EmrBackup> RepairAsync(ManifestRepairRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.Run(() => Guard(request, progress, token), token);
    }

    private EmrBackup Guard(ManifestRepairRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        try
        {
            return Repair(request, progress, token);
        }
        catch (SqliteFault fault)
        {
            throw fault.ToException(ErrorCode.SqliteError, $"The database in '{request.Path}' could not be read");
        }
        catch (Exception e) when (IoErrors.IsIo(e))
        {
            throw IoErrors.Translate(e, $"The manifest of '{request.Path}' could not be made", request.Path);
        }
    }

    private EmrBackup Repair(ManifestRepairRequest request, IProgress<OperationProgress>? progress, CancellationToken token)
    {
        long started = Stopwatch.GetTimestamp();
        TestSubject subject = TestSubject.Find(request.Path, request.Access);
        BackupStore store = subject.Store;
        RequireLost(subject);
        string set = RequireStored(subject).Set;

        using IDisposable setLock = store.Lock(set, clock, token);
        // What a killed run left of the true manifest is better than one made anew.
        store.Sweep(set, _logger, token);
        subject = TestSubject.Find(store, subject.FileName);
        if (subject.Backup is { } finished) return finished;
        RequireLost(subject);

        using var work = new WorkFolder(request.WorkPath, _logger);
        StoredContent content = new StoredContentReader(subject, request.Keys, work, progress).Read(store.LengthOf(subject.FileName)!.Value, token);
        foreach (CheckResult check in content.Checks) check.Log(_logger, subject.StoredPath, LogLevel.Warning);
        token.ThrowIfCancellationRequested();
        EmrBackup repaired = store.ReplaceManifest(Describe(request, subject, content, Stopwatch.GetElapsedTime(started)));
        Log.ManifestRepaired(_logger, repaired.Path, repaired.Tables.Count, repaired.Rows, repaired.Verification.Outcome);
        return repaired;
    }

    private static void RequireLost(TestSubject subject)
    {
        if (subject.Backup is not null)
        {
            throw new EmrSimException(
                ErrorCode.TargetExists,
                $"The manifest of '{subject.StoredPath}' can be read, so there is nothing to repair. Whether the file is what it says, Test-EmrBackup tells.",
                subject.StoredPath);
        }

        if (subject.ManifestError!.ErrorCode is not (ErrorCode.ManifestMissing or ErrorCode.ManifestDamaged)) throw subject.ManifestError;
    }

    private static (string Set, string Stem, DateTimeOffset CreatedUtc) RequireStored(TestSubject subject)
    {
        if (BackupFileName.Parse(subject.FileName) is { Suffix: BackupFileName.ManifestSuffix })
        {
            throw new EmrSimException(
                ErrorCode.BackupFileMissing, $"Beside the manifest '{subject.StoredPath}' there is no stored file that it could be made from.", subject.StoredPath);
        }

        return BackupFileName.ParseStored(subject.FileName) is { } name ? (name.Set, name.Stem, name.CreatedUtc) : throw new EmrSimException(
            ErrorCode.InvalidArgument,
            $"'{subject.StoredPath}' is not named like the stored file of a backup, <set>-<yyyyMMddTHHmmssfffZ>.sqlite[.zst|.gz][.age], so it is not known to what it belongs.",
            subject.StoredPath);
    }

    private BackupManifest Describe(ManifestRepairRequest request, TestSubject subject, StoredContent content, TimeSpan duration)
    {
        (string set, string stem, DateTimeOffset created) = RequireStored(subject);
        bool pinned = subject.Store.MayBePinned(stem + BackupFileName.ManifestSuffix);
        DateTimeOffset now = clock.GetUtcNow();
        return new BackupManifest
        {
            FormatVersion = BackupManifest.CurrentFormat,
            Tool = BackupManifest.CurrentTool,
            Id = Guid.NewGuid(),
            Name = set,
            File = subject.FileName,
            CreatedUtc = created,
            Source = ManifestSource.From(Source(request, subject.Store, set, created), content.Facts, content.ForeignKeyViolations),
            Tables = new Dictionary<string, long>(content.Tables),
            Plain = content.Plain,
            Stored = content.Stored,
            Verification = new ManifestVerification(EmrVerificationLevel.Integrity, CheckResult.Combine(content.Checks), now),
            Pinned = pinned,
            PinReason = pinned ? PinReason : null,
            RepairedUtc = now,
            DurationSeconds = Math.Round(duration.TotalSeconds, 3),
        };
    }

    // The one nearest in time: a database may have moved.
    private static SourceIdentity Source(ManifestRepairRequest request, BackupStore store, string set, DateTimeOffset created)
    {
        // On which machine it was is not told with a path.
        if (request.SourcePath is { } path) return new SourceIdentity(path, null);
        EmrBackup? nearest = store.List(set, held: true).Select(e => e.Backup).OfType<EmrBackup>()
            .Where(b => b.SourcePath.Length > 0).MinBy(b => (b.CreatedUtc - created).Duration());
        return nearest is null ? SourceIdentity.Unknown : SourceIdentity.Of(nearest);
    }
}
