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
        using var session = new AgeSession(keys, workFactor);
        return session.Begin(target, leaveOpen);
    }

    /// <summary>Opens an encrypted file.</summary>
    /// <param name="source">The file from its beginning. It is disposed of with the returned stream; where this throws, it is the caller's.</param>
    /// <param name="keys">The keys that are there.</param>
    /// <param name="path">The file, for errors.</param>
    /// <param name="length">The length of a source that cannot tell its own; it helps to explain a damage.</param>
    /// <param name="token">Stops the work that a passphrase takes.</param>
    /// <exception cref="EmrSimException">
    /// KeyNeeded, WrongKey, WrongPassphrase, EncryptedHeaderDamaged, EncryptedFileTruncated, InvalidIdentity, SecretExposed, SecretNotFound.
    /// What the source throws comes through as it is.
    /// </exception>
    internal static AgeReader Decrypt(Stream source, DecryptionKeys keys, string path, long? length = null, CancellationToken token = default) =>
        Decrypt(source, (header, name) => new HeaderKey(header, name).Unwrap(keys, token), path, length);

    /// <summary>The same, with the file's key from elsewhere.</summary>
    internal static AgeReader Decrypt(Stream source, Func<AgeHeader, string, SecretBytes> unwrap, string path, long? length)
    {
        var buffer = new SourceBuffer(source, source.CanSeek ? source.Length - source.Position : length);
        buffer.Require(AgeHeader.LongestLength + ChunkCipher.SaltLength + 1);
        AgeHeader header = HeaderParser.Parse(buffer.Available, path);
        using SecretBytes fileKey = unwrap(header, path);
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
