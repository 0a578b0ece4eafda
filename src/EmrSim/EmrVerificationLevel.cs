namespace EmrSim;

/// <summary>How deeply a backup is verified. Each level contains the ones before it.</summary>
public enum EmrVerificationLevel
{
    /// <summary>Manifest, length and SHA-256 of the stored file. Finds damage; does not open the database.</summary>
    Checksum,

    /// <summary>
    /// Unpacks the database and runs the full integrity check and the foreign key check, and compares rows with the manifest.
    /// </summary>
    Integrity,

    /// <summary>Restores into a temporary place, opens it as an application would, and compares rows and schema.</summary>
    Restore,
}
