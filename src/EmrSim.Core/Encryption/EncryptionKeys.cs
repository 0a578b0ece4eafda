using System.Security;

namespace EmrSim.Core.Encryption;

/// <summary>What a backup is encrypted with: recipients, or a passphrase, or nothing.</summary>
public sealed record EncryptionKeys
{
    // A stanza takes 115 bytes of the header, whose length readers limit.
    private const int MostRecipients = 1000;

    /// <summary>No encryption.</summary>
    public static EncryptionKeys None { get; } = new();

    /// <summary>The X25519 recipients (<c>age1…</c>), each of whose identities alone reads the backup.</summary>
    public IReadOnlyList<string> Recipients { get; init; } = [];

    /// <summary>The passphrase.</summary>
    public SecureString? Passphrase { get; init; }

    /// <summary>Whether nothing is to be encrypted.</summary>
    public bool IsEmpty => Recipients.Count == 0 && Passphrase is null;

    /// <summary>How a backup with these keys is encrypted.</summary>
    public EmrEncryption Kind =>
        Passphrase is not null ? EmrEncryption.AgePassphrase : Recipients.Count > 0 ? EmrEncryption.AgeRecipient : EmrEncryption.None;

    /// <summary>Says what is wrong with them, before any work is done.</summary>
    /// <exception cref="EmrSimException">InvalidRecipient; InvalidArgument: both kinds at once, or an empty passphrase.</exception>
    public void Require()
    {
        if (Passphrase is not null && Recipients.Count > 0)
        {
            // The format forbids it: a passphrase promises that whoever made the file knew it.
            throw new EmrSimException(ErrorCode.InvalidArgument, "A backup is encrypted to recipients or with a passphrase, not both. Give one of them.");
        }

        if (Recipients.Count > MostRecipients)
        {
            throw new EmrSimException(ErrorCode.InvalidArgument, $"There are {Recipients.Count} recipients; at most {MostRecipients} can read one backup.");
        }

        if (Passphrase is { Length: 0 }) throw new EmrSimException(ErrorCode.InvalidArgument, "The passphrase is empty. Give one that is hard to guess.");
        foreach (string recipient in Recipients) X25519Recipient.Parse(recipient);
    }
}
