using System.Diagnostics;
using System.Globalization;
using EmrSim.Core.Encryption;
using EmrSim.Core.Files;
using EmrSim.Core.Progress;
using EmrSim.Core.Sqlite;
using EmrSim.Core.Stores;

namespace EmrSim.Core.Verification;

/// <summary>Unpacks a stored file, hashes both sides on the way, and checks the database as deeply as it can be without a manifest.</summary>
internal sealed class StoredContentReader(
    TestSubject subject, DecryptionKeys keys, WorkFolder work, IProgress<OperationProgress>? progress)
{
    private readonly string _activity = $"Repairing {subject.FileName}";

    /// <summary>Reads it.</summary>
    /// <exception cref="EmrSimException">
    /// VerificationFailed; what a damaged file is called: BackupUnreadable, EncryptedFileDamaged and the like; KeyNeeded, WrongKey, WrongPassphrase.
    /// </exception>
    internal StoredContent Read(long length, CancellationToken token)
    {
        string plain = Path.Combine(work.Path, "stored" + BackupFileName.DatabaseSuffix);
        FreeSpace.Require(work.Path, length, "the unpacked database");
        (ManifestPlain unpacked, ManifestStored stored) = Unpack(plain, length, token);

        DatabaseFindings findings = DatabaseChecker.Check(plain, null, bySqliteAlone: true, progress, _activity, token);
        // Rows and schema have nothing to be compared with: they become what the manifest says.
        List<CheckResult> checks = [.. findings.Checks.Where(c => c.Check.Name is not (CheckNames.Rows or CheckNames.Schema))];
        Require(checks);
        ProgressMeter.Announce(progress, _activity, "Counting rows");
        (SqliteFacts facts, SortedDictionary<string, long> tables) = Describe(plain, token);
        checks.Add(Length(facts, unpacked));
        Require(checks);
        return new StoredContent(unpacked, stored, facts, tables, findings.ForeignKeyViolations, checks);
    }

    private (ManifestPlain Plain, ManifestStored Stored) Unpack(string plain, long length, CancellationToken token)
    {
        EmrEncryption encryption = EmrEncryption.None;
        using Stream file = subject.Store.OpenRead(subject.FileName);
        using var through = new ReadThroughStream(file, digest: true);
        using AgeReader? decrypted = subject.Encrypted ? AgeFile.Decrypt(through, Unwrap, subject.StoredPath, length) : null;
        var meter = new ProgressMeter(progress, _activity, "Unpacking", 0);
        ManifestPlain unpacked = StoredFile.Unpack(decrypted ?? (Stream)through, subject.StoredPath, plain, subject.Compression, long.MaxValue, meter, token);
        return (unpacked, new ManifestStored(through.Position, through.Digest(), subject.Compression, encryption));

        // The header names no recipient, but it tells keys from a passphrase.
        SecretBytes Unwrap(AgeHeader header, string path)
        {
            encryption = header.Stanzas.Any(s => s.Type == ScryptPassphrase.StanzaType) ? EmrEncryption.AgePassphrase : EmrEncryption.AgeRecipient;
            return new HeaderKey(header, path).Unwrap(keys, token);
        }
    }

    private static (SqliteFacts Facts, SortedDictionary<string, long> Tables) Describe(string plain, CancellationToken token)
    {
        using SqliteDatabase database = SqliteDatabase.Open(plain, SqliteAccess.ReadWrite, token);
        return (SqliteFacts.Read(database), SqliteSchema.CountRows(database));
    }

    // SQLite takes an empty file for an empty database, and looks at no byte behind the last page.
    private static CheckResult Length(SqliteFacts facts, ManifestPlain unpacked)
    {
        long started = Stopwatch.GetTimestamp();
        return unpacked.Length == 0
            ? CheckResult.Failed(CheckNames.Unpack, ErrorCode.VerificationFailed, "there is nothing in it", started)
            : CheckResult.Compare(
                CheckNames.Unpack,
                ErrorCode.VerificationFailed,
                "the database's length in bytes",
                facts.Length.ToString(CultureInfo.InvariantCulture),
                unpacked.Length.ToString(CultureInfo.InvariantCulture),
                started);
    }

    private void Require(List<CheckResult> checks)
    {
        if (checks.Find(c => c.Check.Outcome == EmrOutcome.Failed)?.Check is not { } failed) return;
        throw new EmrSimException(
            ErrorCode.VerificationFailed,
            $"'{subject.StoredPath}' is no good backup, so it was given no manifest: {failed.Name}: {failed.Detail}. Keep the file as it is, and use another backup.",
            subject.StoredPath);
    }
}
