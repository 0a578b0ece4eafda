using System.Diagnostics;
using System.Globalization;
using EmrSim.Core.Encryption;
using EmrSim.Core.Files;
using EmrSim.Core.Progress;
using EmrSim.Core.Stores;
using EmrSim.Core.Verification;

namespace EmrSim.Core.Backup;

/// <summary>A copy with what its verification found.</summary>
internal sealed record VerifiedCopy(PackedFile Packed, IReadOnlyList<CheckResult> Checks, long? ForeignKeyViolations);

/// <summary>
/// Verifies a copy and makes its stored form, at once: each keeps a core busy for most of a backup's time.
/// </summary>
internal sealed class CopyVerification(
    BackupRequest request,
    SnapshotCopy copy,
    StoredForm form,
    string storedPath,
    ScratchFiles scratch,
    IProgress<OperationProgress>? progress,
    string activity)
{
    // Whoever writes to the source now should not have to share the last processor with us: one thing after the other, on one thread.
    private readonly bool _gently = copy.Busy && OneProcessor.AreFew;

    /// <summary>Runs both sides; when one fails the other is stopped, and nothing uses the files afterwards.</summary>
    internal VerifiedCopy Run(CancellationToken token)
    {
        using OneProcessor? confined = _gently ? OneProcessor.Take() : null;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token);
        Task<DatabaseFindings?> checking = WorkThread.RunNicely(() => StopBothOnError(either, Check));
        if (_gently) WorkThread.Join(checking);
        Task<(PackedFile Packed, List<CheckResult> Checks)> packing = StartPacking(either, checking);
        WorkThread.Join(packing, checking);

        token.ThrowIfCancellationRequested();
        // The side that was stopped says only that; the other one knows why.
        if (checking.IsFaulted && checking.Exception.InnerException is not OperationCanceledException) checking.GetAwaiter().GetResult();
        (PackedFile packed, List<CheckResult> checks) = packing.GetAwaiter().GetResult();
        DatabaseFindings? findings = checking.GetAwaiter().GetResult();
        return new VerifiedCopy(packed, [.. findings?.Checks ?? [], .. checks], findings?.ForeignKeyViolations);
    }

    private Task<(PackedFile Packed, List<CheckResult> Checks)> StartPacking(CancellationTokenSource either, Task checking)
    {
        try
        {
            return WorkThread.RunNicely(() => StopBothOnError(either, Pack));
        }
        catch
        {
            // There may be no room for another thread; the first one must not go on with files that are about to be removed.
            either.Cancel();
            WorkThread.Join(checking);
            throw;
        }
    }

    private static T StopBothOnError<T>(CancellationTokenSource either, Func<CancellationToken, T> side)
    {
        try
        {
            return side(either.Token);
        }
        catch
        {
            either.Cancel();
            throw;
        }
    }

    private DatabaseFindings? Check(CancellationToken token)
    {
        if (request.VerificationLevel == EmrVerificationLevel.Checksum) return null;
        var expected = new ExpectedContent(copy.Tables, copy.Facts.SchemaDigest, null);
        return DatabaseChecker.Check(copy.Path, expected, request.VerificationLevel == EmrVerificationLevel.Restore, _gently ? progress : null, activity, token, !_gently);
    }

    private (PackedFile Packed, List<CheckResult> Checks) Pack(CancellationToken token)
    {
        PackedFile packed = StoredFile.Pack(
            copy.Path, storedPath, form, Meter("Packing", copy.Facts.Length), token, !_gently);
        var checks = new List<CheckResult> { Length(packed) };

        bool restore = request.VerificationLevel == EmrVerificationLevel.Restore;
        string? restored = restore ? scratch.Add(copy.Path + ".restored" + DurableFile.PartialSuffix) : null;
        if (restore || !packed.Proved) checks.Add(Unpack(packed, restored, token));
        else checks.AddRange(form.Encryption is { } session ? Decrypt(packed, session, token) : [ReadBack(packed, token)]);
        if (restored is not null) checks.AddRange(RestoredDatabase.Check(restored, copy.Facts, token));
        // Should the other side still be at it, this is what is waited for.
        if (!_gently) ProgressMeter.Announce(progress, activity, "Checking");
        return (packed, checks);
    }

    private CheckResult Length(PackedFile packed)
    {
        string expected = copy.Facts.Length.ToString(CultureInfo.InvariantCulture);
        string actual = packed.Plain.Length.ToString(CultureInfo.InvariantCulture);
        return CheckResult.Compare(
            CheckNames.Copy, ErrorCode.VerificationFailed, "the copy's length in bytes", expected, actual, Stopwatch.GetTimestamp());
    }

    /// <summary>Reads the stored file again. What was written was seen to unpack into the database, so it must only still be there.</summary>
    private CheckResult ReadBack(PackedFile packed, CancellationToken token)
    {
        long started = Stopwatch.GetTimestamp();
        string digest = StoredFile.Hash(storedPath, Meter("Reading back", packed.StoredLength), token).Sha256;
        return CheckResult.Compare(
            CheckNames.StoredChecksum, ErrorCode.VerificationFailed, "the stored file's SHA-256", packed.StoredSha256, digest, started);
    }

    /// <summary>Reads the stored file again and decrypts it with its own key, which is still known; a wrong byte must show before the key is gone.</summary>
    private CheckResult[] Decrypt(PackedFile packed, AgeSession session, CancellationToken token)
    {
        long started = Stopwatch.GetTimestamp();
        using FileStream file = StoredFile.OpenRead(storedPath);
        using var through = new ReadThroughStream(file, digest: true);
        using AgeReader reader = session.Reopen(through, storedPath);
        ManifestPlain decrypted = HashingPump.Run(reader, null, long.MaxValue, Meter("Reading back", packed.StoredLength), token);
        return
        [
            CheckResult.Compare(
                CheckNames.StoredChecksum, ErrorCode.VerificationFailed, "the stored file's SHA-256", packed.StoredSha256, through.Digest(), started),
            CheckResult.Compare(
                CheckNames.Decryption, ErrorCode.VerificationFailed, "the decrypted content's SHA-256", packed.PackedSha256!, decrypted.Sha256, started),
        ];
    }

    /// <summary>Unpacks the stored file again: a compressor's fault must show now, not on the night of the restore.</summary>
    private CheckResult Unpack(PackedFile packed, string? restored, CancellationToken token)
    {
        long started = Stopwatch.GetTimestamp();
        using Stream file = StoredFile.OpenRead(storedPath);
        using AgeReader? decrypted = form.Encryption?.Reopen(file, storedPath);
        Stream stored = decrypted ?? file;
        ManifestPlain again = StoredFile.Unpack(
            stored, storedPath, restored, request.Compression, packed.Plain.Length, Meter("Reading back", packed.Plain.Length), token);
        return CheckResult.Compare(
            CheckNames.DatabaseChecksum, ErrorCode.VerificationFailed, "the unpacked database's SHA-256", packed.Plain.Sha256, again.Sha256, started);
    }

    private ProgressMeter Meter(string phase, long total) => new(progress, activity, phase, total);
}
