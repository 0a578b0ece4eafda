using System.Globalization;

namespace EmrSim.Core.Encryption;

/// <summary>Finds the key of a file in its header, with the keys that the user has.</summary>
/// <param name="header">The header.</param>
/// <param name="path">The file, for errors.</param>
internal sealed class HeaderKey(AgeHeader header, string path)
{
    /// <summary>Unwraps the file's key and proves the header with it.</summary>
    /// <exception cref="EmrSimException">KeyNeeded, WrongKey, WrongPassphrase, EncryptedHeaderDamaged; what reading the identity file throws.</exception>
    internal SecretBytes Unwrap(DecryptionKeys keys, CancellationToken token)
    {
        AgeStanza? scrypt = header.Stanzas.FirstOrDefault(s => s.Type == ScryptPassphrase.StanzaType);
        // Who knows a passphrase trusts that the file is from somebody who knows it, too; a second stanza would break that.
        if (scrypt is not null && header.Stanzas.Count > 1) throw Damaged("a passphrase and other keys do not go together");
        var fileKey = new SecretBytes(KeyWrap.FileKeyLength);
        try
        {
            if (scrypt is not null) UnwrapByPassphrase(scrypt, keys, fileKey.Span, token);
            else UnwrapByIdentity(keys, fileKey.Span);
            if (!header.IsAuthentic(fileKey.Span)) throw Damaged("it was changed since the file was made");
            return fileKey;
        }
        catch
        {
            fileKey.Dispose();
            throw;
        }
    }

    private void UnwrapByPassphrase(AgeStanza stanza, DecryptionKeys keys, Span<byte> fileKey, CancellationToken token)
    {
        (byte[] salt, int workFactor) = ReadScrypt(stanza);
        if (keys.IsEmpty) throw new EmrSimException(ErrorCode.KeyNeeded, $"'{path}' is encrypted with a passphrase, and none was given.", path);
        if (keys.Passphrase is not { } passphrase)
        {
            throw new EmrSimException(ErrorCode.WrongKey, $"'{path}' is encrypted with a passphrase, not to a key: no identity reads it. Give the passphrase.", path);
        }

        if (ScryptPassphrase.TryUnwrap(passphrase, salt, workFactor, stanza.Body, fileKey, token)) return;
        throw new EmrSimException(
            ErrorCode.WrongPassphrase, $"The passphrase does not open '{path}': it is another one, or the header is damaged.", path);
    }

    private (byte[] Salt, int WorkFactor) ReadScrypt(AgeStanza stanza)
    {
        if (stanza.Arguments.Count != 2 || stanza.Body.Length != KeyWrap.BodyLength ||
            RawBase64.Decode(stanza.Arguments[0]) is not { Length: ScryptPassphrase.SaltLength } salt)
        {
            throw Damaged("its passphrase stanza is malformed");
        }

        string factor = stanza.Arguments[1];
        if (factor.StartsWith('0') || !factor.All(char.IsAsciiDigit)) throw Damaged("the work factor of its passphrase is no number");
        if (!int.TryParse(factor, NumberStyles.None, CultureInfo.InvariantCulture, out int workFactor) || workFactor > ScryptPassphrase.HighestWorkFactor)
        {
            throw Damaged($"the work factor of its passphrase is {factor}, and at most {ScryptPassphrase.HighestWorkFactor} is taken (512 MB of memory and half a minute of computing)");
        }

        return (salt, workFactor);
    }

    private void UnwrapByIdentity(DecryptionKeys keys, Span<byte> fileKey)
    {
        List<(byte[] Share, byte[] Body)> stanzas = [.. header.Stanzas.Where(s => s.Type == X25519Recipient.StanzaType).Select(ReadX25519)];
        if (keys.IsEmpty)
        {
            throw new EmrSimException(ErrorCode.KeyNeeded, $"'{path}' is encrypted to {header.Stanzas.Count} recipient(s), and no identity was given.", path);
        }

        if (keys.IdentityPath is not { } identityPath)
        {
            throw new EmrSimException(
                ErrorCode.WrongPassphrase, $"'{path}' is encrypted to {header.Stanzas.Count} recipient(s): no passphrase opens it. Give the identity of one of them.", path);
        }

        List<X25519Identity> identities = IdentityFile.Read(identityPath);
        try
        {
            foreach (X25519Identity identity in identities)
            {
                foreach ((byte[] share, byte[] body) in stanzas)
                {
                    if (identity.TryUnwrap(share, body, fileKey)) return;
                }
            }

            throw new EmrSimException(
                ErrorCode.WrongKey,
                $"None of the {identities.Count} key(s) in '{identityPath}' opens '{path}': it is encrypted to others, or its header is damaged.",
                path);
        }
        finally
        {
            foreach (X25519Identity identity in identities) identity.Dispose();
        }
    }

    private (byte[] Share, byte[] Body) ReadX25519(AgeStanza stanza)
    {
        if (stanza.Arguments.Count != 1 || stanza.Body.Length != KeyWrap.BodyLength ||
            RawBase64.Decode(stanza.Arguments[0]) is not { Length: X25519Recipient.PointLength } share)
        {
            throw Damaged("one of its X25519 stanzas is malformed");
        }

        return X25519Recipient.IsLowOrder(share) ? throw Damaged("one of its X25519 stanzas is open to all") : (share, stanza.Body);
    }

    private EmrSimException Damaged(string how) =>
        new(ErrorCode.EncryptedHeaderDamaged, $"The header of '{path}' is damaged: {how}.", path);
}
