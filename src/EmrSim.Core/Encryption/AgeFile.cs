using System.Security.Cryptography;

namespace EmrSim.Core.Encryption;

/// <summary>Files of the age format, version 1 (age-encryption.org/v1): what <c>age</c> writes EmrSim reads, and the other way round.</summary>
internal static class AgeFile
{
    /// <summary>Begins an encrypted file. It is whole only after <see cref="AgeWriter.Complete"/>.</summary>
    /// <param name="target">Where it goes.</param>
    /// <param name="keys">Recipients or a passphrase.</param>
    /// <param name="leaveOpen">Whether the target outlives the returned stream.</param>
    /// <exception cref="EmrSimException">InvalidRecipient, InvalidArgument. What the target throws comes through as it is.</exception>
    internal static AgeWriter Encrypt(Stream target, EncryptionKeys keys, bool leaveOpen) => Encrypt(target, keys, leaveOpen, ScryptPassphrase.WorkFactor);

    /// <summary>The same, with another work factor than age's.</summary>
    internal static AgeWriter Encrypt(Stream target, EncryptionKeys keys, bool leaveOpen, int workFactor)
    {
        keys.Require();
        if (keys.IsEmpty) throw new EmrSimException(ErrorCode.InvalidArgument, "There is neither a recipient nor a passphrase to encrypt with.");
        using var fileKey = new SecretBytes(KeyWrap.FileKeyLength);
        RandomNumberGenerator.Fill(fileKey.Span);
        List<AgeStanza> stanzas = keys.Passphrase is { } passphrase
            ? [ScryptPassphrase.Wrap(fileKey.Span, passphrase, workFactor)]
            : [.. keys.Recipients.Select(r => X25519Recipient.Parse(r).Wrap(fileKey.Span))];
        byte[] salt = RandomNumberGenerator.GetBytes(ChunkCipher.SaltLength);
        target.Write(AgeHeader.Format(stanzas, fileKey.Span));
        target.Write(salt);
        return new AgeWriter(target, new ChunkCipher(fileKey.Span, salt), leaveOpen);
    }

    /// <summary>Opens an encrypted file.</summary>
    /// <param name="source">The file from its beginning. It is disposed of with the returned stream; where this throws, it is the caller's.</param>
    /// <param name="keys">The keys that are there.</param>
    /// <param name="path">The file, for errors.</param>
    /// <param name="length">The length of a source that cannot tell its own; it helps to explain a damage.</param>
    /// <exception cref="EmrSimException">
    /// KeyNeeded, WrongKey, WrongPassphrase, EncryptedHeaderDamaged, EncryptedFileTruncated, InvalidIdentity, SecretExposed, SecretNotFound.
    /// What the source throws comes through as it is.
    /// </exception>
    internal static AgeReader Decrypt(Stream source, DecryptionKeys keys, string path, long? length = null)
    {
        var buffer = new SourceBuffer(source, source.CanSeek ? source.Length - source.Position : length);
        buffer.Require(AgeHeader.LongestLength + ChunkCipher.SaltLength + 1);
        AgeHeader header = HeaderParser.Parse(buffer.Available, path);
        using SecretBytes fileKey = new HeaderKey(header, path).Unwrap(keys);
        buffer.Consume(header.Length);
        if (buffer.Available.Length < ChunkCipher.SaltLength)
        {
            throw new EmrSimException(ErrorCode.EncryptedFileTruncated, $"'{path}' is cut off: it ends right behind its header.", path);
        }

        var cipher = new ChunkCipher(fileKey.Span, buffer.Available[..ChunkCipher.SaltLength]);
        buffer.Consume(ChunkCipher.SaltLength);
        return new AgeReader(buffer, cipher, path);
    }
}
