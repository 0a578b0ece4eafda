using System.Security.Cryptography;

namespace EmrSim.Core.Encryption;

/// <summary>
/// The making of one encrypted file. While it lasts, what was written can be read again with the file's own key, so that it is proved where
/// nobody holds an identity.
/// </summary>
internal sealed class AgeSession : IDisposable
{
    private readonly SecretBytes _fileKey = new(KeyWrap.FileKeyLength);
    private readonly List<AgeStanza> _stanzas;

    /// <summary>Makes the file's key and wraps it. With a passphrase this takes a second, and memory for that time.</summary>
    /// <exception cref="EmrSimException">InvalidRecipient, InvalidArgument.</exception>
    internal AgeSession(EncryptionKeys keys, CancellationToken token) : this(keys, ScryptPassphrase.WorkFactor, token)
    {
    }

    internal AgeSession(EncryptionKeys keys, int workFactor, CancellationToken token = default)
    {
        keys.Require();
        if (keys.IsEmpty) throw new EmrSimException(ErrorCode.InvalidArgument, "There is neither a recipient nor a passphrase to encrypt with.");
        RandomNumberGenerator.Fill(_fileKey.Span);
        _stanzas = keys.Passphrase is { } passphrase
            ? [ScryptPassphrase.Wrap(_fileKey.Span, passphrase, workFactor, token)]
            : [.. keys.Recipients.Select(r => X25519Recipient.Parse(r).Wrap(_fileKey.Span))];
    }

    /// <summary>Writes the header. The file is whole only after <see cref="AgeWriter.Complete"/>.</summary>
    /// <param name="target">Where it goes.</param>
    /// <param name="leaveOpen">Whether the target outlives the returned stream.</param>
    internal AgeWriter Begin(Stream target, bool leaveOpen)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(ChunkCipher.SaltLength);
        target.Write(AgeHeader.Format(_stanzas, _fileKey.Span));
        target.Write(salt);
        return new AgeWriter(target, new ChunkCipher(_fileKey.Span, salt), leaveOpen);
    }

    /// <summary>Reads the file that was made.</summary>
    /// <param name="source">The file from its beginning. It is disposed of with the returned stream; where this throws, it is the caller's.</param>
    /// <param name="path">The file, for errors.</param>
    /// <exception cref="EmrSimException">EncryptedHeaderDamaged, EncryptedFileTruncated.</exception>
    internal AgeReader Reopen(Stream source, string path) => AgeFile.Decrypt(source, Unwrap, path, null);

    public void Dispose() => _fileKey.Dispose();

    private SecretBytes Unwrap(AgeHeader header, string path)
    {
        if (!header.IsAuthentic(_fileKey.Span))
        {
            throw new EmrSimException(ErrorCode.EncryptedHeaderDamaged, $"The header of '{path}' is not the one that was written.", path);
        }

        var copy = new SecretBytes(KeyWrap.FileKeyLength);
        _fileKey.Span.CopyTo(copy.Span);
        return copy;
    }
}
