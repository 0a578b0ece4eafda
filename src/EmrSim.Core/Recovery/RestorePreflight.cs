using System.Buffers.Binary;
using EmrSim.Core.Files;
using EmrSim.Core.Logging;
using EmrSim.Core.Progress;
using EmrSim.Core.Sqlite;
using EmrSim.Core.Stores;
using EmrSim.Core.Verification;
using Microsoft.Extensions.Logging;

namespace EmrSim.Core.Recovery;

/// <summary>All that is looked at before anything changes.</summary>
internal sealed class RestorePreflight(RestoreRequest request, string destination, ILogger logger)
{
    private const int UserVersionOffset = 60;
    private const int HeaderLength = 100;

    /// <summary>The rules that need no more than the manifest: the target, its application, the schema's version.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="lookOnly">Whether nothing at all may be touched.</param>
    /// <exception cref="EmrSimException">RestoreTargetExists, RestoreOfAnotherDatabase, RestoreSchemaTooNew, SourceNotAFile.</exception>
    internal void RequireSense(EmrBackup backup, bool lookOnly = false)
    {
        if (Directory.Exists(destination)) throw new EmrSimException(ErrorCode.SourceNotAFile, $"'{destination}' is a folder; name the database file in it.", destination);
        bool exists = File.Exists(destination);
        bool controlled = request.Application is { Control: not EmrApplicationControl.None };
        if (exists && !controlled && !request.Force)
        {
            throw new EmrSimException(
                ErrorCode.RestoreTargetExists,
                $"'{destination}' exists. Name another path, or the application that uses it (-Application), or say -Force to replace it; it is kept as a safety copy.",
                destination);
        }

        if (request.Application is { } application) RequireUse(application);
        if (controlled && !request.Force && !BackupChoice.IsOf(backup, destination))
        {
            throw new EmrSimException(
                ErrorCode.RestoreOfAnotherDatabase,
                $"'{backup.Path}' is a backup of '{backup.SourcePath}', not of '{destination}', which the application uses. If that is what you want, for instance on a new machine, say -Force.",
                destination);
        }

        RequireVersion(backup, exists, lookOnly);
    }

    // What stops an application must be able to start it again, and only what uses the database is stopped.
    private void RequireUse(EmrApplication application)
    {
        if (application is { Control: EmrApplicationControl.Commands } && (application.StopCommand is null || application.StartCommand is null))
        {
            throw new EmrSimException(
                ErrorCode.InvalidArgument,
                $"The application in '{application.Root}' has no {(application.StopCommand is null ? "StopCommand" : "StartCommand")}. Give both, so that what is stopped can be started again.",
                application.Root);
        }

        if (application is { Control: not EmrApplicationControl.None, Database: { } used } && !SqliteSource.Resolve(used).Equals(destination, SetName.Case))
        {
            throw new EmrSimException(
                ErrorCode.InvalidArgument,
                $"The application in '{application.Root}' uses '{used}', not '{destination}', so it is not stopped for that. Leave -Application away, or name its own database.",
                destination);
        }
    }

    /// <summary>Tests the backup and unpacks it beside the database, with the rights of that one, flushed.</summary>
    /// <returns>What was found, in a line.</returns>
    /// <exception cref="EmrSimException">What a test finds; DiskFull, AccessDenied.</exception>
    internal string Stage(TestSubject subject, BackupManifest manifest, string staged, IProgress<OperationProgress>? progress, DateTimeOffset now, CancellationToken token)
    {
        string folder = Path.GetDirectoryName(destination)!;
        // The old database needs room of its own only where its log must be moved into it, and where it cannot have a second name.
        bool copied = File.Exists(destination) && !(WholeDatabase.IsAlone(destination) && TakesSecondNames(destination));
        long old = copied ? WholeDatabase.Of(destination).Sum(f => new FileInfo(f).Length) : 0;
        FreeSpace.Require(folder, manifest.Plain.Length + old, old > 0 ? "the restored database and a copy of the old one" : "the restored database");

        // What passed all checks and still has the same bytes passes them again; what did not must pass them now.
        bool proved = BackupStore.IsVerified(subject.Backup!);
        var test = new BackupTestRequest(subject.StoredPath, EmrVerificationLevel.Integrity) { Access = request.Source.Access, Keys = request.Keys };
        using var work = new WorkFolder(request.WorkPath, logger);
        List<CheckResult> checks = new BackupTestRun(test, subject, work, now, progress, new UnpackTarget(staged, CheckDatabase: !proved)).Execute(token, token);
        if (checks.Find(c => c.Check.Outcome == EmrOutcome.Failed) is { } failed) throw NotGood(subject, failed);
        if (checks.Find(c => c.Check.Outcome != EmrOutcome.Passed) is { } unknown) throw NotGood(subject, unknown);

        // Before the flush, so that an owner that cannot be kept is known before the application is stopped.
        if (File.Exists(destination)) FileRights.Take(destination, staged);
        DurableFile.Flush(staged);
        return proved
            ? $"'{subject.FileName}' has the bytes that were verified on {subject.Backup!.Verification.CheckedUtc.UtcDateTime:yyyy-MM-dd HH:mm}Z"
            : $"'{subject.FileName}' passed its test";
    }

    // Tried on a file of our own: on Windows no name of one that is open can be removed.
    private static bool TakesSecondNames(string destination)
    {
        (string file, string link) = RestoreFiles.Probe(destination);
        using var scratch = new ScratchFiles();
        File.Delete(scratch.Add(file));
        File.Delete(scratch.Add(link));
        PrivateFile.Create(file);
        return HardLink.TryCreate(file, link);
    }

    private static EmrSimException NotGood(TestSubject subject, CheckResult check) => new(
        check.Error,
        $"'{subject.StoredPath}' did not pass its test, so nothing was changed: {check.Check.Name}: {check.Check.Detail}. Restore an older backup: Get-EmrBackup lists them.",
        subject.StoredPath);

    private void RequireVersion(EmrBackup backup, bool exists, bool lookOnly)
    {
        int? live = exists ? LiveVersion(lookOnly) : null;
        int? highest = request.MaximumUserVersion ?? (request.Force ? null : live);
        if (backup.UserVersion > highest)
        {
            string why = request.MaximumUserVersion is null ? $"that of '{destination}' is {highest}" : $"the application knows up to {highest}";
            throw new EmrSimException(
                ErrorCode.RestoreSchemaTooNew,
                $"The backup's schema is newer than the application: its user_version is {backup.UserVersion}, and {why}. " +
                "Update the application first, or restore an older backup; -MaximumUserVersion says what the application knows.",
                destination);
        }

        if (live is { } now && backup.UserVersion < now) Log.RestoreOlderSchema(logger, destination, backup.UserVersion, now);
    }

    /// <summary>What the application's database says; null where it cannot be read, which may be why it is replaced.</summary>
    private int? LiveVersion(bool lookOnly)
    {
        byte[] header = SourceHeader.Read(destination, HeaderLength);
        if (header.Length < HeaderLength || !SourceHeader.IsSqlite(header)) return null;
        // A newer one may still be in the log, which SQLite does not read without touching what lies beside it.
        return lookOnly || WholeDatabase.IsAlone(destination) ? BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(UserVersionOffset)) : VersionInLog();
    }

    private int? VersionInLog()
    {
        try
        {
            using SqliteDatabase live = SqliteDatabase.Open(destination, SqliteAccess.Live, CancellationToken.None);
            return (int)live.Integer("PRAGMA user_version");
        }
        catch (SqliteFault)
        {
            return null;
        }
    }
}
