namespace EmrSim;

/// <summary>A new key for encrypted backups.</summary>
/// <param name="Recipient">What backups are encrypted to; no secret.</param>
/// <param name="Path">The identity file, which alone reads them.</param>
/// <param name="CreatedUtc">When it was made, in UTC.</param>
public sealed record EmrBackupKey(string Recipient, string Path, DateTimeOffset CreatedUtc)
{
    /// <inheritdoc/>
    public override string ToString() => Recipient;
}
