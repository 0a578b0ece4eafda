namespace EmrSim;

/// <summary>How, with what result and when a backup was verified.</summary>
/// <param name="Level">How deeply.</param>
/// <param name="Outcome">What was found.</param>
/// <param name="CheckedUtc">When the verification ended, in UTC.</param>
public sealed record EmrBackupVerification(EmrVerificationLevel Level, EmrOutcome Outcome, DateTimeOffset CheckedUtc)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Outcome} ({Level})";
}
