namespace EmrSim;

/// <summary>How a stored backup is encrypted.</summary>
public enum EmrEncryption
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>age, to X25519 recipients: whoever makes backups needs no key that reads them.</summary>
    AgeRecipient,

    /// <summary>age, with a passphrase.</summary>
    AgePassphrase,
}
