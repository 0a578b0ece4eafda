namespace EmrSim;

/// <summary>How a stored backup is compressed.</summary>
public enum EmrCompression
{
    /// <summary>Not at all: the stored file is the database.</summary>
    None,

    /// <summary>gzip (RFC 1952).</summary>
    Gzip,

    /// <summary>Zstandard (RFC 8878), the default.</summary>
    Zstd,
}
